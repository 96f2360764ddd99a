// cspell:ignore baai melotts myshell
import { expect, test } from "vitest";

import { answering } from "../answering.ts";

const RUN = "https://api.cloudflare.com/client/v4/accounts/a/ai/run";
const LLAMA = "@cf/meta/llama-3.3-70b-instruct-fp8-fast";
const ASKED = { messages: [{ role: "user", content: "Hi" }], max_tokens: 64 };
const usage = { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 };
const event = (data: object | string): string => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;

test.for([
  ["directly", `${RUN}/${LLAMA}`],
  ["behind its gateway", `https://gateway.ai.cloudflare.com/v1/a/g/workers-ai/${LLAMA}`],
] as const)("text of Workers AI is counted, %s", async ([, url]) => {
  const { recordOf } = answering({ result: { response: "Hello", usage }, success: true, errors: [] });
  expect(await recordOf(url, ASKED)).toMatchObject({
    ...{ provider: "cloudflare", operation: "chat", requestedModel: LLAMA, outcome: "completed" },
    ...{ usageSource: "reported", usage: { inputTokens: 20, outputTokens: 5 } },
  });
});

test("a stream of Workers AI is counted by the usage at its end", async () => {
  const { recordOf } = answering([
    event({ response: "He", p: "abc" }),
    event({ response: "llo" }),
    event({ response: "", usage }),
    event("[DONE]"),
  ]);
  const record = await recordOf(`${RUN}/${LLAMA}`, { ...ASKED, stream: true });
  expect(record).toMatchObject({ usageSource: "reported", usage: { inputTokens: 20, outputTokens: 5 } });
});

test("a stream of Workers AI that is left is estimated by its text", async () => {
  const { post, settled } = answering([event({ response: "He" }), event({ response: "llo" })]);
  const reader = (await post(`${RUN}/${LLAMA}`, { ...ASKED, stream: true })).body!.getReader();
  await reader.read();
  await reader.cancel();
  expect(await settled()).toMatchObject([
    { outcome: "abandoned", usageSource: "estimated", usage: { outputTokens: 2 } },
  ]);
});

test("embeddings of Workers AI, which state nothing, are estimated", async () => {
  const { recordOf } = answering({ result: { shape: [1, 3], data: [[0.1, 0.2, 0.3]] }, success: true });
  const record = await recordOf(`${RUN}/@cf/baai/bge-m3`, { text: ["x".repeat(400)] });
  expect(record).toMatchObject({ operation: "embeddings", usageSource: "estimated" });
  expect(record.usage!.inputTokens).toBeGreaterThan(90);
});

test.for([
  ["inside JSON", () => Response.json({ result: { image: "A".repeat(40_000) }, success: true })],
  ["as bytes", () => new Response(Buffer.alloc(100), { headers: { "content-type": "image/png" } })],
] as const)("an image of Workers AI is counted, %s", async ([, answer]) => {
  const { recordOf } = answering(answer());
  expect(await recordOf(`${RUN}/@cf/black-forest-labs/flux-1-schnell`, { prompt: "a cat" })).toMatchObject({
    ...{ operation: "images", requestedModel: "@cf/black-forest-labs/flux-1-schnell", usage: { images: 1 } },
  });
});

test.for([
  ["@cf/baai/bge-reranker-base", "rerank"],
  ["@cf/openai/whisper-large-v3-turbo", "transcriptions"],
  ["@cf/myshell-ai/melotts", "speech"],
  ["@cf/meta/llama-guard-3-8b", "classifications"],
] as const)("%s of Workers AI is a request for %s", async ([model, operation]) => {
  const { recordOf } = answering({ result: {}, success: true });
  expect(await recordOf(`${RUN}/${model}`, {})).toMatchObject({ operation, requestedModel: model });
});

test("an error of Workers AI with status 200 has failed", async () => {
  const { recordOf } = answering({ result: null, success: false, errors: [{ code: 5007, message: "No such model" }] });
  expect(await recordOf(`${RUN}/${LLAMA}`, ASKED)).toMatchObject({ outcome: "failed" });
});
