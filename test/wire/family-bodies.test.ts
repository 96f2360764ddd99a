import { describe, expect, test } from "vitest";

import { cohereBody } from "../../src/wire/cohere/cohere-body.ts";
import { geminiBody } from "../../src/wire/gemini/gemini-body.ts";
import { huggingFaceBody } from "../../src/wire/hugging-face/hugging-face-body.ts";
import { llamaCppBody } from "../../src/wire/llama-cpp/llama-cpp-body.ts";
import { ollamaBody } from "../../src/wire/ollama/ollama-body.ts";
import { requestBody } from "../../src/wire/openai/request-body.ts";
import { replicateBody } from "../../src/wire/replicate/replicate-body.ts";
import { requestedLimits, rewriteRequest, type RequestReader } from "../../src/wire/requested-limits.ts";

const INSTEAD = { model: "small", maximumOutputTokens: 7 };

/** What each body limits, and what is sent where a budget allows a smaller model and 7 tokens. */
const BODIES: readonly (readonly [
  name: string,
  RequestReader,
  operation: string,
  body: object,
  limit: number | undefined,
  rewritten: object,
])[] = [
  [
    "Gemini",
    geminiBody,
    "generate_content",
    { contents: [] },
    undefined,
    { contents: [], generationConfig: { maxOutputTokens: 7 } },
  ],
  [
    "Gemini",
    geminiBody,
    "generate_content",
    { generationConfig: { maxOutputTokens: 20, topK: 1 } },
    20,
    { generationConfig: { maxOutputTokens: 7, topK: 1 } },
  ],
  [
    "Gemini in the other casing",
    geminiBody,
    "generate_content",
    { generation_config: { max_output_tokens: 20 } },
    20,
    { generation_config: { max_output_tokens: 7 } },
  ],
  [
    "Gemini in both",
    geminiBody,
    "generate_content",
    { generationConfig: { max_output_tokens: 20 } },
    20,
    { generationConfig: { max_output_tokens: 7 } },
  ],
  [
    "an interaction of Gemini",
    geminiBody,
    "interactions",
    { model: "large", input: "x" },
    undefined,
    { model: "small", input: "x", generation_config: { max_output_tokens: 7 } },
  ],
  ["Cohere", cohereBody, "chat", { model: "large", max_tokens: 20 }, 20, { model: "small", max_tokens: 7 }],
  [
    "Ollama",
    ollamaBody,
    "chat",
    { model: "large", options: { num_ctx: 4096, num_predict: 20 } },
    20,
    { model: "small", options: { num_ctx: 4096, num_predict: 7 } },
  ],
  [
    "Ollama without an end",
    ollamaBody,
    "chat",
    { model: "large", options: { num_predict: -1 } },
    undefined,
    { model: "small", options: { num_predict: 7 } },
  ],
  ["Replicate", replicateBody, "predictions", { input: { max_new_tokens: 20 } }, 20, { input: { max_new_tokens: 7 } }],
  [
    "Replicate without a limit",
    replicateBody,
    "predictions",
    { input: { prompt: "x" } },
    undefined,
    { input: { prompt: "x" } },
  ],
  [
    "text-generation-inference",
    huggingFaceBody,
    "completions",
    { inputs: "x", parameters: { max_new_tokens: 20, seed: 1 } },
    20,
    { inputs: "x", parameters: { max_new_tokens: 7, seed: 1 } },
  ],
  [
    "llama.cpp",
    llamaCppBody,
    "completions",
    { prompt: "x", n_predict: 20 },
    20,
    { model: "small", prompt: "x", n_predict: 7 },
  ],
  ["watsonx", requestBody, "chat", { model_id: "large", max_tokens: 20 }, 20, { model_id: "small", max_tokens: 7 }],
  [
    "llama.cpp without an end",
    llamaCppBody,
    "completions",
    { n_predict: -1 },
    undefined,
    { model: "small", n_predict: 7 },
  ],
];

test.for(BODIES)(
  "a request of %s: its limit is read and replaced (%o)",
  ([, reader, operation, body, limit, rewritten]) => {
    const text = JSON.stringify(body);
    for (const form of [body, text, Buffer.from(text)])
      expect(requestedLimits(reader, form, operation).maximumOutputTokens).toBe(limit);
    expect(JSON.parse(rewriteRequest(reader, text, operation, INSTEAD))).toStrictEqual(rewritten);
    expect(requestedLimits(reader, JSON.stringify(rewritten), operation).maximumOutputTokens).toBe(
      limit === undefined && reader === replicateBody ? undefined : 7,
    );
  },
);

test("a request of watsonx names its model", () => {
  expect(requestedLimits(requestBody, { model_id: "ibm/granite-3-8b-instruct" }, "chat").model).toBe(
    "ibm/granite-3-8b-instruct",
  );
});

describe("a request of Ollama", () => {
  test.for([
    [{ model: "m", messages: [{}] }, true],
    [{ model: "m", messages: [{}], stream: true }, true],
    [{ model: "m", messages: [{}], stream: false }, false],
  ] as const)("streams unless it is asked not to: %j", ([body, streamed]) => {
    expect(requestedLimits(ollamaBody, body, "chat").streamed).toBe(streamed);
    const long = { ...body, padding: "x".repeat(100_000) };
    expect(requestedLimits(ollamaBody, JSON.stringify(long), "chat")).toMatchObject({ model: "m", streamed });
  });

  test.for([
    ["completions", { model: "m" }, false],
    ["completions", { model: "m", prompt: "" }, false],
    ["completions", { model: "m", prompt: "", images: ["AAAA"] }, true],
    ["completions", { model: "m", prompt: "x" }, true],
    ["chat", { model: "m", messages: [] }, false],
    ["chat", { model: "m", messages: [{}] }, true],
    ["embeddings", { model: "m", input: "" }, true],
  ] as const)("runs a model only where there is something to read: %s %j", ([operation, body, isInference]) => {
    expect(requestedLimits(ollamaBody, body, operation).isInference).toBe(isInference);
  });
});
