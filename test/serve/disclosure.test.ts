import { writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import OpenAI from "openai";
import { afterEach, expect, test } from "vitest";

import { CommentedEvents } from "../../src/exporters/disclosure/commented-events.ts";
import { createMeter } from "../../src/index.ts";
import { ownFactor } from "../factors/own-factor.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { serving, stopAll, upstream } from "./serving.ts";

afterEach(stopAll);

async function gatewayTo(url: string, disclose = true, factors: readonly string[] = []) {
  const server = await serving({ upstreams: [{ name: "local", url, provider: "openai" }], disclose, factors }, 100);
  return { ...server, base: `${server.url}/local` };
}

const ask = { model: "gpt-4o", messages: [{ role: "user" as const, content: "Hello there" }] };
const usage = { prompt_tokens: 10, completion_tokens: 40, total_tokens: 50 };
const post = (base: string, body: unknown) =>
  fetch(`${base}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const ANSWER = JSON.stringify({
  id: "c1",
  object: "chat.completion",
  model: "gpt-4o",
  choices: [{ index: 0, message: { role: "assistant", content: "Good day" }, finish_reason: "stop" }],
  usage,
});
const json: RequestListener = (_request, response) => {
  response.writeHead(200, { "content-type": "application/json" }).end(ANSWER);
};

const events = [
  {
    id: "c1",
    object: "chat.completion.chunk",
    model: "gpt-4o",
    choices: [{ index: 0, delta: { content: "Good day" } }],
  },
  { id: "c1", object: "chat.completion.chunk", model: "gpt-4o", choices: [], usage },
].map((event) => `data: ${JSON.stringify(event)}\n\n`);
const STREAM = `${events.join("")}data: [DONE]\n\n`;

test("a JSON answer has a header with what it took, and the same body", async () => {
  const { base, records, meter } = await gatewayTo(await upstream(json));
  const response = await post(base, ask);
  expect(await response.text()).toBe(ANSWER);
  const said = JSON.parse(response.headers.get("x-energy-data")!) as { joules: number };
  await meter.flush();
  const { energyJoules, co2eGrams } = records[0]!.footprint!;
  expect(said).toMatchObject({ source: "estimated", provider: "openai", method: "llm-footprint" });
  expect(said.joules / energyJoules!.central).toBeCloseTo(1, 5);
  expect(said).toHaveProperty("g_co2e", Number(co2eGrams!.central.toPrecision(6)));
});

test("what the gateway's own factors measured is said to be measured", async () => {
  const file = join(temporaryFolder(), "factors.json");
  writeFileSync(
    file,
    JSON.stringify([ownFactor({ evidence: "user_measured", appliesTo: { models: ["gpt-4o"], modality: "text" } })]),
  );
  const { base, records, meter } = await gatewayTo(await upstream(json), true, [file]);
  const said = (await post(base, ask)).headers.get("x-energy-data");
  expect(JSON.parse(said!)).toMatchObject({ joules: 80, source: "measured" });
  await meter.flush();
  expect(records[0]!.footprint!.evidence).toBe("user_measured");
});

test("without it nothing is said, and nothing is held back", async () => {
  const { base } = await gatewayTo(await upstream(json), false);
  expect((await post(base, ask)).headers.get("x-energy-data")).toBeNull();
});

test("an event stream, cut anywhere, has one comment before its end marker, and the same events", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: STREAM.length - 1 }), { maxLength: 4 }), async (cuts) => {
      const at = [0, ...new Set(cuts.toSorted((a, b) => a - b)), STREAM.length];
      const url = await upstream((_request, response) => {
        response.writeHead(200, { "content-type": "text/event-stream" });
        const send = (index: number): void => {
          if (index + 1 >= at.length) return void response.end();
          response.write(STREAM.slice(at[index], at[index + 1]), () => setTimeout(send, 2, index + 1));
        };
        send(0);
      });
      const { base } = await gatewayTo(url);
      const text = await (await post(base, { ...ask, stream: true })).text();
      const comments = text.match(/^: energy .*\n\n/gm);
      expect(comments).toHaveLength(1);
      expect(text.replace(comments![0], "")).toBe(STREAM);
      expect(text.indexOf(comments![0])).toBe(text.indexOf("data: [DONE]") - comments![0].length);
      expect(JSON.parse(comments![0].slice(": energy ".length))).toMatchObject({ source: "estimated" });
      await stopAll();
    }),
    { numRuns: 15 },
  );
});

test("the meter of whoever sits behind reads it as a statement, and the SDK is unchanged", async () => {
  const url = await upstream((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" }).end(STREAM);
  });
  const { base } = await gatewayTo(url);
  const meter = createMeter();
  const stated: unknown[] = [];
  meter.on("request", (record) => stated.push(record.stated));
  const openai = meter.wrap(new OpenAI({ apiKey: "k", baseURL: `${base}/v1`, maxRetries: 0 }), {
    provider: "acme",
    behindGateway: "count",
  });
  let content = "";
  for await (const chunk of await openai.chat.completions.create({ ...ask, stream: true }))
    content += chunk.choices[0]?.delta.content ?? "";
  await meter.flush();
  expect(content).toBe("Good day");
  expect(stated).toMatchObject([{ source: "estimated" }]);
});

test("what the upstream has stated itself is not said again", async () => {
  const own = `: energy {"joules":12,"source":"measured"}\n\n`;
  const url = await upstream((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.end(`${events.join("")}${own}data: [DONE]\n\n`);
  });
  const { base } = await gatewayTo(url);
  expect(await (await post(base, { ...ask, stream: true })).text()).toBe(`${events.join("")}${own}data: [DONE]\n\n`);
});

test("an event stream whose length was announced goes on without it", async () => {
  const url = await upstream((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "content-length": Buffer.byteLength(STREAM) });
    response.end(STREAM);
  });
  const { base } = await gatewayTo(url);
  const response = await post(base, { ...ask, stream: true });
  const text = await response.text();
  expect(response.headers.get("content-length")).toBeNull();
  expect(text.replace(/^: energy .*\n\n/m, "")).toBe(STREAM);
  expect(text).toMatch(/^: energy .*\n\ndata: \[DONE\]\n\n$/m);
});

test("a comment stands before the event behind which readers of Anthropic's streams stop", () => {
  const stream = 'event: message_delta\ndata: {"usage":{}}\n\nevent: message_stop\ndata: {"type":"message_stop"}\n\n';
  const events = new CommentedEvents(() => "{}");
  const sent = Array.from(stream, (letter) => events.chunk(Buffer.from(letter)).toString());
  expect(sent.join("") + events.end().toString()).toBe(stream.replace("event: message_stop", ": energy {}\n\n$&"));
});

test("a comment waits for what is to be said, and is never put within a line", () => {
  const says = [undefined, "{}"];
  const events = new CommentedEvents(() => says.shift());
  expect(events.chunk(Buffer.from("data: [DONE]\n\n")).toString()).toBe("data: [DONE]\n\n");
  expect(events.end().toString()).toBe(": energy {}\n\n");
  const cut = new CommentedEvents(() => "{}");
  expect(cut.chunk(Buffer.from("data: {}\n\ndata: {")).toString() + cut.end().toString()).toBe("data: {}\n\ndata: {");
});

test("a JSON answer that breaks off is handed on as far as it came, with its status", async () => {
  const half = ANSWER.slice(0, 60);
  const url = await upstream((_request, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(ANSWER) });
    response.write(half, () => response.destroy());
  });
  for (const disclose of [false, true]) {
    const { base, records, meter } = await gatewayTo(url, disclose);
    const response = await post(base, ask);
    expect([response.status, response.headers.get("x-energy-data")]).toStrictEqual([200, null]);
    let text = "";
    const read = async (): Promise<void> => {
      for await (const chunk of response.body!) text += Buffer.from(chunk).toString();
    };
    await expect(read()).rejects.toThrow();
    expect(text).toBe(half);
    await meter.flush();
    expect(records).toMatchObject([{ outcome: "failed", errorType: "connection" }]);
  }
});

test("a streamed JSON array is not held back", async () => {
  let endIt = (): void => undefined;
  const url = await upstream((_request, response) => {
    response.writeHead(200, { "content-type": "application/json" }).write("[{}");
    endIt = () => response.end("]");
  });
  const { base } = await gatewayTo(url);
  const response = await post(base, ask);
  endIt();
  expect([response.headers.get("x-energy-data"), await response.text()]).toStrictEqual([null, "[{}]"]);
});

test("an answer above the limit, a compressed one and a failed one go on as they came", async () => {
  const large = JSON.stringify({ ...(JSON.parse(ANSWER) as object), padding: "x".repeat(5 * 1024 * 1024) });
  const answers: [status: number, body: Buffer | string, headers: Record<string, string>][] = [
    [200, large, {}],
    [200, gzipSync(ANSWER), { "content-encoding": "gzip" }],
    [500, ANSWER, {}],
  ];
  let next = 0;
  const url = await upstream((_request, response) => {
    const [status, body, headers] = answers[next++]!;
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  const { base } = await gatewayTo(url);
  for (const text of [large, ANSWER, ANSWER]) {
    const response = await post(base, ask);
    expect([response.headers.get("x-energy-data"), await response.text()]).toStrictEqual([null, text]);
  }
});
