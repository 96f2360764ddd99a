/**
 * What metering costs a request, against the bare client in the same process, in turn (AB BA), with an A/A control:
 * two bare clients. Each client has its own copy of the SDK, so that one's shapes do not slow the other's code.
 *
 *     npm run bench
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { setImmediate, setTimeout } from "node:timers/promises";
import type { OpenAI } from "openai";
import { createMeter } from "llm-footprint";

import { paired, quantile, report, type Block } from "./paired.ts";

const CHUNKS = 200;
const answer = JSON.stringify({
  id: "chatcmpl-0123456789abcdefghijklmnop",
  object: "chat.completion",
  created: 1_760_000_000,
  model: "gpt-4o-2024-08-06",
  choices: [{ index: 0, message: { role: "assistant", content: "word ".repeat(115) }, finish_reason: "stop" }],
  usage: {
    prompt_tokens: 120,
    completion_tokens: 137,
    total_tokens: 257,
    prompt_tokens_details: { cached_tokens: 20, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
  },
  service_tier: "default",
  system_fingerprint: "fp_0123456789",
});
const event = (delta: object, finish: string | null, usage: object | null = null): string =>
  `data: ${JSON.stringify({
    id: "chatcmpl-0123456789abcdefghijklmnop",
    object: "chat.completion.chunk",
    created: 1_760_000_000,
    model: "gpt-4o-2024-08-06",
    service_tier: "default",
    system_fingerprint: "fp_0123456789",
    choices: usage ? [] : [{ index: 0, delta, logprobs: null, finish_reason: finish }],
    usage,
    obfuscation: "abcdefghijklm",
  })}\n\n`;
const events = [
  event({ role: "assistant", content: "" }, null),
  ...Array.from({ length: CHUNKS }, () => event({ content: " hello" }, null)),
  event({}, "stop"),
  event({}, null, { prompt_tokens: 120, completion_tokens: CHUNKS, total_tokens: 120 + CHUNKS }),
  "data: [DONE]\n\n",
].map((text) => new TextEncoder().encode(text));
const body = { model: "gpt-4o", messages: [{ role: "user" as const, content: "x".repeat(500) }] };

/** Answers from memory, one event per read. */
async function fakeFetch(_url: unknown, init?: RequestInit): Promise<Response> {
  await Promise.resolve();
  if (typeof init?.body === "string" && init.body.includes('"stream":true')) {
    let next = 0;
    const stream = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          if (next < events.length) controller.enqueue(events[next++]!);
          else controller.close();
        },
      },
      { highWaterMark: 0 },
    );
    return new Response(stream, { headers: { "content-type": "text/event-stream" } });
  }
  return new Response(answer, { headers: { "content-type": "application/json" } });
}

function freshClient(options: object): OpenAI {
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) {
    if (/[\\/]node_modules[\\/]openai[\\/]/.test(path)) Reflect.deleteProperty(require.cache, path);
  }
  const sdk = require("openai") as { OpenAI: new (options: object) => OpenAI };
  return new sdk.OpenAI({ apiKey: "none", maxRetries: 0, ...options });
}

const calls =
  (client: OpenAI): Block =>
  async (operations) => {
    const started = performance.now();
    for (let call = 0; call < operations; call++) await client.chat.completions.create(body);
    return performance.now() - started;
  };

const streams =
  (client: OpenAI): Block =>
  async (operations) => {
    const started = performance.now();
    for (let call = 0; call < operations; call++) {
      const stream = await client.chat.completions.create({
        ...body,
        stream: true,
        stream_options: { include_usage: true },
      });
      for await (const _chunk of stream);
    }
    return performance.now() - started;
  };

/** Milliseconds to the first chunk with content, summed. */
const firstTokens =
  (client: OpenAI): Block =>
  async (operations) => {
    let waited = 0;
    for (let call = 0; call < operations; call++) {
      // What is done about the stream that was left is not to be waited for by the next one.
      await setTimeout(2);
      const started = performance.now();
      const stream = await client.chat.completions.create({ ...body, stream: true });
      for await (const chunk of stream) {
        if (chunk.choices[0]?.delta.content) {
          waited += performance.now() - started;
          break;
        }
      }
    }
    return waited;
  };

async function allocatedBytes(block: Block, operations: number): Promise<number> {
  const gc = (globalThis as { gc?: () => void }).gc;
  if (!gc) throw new Error("run with --expose-gc and a large --max-semi-space-size");
  const samples: number[] = [];
  for (let round = 0; round < 15; round++) {
    gc();
    await setImmediate();
    const before = process.memoryUsage().heapUsed;
    await block(operations);
    samples.push((process.memoryUsage().heapUsed - before) / operations);
  }
  return quantile(samples, 0.5);
}

async function main(): Promise<void> {
  const server = fork(import.meta.filename, ["server"]);
  const [port] = (await once(server, "message")) as [number];
  const meter = createMeter({ labels: ["team"] });
  const metered = (options: object): OpenAI => meter.wrap(freshClient(options), { labels: { team: "bench" } });
  try {
    console.log(`Node ${process.version}; "bare 2" against "bare" is the control: a smaller difference is noise.\n`);
    for (const [where, options, callCount, streamCount] of [
      ["memory", { fetch: fakeFetch }, 200, 4],
      ["loopback", { baseURL: `http://127.0.0.1:${port}/v1` }, 30, 4],
    ] as const) {
      const [bare, control, wrapped] = [freshClient(options), freshClient(options), metered(options)];
      for (const client of [bare, control, wrapped]) {
        for (let round = 0; round < 100; round++) {
          await calls(client)(where === "memory" ? 200 : 10);
          await streams(client)(1);
          await setImmediate();
        }
      }
      for (const [name, variant] of [
        ["bare 2", control],
        ["metered", wrapped],
      ] as const) {
        report(`call, ${where}, ${name}`, await paired(calls(bare), calls(variant), callCount, 150));
        report(
          `chunk, ${where}, ${name}`,
          await paired(streams(bare), streams(variant), streamCount, 150),
          CHUNKS,
          "ns",
        );
        if (where === "loopback") {
          report(`first token, ${where}, ${name}`, await paired(firstTokens(bare), firstTokens(variant), 10, 100));
        }
      }
      if (where === "memory") {
        const [without, with_] = [await allocatedBytes(calls(bare), 500), await allocatedBytes(calls(wrapped), 500)];
        console.log(
          `allocated per call, memory             bare ${without.toFixed(0)} B   +${(with_ - without).toFixed(0)} B`,
        );
      }
    }
  } finally {
    await meter.close();
    server.kill();
  }
}

if (process.argv[2] === "server") {
  const server = createServer((request, response) => {
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => (text += piece));
    request.on("end", () => {
      if (text.includes('"stream":true')) {
        response.writeHead(200, { "content-type": "text/event-stream" });
        for (const piece of events) response.write(piece);
        response.end();
      } else response.writeHead(200, { "content-type": "application/json" }).end(answer);
    });
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
} else {
  await main();
}
