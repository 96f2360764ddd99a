import { createRequire } from "node:module";
import { setTimeout } from "node:timers/promises";
import type { OpenAI } from "openai";
import { Counter, Histogram, Registry } from "prom-client";

import { cpuMilliseconds, type Block } from "./rounds.ts";

export const body = { model: "gpt-4o", messages: [{ role: "user" as const, content: "x".repeat(500) }] };

/** A client with its own copy of the SDK, so that one's shapes do not slow the other's code. */
export function freshClient(options: object): OpenAI {
  const require = createRequire(import.meta.url);
  for (const path of Object.keys(require.cache)) {
    if (/[\\/]node_modules[\\/]openai[\\/]/.test(path)) Reflect.deleteProperty(require.cache, path);
  }
  const sdk = require("openai") as { OpenAI: new (options: object) => OpenAI };
  return new sdk.OpenAI({ apiKey: "none", maxRetries: 0, ...options });
}

export const calls =
  (client: OpenAI): Block =>
  (operations) =>
    cpuMilliseconds(async () => {
      for (let call = 0; call < operations; call++) await client.chat.completions.create(body);
    });

export const streams =
  (client: OpenAI): Block =>
  (operations) =>
    cpuMilliseconds(async () => {
      for (let call = 0; call < operations; call++) {
        const stream = await client.chat.completions.create({
          ...body,
          stream: true,
          stream_options: { include_usage: true },
        });
        for await (const _chunk of stream);
      }
    });

export const fetches = (fetch: (url: string, init: RequestInit) => Promise<Response>): Block => {
  const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
  return (operations) =>
    cpuMilliseconds(async () => {
      for (let call = 0; call < operations; call++) {
        await (await fetch("https://api.openai.com/v1/chat/completions", init)).json();
      }
    });
};

/** To the first chunk with content, on the clock: most of it is waiting. */
export const firstTokens =
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

/** What is written by hand in place of a meter: four counters and two histograms after each call. */
export function callsCountedByHand(client: OpenAI): Block {
  const registers = [new Registry()];
  const labelNames = ["provider", "model", "operation", "team"];
  const [requests, input, output, co2e] = ["requests", "input", "output", "co2e"].map(
    (name) => new Counter({ name, help: name, labelNames, registers }),
  ) as [Counter, Counter, Counter, Counter];
  const [seconds, tokens] = ["seconds", "tokens"].map(
    (name) => new Histogram({ name, help: name, labelNames, registers }),
  ) as [Histogram, Histogram];
  return (operations) =>
    cpuMilliseconds(async () => {
      for (let call = 0; call < operations; call++) {
        const started = performance.now();
        const { model, usage } = await client.chat.completions.create(body);
        const labels = { provider: "openai", model, operation: "chat", team: "bench" };
        requests.inc(labels);
        input.inc(labels, usage!.prompt_tokens);
        output.inc(labels, usage!.completion_tokens);
        co2e.inc(labels, usage!.completion_tokens * 0.0005);
        seconds.observe(labels, (performance.now() - started) / 1000);
        tokens.observe(labels, usage!.completion_tokens);
      }
    });
}
