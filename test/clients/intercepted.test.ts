import { Mistral } from "@mistralai/mistralai";
import nock from "nock";
import OpenAI from "openai";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";

// Applications test with nock, which puts its own fetch in place of the platform's: the SDKs' own hosts, and no network.
beforeAll(() => nock.disableNetConnect());
afterEach(() => nock.cleanAll());
afterAll(() => nock.restore());

const messages = [{ role: "user" as const, content: "Say something short." }];
const answerOf = (model: string) => ({
  id: "answer-1",
  object: "chat.completion",
  created: 1_790_000_000,
  model,
  choices: [{ index: 0, message: { role: "assistant", content: "Hello." }, finish_reason: "stop" }],
  usage: { prompt_tokens: 4, completion_tokens: 12, total_tokens: 16 },
});

test("an intercepted exchange is metered like any other, at the SDK's own host", async () => {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  nock("https://api.openai.com").post("/v1/chat/completions").reply(200, answerOf("gpt-4o-mini-2024-07-18"));
  nock("https://api.mistral.ai").post("/v1/chat/completions").reply(200, answerOf("mistral-large-2411"));

  const openai = meter.wrap(new OpenAI({ apiKey: "a key", maxRetries: 0 }));
  const mistral = meter.wrap(new Mistral({ apiKey: "a key" }));
  const completion = await openai.chat.completions.create({ model: "gpt-4o-mini", messages });
  const answer = await mistral.chat.complete({ model: "mistral-large-latest", messages });
  await meter.close();

  expect(completion.choices[0]?.message.content).toBe("Hello.");
  expect(answer.choices[0]?.message?.content).toBe("Hello.");
  expect(nock.pendingMocks()).toStrictEqual([]);
  const usage = { inputTokens: 4, outputTokens: 12 };
  const common = { operation: "chat", outcome: "completed", attempts: 1, usage, usageSource: "reported" };
  expect(records).toMatchObject([
    { ...common, provider: "openai", endpoint: "api.openai.com", respondedModel: "gpt-4o-mini-2024-07-18" },
    { ...common, provider: "mistral_ai", endpoint: "api.mistral.ai", respondedModel: "mistral-large-2411" },
  ]);
});

test("an answer that nock makes fail is one failed request", async () => {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  nock("https://api.openai.com")
    .post("/v1/chat/completions")
    .reply(429, { error: { message: "slow down" } });
  const openai = meter.wrap(new OpenAI({ apiKey: "a key", maxRetries: 0 }));
  await expect(openai.chat.completions.create({ model: "gpt-4o-mini", messages })).rejects.toMatchObject({
    status: 429,
  });
  await meter.close();
  expect(records).toMatchObject([{ outcome: "failed", errorType: "http_429", attempts: 1, usage: undefined }]);
});
