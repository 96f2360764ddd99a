import { expect, test } from "vitest";

import { bedrockBody } from "../../../src/wire/bedrock/bedrock-body.ts";
import { requestedLimits, rewriteRequest } from "../../../src/wire/requested-limits.ts";

const CONVERSE = { messages: [{ role: "user", content: [{ text: "Hello" }] }] };

test.for([
  [
    "Converse",
    { ...CONVERSE, inferenceConfig: { maxTokens: 64, temperature: 0 } },
    64,
    { inferenceConfig: { maxTokens: 8, temperature: 0 } },
  ],
  ["Nova", { inferenceConfig: { max_new_tokens: 64 } }, 64, { inferenceConfig: { max_new_tokens: 8 } }],
  [
    "Titan",
    { inputText: "a", textGenerationConfig: { maxTokenCount: 64 } },
    64,
    { textGenerationConfig: { maxTokenCount: 8 } },
  ],
  ["Anthropic", { anthropic_version: "bedrock-2023-05-31", max_tokens: 64 }, 64, { max_tokens: 8 }],
  ["Meta", { prompt: "a", max_gen_len: 64 }, 64, { max_gen_len: 8 }],
  ["Converse without a limit", CONVERSE, undefined, { inferenceConfig: { maxTokens: 8 } }],
  ["Titan without a limit", { inputText: "a" }, undefined, { textGenerationConfig: { maxTokenCount: 8 } }],
  ["a vendor who is not known", { prompt: "a" }, undefined, {}],
] as const)("the limit of a body of %s is read and lowered where it stands", ([, body, limit, lowered]) => {
  const text = JSON.stringify(body);
  expect(requestedLimits(bedrockBody, text)).toMatchObject({ model: undefined, maximumOutputTokens: limit });
  const rewritten = rewriteRequest(bedrockBody, text, "chat", { model: "other", maximumOutputTokens: 8 });
  expect(JSON.parse(rewritten)).toStrictEqual({ ...body, ...lowered });
});
