import { expect, test } from "vitest";

import { answering } from "../answering.ts";

const API = "https://inference.generativeai.us-chicago-1.oci.oraclecloud.com/20231130/actions";
const LLAMA = "meta.llama-3.3-70b-instruct";
const ASKED = {
  compartmentId: "c",
  servingMode: { modelId: LLAMA, servingType: "ON_DEMAND" },
  chatRequest: { apiFormat: "GENERIC", maxTokens: 600 },
};
const usage = {
  ...{ promptTokens: 100, completionTokens: 50, totalTokens: 150 },
  promptTokensDetails: { cachedTokens: 60 },
  completionTokensDetails: { reasoningTokens: 30 },
};
const counted = { inputTokens: 40, cacheReadTokens: 60, outputTokens: 20, reasoningTokens: 30 };

test.for([
  ["short", 10],
  ["longer than what is kept of it", 40_000],
] as const)("a chat of Oracle's own API, %s, is counted", async ([, length]) => {
  const text = "x".repeat(length);
  const chatResponse = { apiFormat: "GENERIC", choices: [{ message: { content: [{ type: "TEXT", text }] } }], usage };
  const { post, settled } = answering({ modelId: LLAMA, modelVersion: "1.0", chatResponse });
  const response = await post(`${API}/chat`, ASKED);
  for await (const _chunk of response.body!);
  expect(await settled()).toMatchObject([
    {
      ...{ provider: "oci", zone: "us-chicago-1", operation: "chat", requestedModel: LLAMA, respondedModel: LLAMA },
      ...{ outcome: "completed", usageSource: "reported", usage: counted },
    },
  ]);
});

test("a streamed chat of Oracle's own API is counted by the usage among its events", async () => {
  const event = (data: object): string => `data: ${JSON.stringify(data)}\n\n`;
  const { recordOf } = answering([
    event({ index: 0, message: { role: "ASSISTANT", content: [{ type: "TEXT", text: "Hello" }] } }),
    event({ message: {}, finishReason: "stop" }),
    event({ usage }),
  ]);
  const body = { ...ASKED, chatRequest: { ...ASKED.chatRequest, isStream: true } };
  expect(await recordOf(`${API}/chat`, body)).toMatchObject({
    ...{ outcome: "completed", requestedModel: LLAMA, usageSource: "reported", usage: counted },
  });
});

test("embeddings of Oracle's own API count what they have read", async () => {
  const answer = {
    id: "e",
    modelId: "cohere.embed-v4.0",
    embeddings: [[0.1]],
    usage: { promptTokens: 5, totalTokens: 5 },
  };
  const { recordOf } = answering(answer);
  expect(await recordOf(`${API}/embedText`, { inputs: ["x"], servingMode: ASKED.servingMode })).toMatchObject({
    ...{ operation: "embeddings", respondedModel: "cohere.embed-v4.0", usage: { inputTokens: 5 } },
  });
});
