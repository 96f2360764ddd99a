import { expect, test } from "vitest";

import { createMeter, type RequestRecord } from "../../../src/index.ts";
import { FootprintCallbackHandler } from "../../../src/langchain.ts";

const OPENAI = { id: ["langchain", "chat_models", "openai", "ChatOpenAI"] };
const usage_metadata = { input_tokens: 9, output_tokens: 12, total_tokens: 21 };

/** What LangChain 1 gives a handler of an answer, by who is asked and who listens. */
test.for([
  ["of a call", { response_metadata: { model_name: "gpt-4o-2024-08-06" }, usage_metadata }, {}],
  ["of another provider's", { response_metadata: { model: "gpt-4o-2024-08-06" }, usage_metadata }, {}],
  [
    "that streams because LangGraph listens",
    { response_metadata: { model_provider: "openai" }, usage_metadata },
    { finish_reason: "stop", model_name: "gpt-4o-2024-08-06" },
  ],
] as const)("an answer %s says which model gave it", async ([, message, generationInfo]) => {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const handler = new FootprintCallbackHandler(meter);
  await handler.handleChatModelStart(OPENAI, [], "run-1", undefined, { invocation_params: { model: "gpt-4o" } });
  handler.handleLLMEnd({ generations: [[{ text: "Hello", message, generationInfo }]] }, "run-1");
  await meter.flush();
  expect(records).toMatchObject([
    {
      ...{ requestedModel: "gpt-4o", respondedModel: "gpt-4o-2024-08-06", outcome: "completed" },
      usage: { inputTokens: 9, outputTokens: 12 },
    },
  ]);
});
