import { setTimeout as pause } from "node:timers/promises";

import { Mistral } from "@mistralai/mistralai";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { createMeter, type Meter, type RequestRecord } from "../../src/index.ts";

const QUESTION = { model: "gpt-4o-mini", messages: [{ role: "user" as const, content: "Hello" }] };
const MISTRAL_QUESTION = { ...QUESTION, model: "mistral-small-latest" };

type Ask = (meter: Meter, provider: LocalProvider, signal: AbortSignal, stream: boolean) => Promise<unknown>;

/** A call of each way to be metered, which reads its answer to the end. */
const ways: readonly (readonly [name: string, ask: Ask])[] = [
  [
    "wrap(new OpenAI())",
    async (meter, provider, signal, stream) => {
      const client = meter.wrap(new OpenAI({ apiKey: "k", baseURL: provider.openaiBaseURL }), { provider: "local" });
      const answer = await client.chat.completions.create({ ...QUESTION, stream }, { signal });
      if (stream) for await (const _ of answer as AsyncIterable<unknown>);
    },
  ],
  [
    "wrap(new Mistral())",
    async (meter, provider, signal, stream) => {
      const client = meter.wrap(new Mistral({ apiKey: "k", serverURL: provider.mistralServerURL }), {
        provider: "local",
      });
      const options = { fetchOptions: { signal } };
      if (stream) for await (const _ of await client.chat.stream(MISTRAL_QUESTION, options));
      else await client.chat.complete(MISTRAL_QUESTION, options);
    },
  ],
  [
    "fetch()",
    async (meter, provider, signal, stream) => {
      const fetch = meter.fetch({ provider: "local" });
      const body = JSON.stringify({ ...QUESTION, stream });
      const headers = { "content-type": "application/json", authorization: "Bearer k" };
      await (
        await fetch(`${provider.openaiBaseURL}/chat/completions`, { method: "POST", body, headers, signal })
      ).text();
    },
  ],
];

/** How a call is recorded that a signal ends, before an answer or in the middle of one. */
async function recorded(ask: Ask, signalOf: () => AbortSignal, stream: boolean) {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  // Of its own: a request that its signal ends before it is sent takes no fault.
  const fault = stream ? { holdAfter: 3 } : { latencyMilliseconds: 5000 };
  await using provider = await startLocalProvider({ fault: () => fault });
  await ask(meter, provider, signalOf(), stream).catch(() => undefined);
  for (let look = 0; look < 50 && records.length === 0; look++) await pause(5);
  await meter.close();
  return records.map(({ outcome, errorType, attempts }) => [outcome, errorType, attempts]);
}

const leaving = (): AbortSignal => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 60).unref();
  return controller.signal;
};

describe.for(ways)("%s", ([, ask]) => {
  test.for([
    ["before an answer", false],
    ["in the middle of a stream", true],
  ] as const)("a deadline that is over %s is a timeout", async ([, stream]) => {
    expect(await recorded(ask, () => AbortSignal.timeout(60), stream)).toStrictEqual([["failed", "timeout", 1]]);
    const either = () => AbortSignal.any([new AbortController().signal, AbortSignal.timeout(60)]);
    expect(await recorded(ask, either, stream)).toStrictEqual([["failed", "timeout", 1]]);
  });

  test.for([
    ["before an answer", false],
    ["in the middle of a stream", true],
  ] as const)("an application that leaves %s has abandoned it", async ([, stream]) => {
    expect(await recorded(ask, leaving, stream)).toStrictEqual([["abandoned", "aborted", 1]]);
  });
});
