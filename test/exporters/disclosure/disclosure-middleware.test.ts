import { once } from "node:events";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import express, { type Request, type Response as Answer } from "express";
import fc from "fast-check";
import OpenAI from "openai";
import { afterEach, describe, expect, test, vi } from "vitest";

import { createMeter, disclosure, type RequestRecord } from "../../../src/index.ts";
import { metered } from "../../wire/metered.ts";
import { chatOf, NEURALWATT, streamOf } from "../../wire/stated/answers.ts";

const running: Server[] = [];

afterEach(() => {
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  vi.restoreAllMocks();
});

async function listening(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  running.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const OPENAI = "https://api.openai.com/v1/chat/completions";
const NEURALWATT_URL = "https://api.neuralwatt.com/v1/chat/completions";

/** An application of express that asks models, and its meter. */
function application(answer: () => Response = () => Response.json(chatOf({ model: "gpt-4o" }))) {
  vi.spyOn(process, "emitWarning").mockReturnValue();
  const made = metered({ fetch: () => Promise.resolve(answer()) });
  const app = express().use(disclosure(made.meter));
  const ask = async (url = OPENAI): Promise<void> => {
    await (await made.post(url, { model: "gpt-4o" })).text();
  };
  return { ...made, app, ask };
}

type Said = { joules: number; g_co2e: number; source: string; provider?: string };
const saidIn = (answer: Response): Said | undefined => {
  const header = answer.headers.get("x-energy-data");
  return header === null ? undefined : (JSON.parse(header) as Said);
};
const joulesOf = (records: readonly RequestRecord[]): number =>
  records.reduce((sum, { footprint }) => sum + footprint!.energyJoules!.central, 0);

describe("disclosure(meter)", () => {
  test("says in a header what the requests behind a JSON answer took together, and leaves the body alone", async () => {
    const { app, ask, settled } = application();
    app.get("/", async (_request: Request, response: Answer) => {
      await Promise.all([ask(), ask()]);
      response.json({ answer: 42 });
    });
    const bare = express().get("/", (_request: Request, response: Answer) => void response.json({ answer: 42 }));
    const [answer, without] = [await fetch(await listening(app)), await fetch(await listening(bare))];
    expect(await answer.text()).toBe(await without.text());
    const records = await settled();
    expect(records).toHaveLength(2);
    const said = saidIn(answer)!;
    expect(said).toMatchObject({ source: "estimated", provider: "openai" });
    expect(said.joules / joulesOf(records)).toBeCloseTo(1, 5);
    for (const name of ["content-length", "content-type", "etag"])
      expect(answer.headers.get(name)).toBe(without.headers.get(name));
  });

  test("says measured where all of it was", async () => {
    const { app, ask } = application(() => Response.json(chatOf({ energy: NEURALWATT })));
    app.get("/", async (_request: Request, response: Answer) => {
      await ask(NEURALWATT_URL);
      response.json({});
    });
    app.get("/mixed", async (_request: Request, response: Answer) => {
      await Promise.all([ask(NEURALWATT_URL), ask()]);
      response.json({});
    });
    const base = await listening(app);
    expect(saidIn(await fetch(base))).toMatchObject({ joules: 420.764, source: "measured", provider: "neuralwatt" });
    const mixed = saidIn(await fetch(`${base}/mixed`))!;
    expect(mixed.source).toBe("estimated");
    expect(mixed).not.toHaveProperty("provider");
  });

  test("keeps requests apart that are handled at the same time", async () => {
    const { app, ask, settled } = application();
    app.get("/:times", async (request: Request<{ times: string }>, response: Answer) => {
      for (let time = 0; time < Number(request.params.times); time++) {
        await pause(5);
        await ask();
      }
      response.json({});
    });
    const base = await listening(app);
    const [one, three, none] = await Promise.all(
      [1, 3, 0].map(async (times) => saidIn(await fetch(`${base}/${times}`))),
    );
    const records = await settled();
    expect((one!.joules + three!.joules) / joulesOf(records)).toBeCloseTo(1, 5);
    expect(Math.abs(three!.joules / one!.joules - 3)).toBeLessThan(0.1);
    expect(none).toBeUndefined();
  });

  test("puts a comment before the end marker of an event stream, which the SDK of whoever reads it passes over", async () => {
    const { app, post, settled } = application(
      () => new Response(streamOf(), { headers: { "content-type": "text/event-stream" } }),
    );
    app.post("/v1/chat/completions", async (_request: Request, response: Answer) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      const upstream = await post(OPENAI, { model: "gpt-4o", stream: true });
      for await (const chunk of upstream.body!) response.write(chunk);
      response.end();
    });
    const base = await listening(app);
    const text = await (await fetch(`${base}/v1/chat/completions`, { method: "POST" })).text();
    const comment = /^: energy (.*)\n\n/m.exec(text)!;
    expect(text.replace(comment[0], "")).toBe(streamOf());
    expect(text.indexOf("data: [DONE]")).toBe(comment.index + comment[0].length);
    const [record] = await settled();
    expect((JSON.parse(comment[1]!) as Said).joules / joulesOf([record!])).toBeCloseTo(1, 5);

    const behind = createMeter();
    const stated: unknown[] = [];
    behind.on("request", (seen) => stated.push(seen.stated));
    const openai = behind.wrap(new OpenAI({ apiKey: "k", baseURL: `${base}/v1`, maxRetries: 0 }), { provider: "acme" });
    let content = "";
    for await (const chunk of await openai.chat.completions.create({ model: "m", messages: [], stream: true }))
      content += chunk.choices[0]?.delta.content ?? "";
    await behind.close();
    expect([content, stated]).toMatchObject(["Hello", [{ source: "estimated", method: "other" }]]);
  });

  test.for<[name: string, handle: (response: Answer, ask: () => Promise<void>) => unknown]>([
    ["no model was asked for", (response) => response.json({})],
    [
      "a request is still open",
      (response, ask) => {
        void ask();
        response.json({});
      },
    ],
    ["that is not JSON", async (response, ask) => (await ask(), response.type("text").send("{}"))],
    [
      "whose head was asked for early",
      async (response, ask) => {
        response.type("json").flushHeaders();
        await ask();
        response.end("{}");
      },
    ],
    ["above the limit", async (response, ask) => (await ask(), response.type("json").end(`"${"x".repeat(5e6)}"`))],
  ])("says nothing of an answer %s", async ([, handle]) => {
    const { app, ask } = application();
    app.get("/", async (_request: Request, response: Answer) => {
      await handle(response, ask);
    });
    const answer = await fetch(await listening(app));
    await answer.text();
    expect(answer.status).toBe(200);
    expect(saidIn(answer)).toBeUndefined();
  });

  test("leaves every way of writing an answer as it is", async () => {
    const { app, ask } = application();
    const ways: ((response: Answer) => unknown)[] = [
      (response) =>
        response.writeHead(201, "Made", { "content-type": "application/json", "x-own": "1" }).end('{"a":1}'),
      (response) => response.writeHead(200, ["Content-Type", "application/json", "X-Own", "1"]).end(Buffer.from("{}")),
      (response) => {
        response.setHeader("content-type", "application/json");
        response.write("7b", "hex", () => response.write('"a":1'));
        setTimeout(() => response.end("}", () => undefined), 5);
      },
      (response) => response.status(204).end(),
      (response) => response.status(304).end(),
      (response) => response.redirect("/elsewhere"),
      (response) => {
        response.writeHead(200, { "content-type": "text/event-stream", "content-length": "14" });
        response.end("data: [DONE]\n\n");
      },
    ];
    for (const metersIt of [true, false]) {
      const server = metersIt ? app : express();
      for (const [index, way] of ways.entries()) {
        server.get(`/${index}`, async (_request: Request, response: Answer) => {
          if (metersIt) await ask();
          way(response);
        });
      }
    }
    const bare = express();
    for (const [index, way] of ways.entries())
      bare.get(`/${index}`, (_request: Request, response: Answer) => void way(response));
    const [base, other] = [await listening(app), await listening(bare)];
    const shown = async (url: string) => {
      const { status, statusText, headers, ...answer } = await fetch(url, { redirect: "manual" }).then(
        async (response) => ({
          status: response.status,
          statusText: response.statusText,
          headers: Object.fromEntries(response.headers),
          text: await response.text(),
        }),
      );
      const { date: _date, "x-energy-data": said, ...rest } = headers;
      return { said: said !== undefined, seen: { status, statusText, headers: rest, ...answer } };
    };
    for (const [index] of ways.entries()) {
      const [disclosed, expected] = [await shown(`${base}/${index}`), await shown(`${other}/${index}`)];
      const {
        "content-length": _length,
        "transfer-encoding": _chunked,
        ...headers
      } = disclosed.seen.headers as Record<string, string>;
      const {
        "content-length": _own,
        "transfer-encoding": _ownChunked,
        ...ownHeaders
      } = expected.seen.headers as Record<string, string>;
      expect({ ...disclosed.seen, headers }).toStrictEqual({ ...expected.seen, headers: ownHeaders });
      expect([index, disclosed.said]).toStrictEqual([index, index < 3]);
    }
  });

  test("an event stream written in any pieces is the same but for one comment", async () => {
    const { app, ask } = application();
    let pieces: readonly string[] = [];
    app.get("/", async (_request: Request, response: Answer) => {
      await ask();
      response.type("text/event-stream");
      for (const piece of pieces) response.write(piece);
      response.end();
    });
    const base = await listening(app);
    const stream = streamOf();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: stream.length - 1 }), { maxLength: 6 }), async (cuts) => {
        const at = [0, ...new Set(cuts.toSorted((a, b) => a - b)), stream.length];
        pieces = at.slice(1).map((end, index) => stream.slice(at[index], end));
        const text = await (await fetch(base)).text();
        const comments = text.match(/^: energy .*\n\n/gm);
        expect(comments).toHaveLength(1);
        expect(text.replace(comments![0], "")).toBe(stream);
        expect(text.indexOf(comments![0])).toBe(stream.indexOf("data: [DONE]"));
      }),
      { numRuns: 30 },
    );
  });

  test("what is not a meter is refused at once", () => {
    expect(() => disclosure({})).toThrow(/disclosure\(meter\).*expected a meter, got/s);
  });
});
