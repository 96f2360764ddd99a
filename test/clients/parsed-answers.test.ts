import fc from "fast-check";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";
import { QUESTION } from "./openai/sdk.ts";

/** What is recorded of a call that is answered with this body. */
async function recorded(body: string, contentType: string, prepare: (client: OpenAI) => void = () => undefined) {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = (): Promise<Response> =>
    Promise.resolve(new Response(body, { headers: { "content-type": contentType } }));
  const client = meter.wrap(new OpenAI({ apiKey: "none", maxRetries: 0, fetch }));
  prepare(client);
  await client.chat.completions.create(QUESTION).then(
    () => undefined,
    () => undefined,
  );
  await meter.close();
  return records.map(({ outcome, errorType, usage, usageSource, rawUsage, respondedModel, attempts, footprint }) => ({
    ...{ outcome, errorType, usage, usageSource, rawUsage, respondedModel, attempts, evidence: footprint?.evidence },
  }));
}

/** A method that an answer passes is another's: its body is observed. */
const patched = (client: OpenAI): void => {
  const { responsePromise } = client as unknown as { responsePromise: (...parameters: unknown[]) => unknown };
  Object.assign(client, {
    responsePromise(this: unknown, ...parameters: unknown[]) {
      return responsePromise.apply(this, parameters);
    },
  });
};

const count = fc.oneof(fc.nat(1000), fc.constant(-1), fc.constant(1.5), fc.string(), fc.constant(null));
const usage = fc.record(
  {
    prompt_tokens: count,
    completion_tokens: count,
    total_tokens: count,
    prompt_tokens_details: fc.oneof(fc.record({ cached_tokens: count }, { requiredKeys: [] }), fc.jsonValue()),
    completion_tokens_details: fc.record({ reasoning_tokens: count }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const answer = fc.record(
  {
    model: fc.oneof(fc.constantFrom("gpt-4o-2024-08-06", "gpt-5", ""), fc.string()),
    choices: fc.array(fc.record({ message: fc.jsonValue(), error: fc.jsonValue() }, { requiredKeys: [] })),
    usage: fc.oneof({ weight: 4, arbitrary: usage }, fc.jsonValue()),
    error: fc.jsonValue(),
    usage_breakdown: fc.jsonValue(),
    id: fc.string(),
  },
  { requiredKeys: [] },
);

describe("an answer that the SDK parses", () => {
  test("says the same of its request as its body, whatever JSON it is", async () => {
    const anyAnswer = fc.oneof({ weight: 5, arbitrary: answer }, fc.jsonValue());
    const contentType = fc.constantFrom(
      "application/json",
      "application/problem+json; charset=utf-8",
      "text/plain",
      "",
    );
    await fc.assert(
      fc.asyncProperty(anyAnswer, contentType, async (json, type) => {
        const body = JSON.stringify(json);
        expect(await recorded(body, type)).toStrictEqual(await recorded(body, type, patched));
      }),
      { numRuns: 300 },
    );
  });

  test.for([
    ["nothing", ""],
    ["half an answer", '{"model":"gpt-4o","choices":[{"message"'],
    ["a page", "<html><body>Bad gateway</body></html>"],
  ] as const)("is malformed where it is %s", async ([, body]) => {
    const [record, ...others] = await recorded(body, "application/json");
    expect([record?.outcome, record?.errorType, others]).toStrictEqual(["failed", "malformed", []]);
    expect([record]).toStrictEqual(await recorded(body, "application/json", patched));
  });
});

test.for([
  ["create() of the SDK", async (client: OpenAI) => (await client.chat.completions.create(QUESTION)) as object],
  [
    "json() of its response",
    async (client: OpenAI) => (await client.chat.completions.create(QUESTION).asResponse()).json(),
  ],
] as const)("an object of %s that the application changes was read as it came", async ([, ask]) => {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const text = JSON.stringify({
    model: "gpt-4o",
    usage: { prompt_tokens: 4, completion_tokens: 12, prompt_tokens_details: { cached_tokens: 1 } },
  });
  const fetch = (): Promise<Response> =>
    Promise.resolve(new Response(text, { headers: { "content-type": "application/json" } }));
  const client = meter.wrap(new OpenAI({ apiKey: "none", fetch }));
  const changed = (await ask(client)) as {
    model: string;
    usage: { prompt_tokens: number; prompt_tokens_details: { cached_tokens: number } };
  };
  changed.model = "another";
  changed.usage.prompt_tokens = 1000;
  changed.usage.prompt_tokens_details.cached_tokens = 1000;
  await meter.close();
  expect(records.map(({ respondedModel, usage: read }) => [respondedModel, read])).toStrictEqual([
    ["gpt-4o", { inputTokens: 3, cacheReadTokens: 1, outputTokens: 12 }],
  ]);
});

test("an answer that is asked for twice, or handed out and parsed, is one request", async () => {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const text = JSON.stringify({ model: "gpt-4o", usage: { prompt_tokens: 4, completion_tokens: 12 } });
  const fetch = (): Promise<Response> =>
    Promise.resolve(new Response(text, { headers: { "content-type": "application/json" } }));
  const client = meter.wrap(new OpenAI({ apiKey: "none", fetch }));
  const [both, parsed, late, unread] = [0, 1, 2, 3].map(() => client.chat.completions.create(QUESTION));
  await Promise.all([both!.asResponse(), both]);
  await parsed!.withResponse();
  await (await late!.asResponse()).text();
  expect((await unread!.asResponse()).bodyUsed).toBe(false);
  await meter.close();
  expect(records.map(({ outcome, usage }) => [outcome, usage?.outputTokens])).toStrictEqual([
    ["completed", 12],
    ["completed", 12],
    ["completed", 12],
    ["abandoned", undefined],
  ]);
});
