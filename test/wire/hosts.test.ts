import { expect, test } from "vitest";

import { providerOfHost } from "../../src/wire/hosts.ts";

test.for([
  ["api.openai.com", "openai"],
  ["eu.api.openai.com", "openai"],
  ["API.OpenAI.com:443", "openai"],
  ["our-resource.openai.azure.com", "azure.ai.openai"],
  ["our-resource.cognitiveservices.azure.com", "azure.ai.openai"],
  ["our-resource.services.ai.azure.com", "azure.ai.inference"],
  ["api.mistral.ai", "mistral_ai"],
  ["codestral.mistral.ai", "mistral_ai"],
  ["api.groq.com", "groq"],
  ["api.x.ai", "x_ai"],
  ["europe-west1-aiplatform.googleapis.com", "gcp.vertex_ai"],
  ["bedrock-runtime.eu-west-1.amazonaws.com", "aws.bedrock"],
  ["openrouter.ai", "openrouter"],
  ["localhost:11434", undefined],
  ["gateway.example.com", undefined],
  ["api.openai.com.evil.example", undefined],
  ["notapi.openai.com.example", undefined],
  ["mistral.ai.example", undefined],
  ["", undefined],
] as const)("%s belongs to %s", ([host, provider]) => {
  expect(providerOfHost(host)).toBe(provider);
});
