// cspell:ignore Tongyi friendliai llamafile sambanova mimo
import { expect, test } from "vitest";

import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { providerNamed } from "../../src/formats/provider-names.ts";
import { allHostRules } from "../../src/wire/hosts.ts";

/** As LiteLLM's `LlmProviders`, LangChain's classes, LlamaIndex, the AI SDK and Genkit spell them in logs and spans. */
const SPELLED: readonly (readonly [name: string, provider: string])[] = [
  ["dashscope", "alibaba"],
  ["Tongyi", "alibaba"],
  ["volcengine", "volcengine"],
  ["zai", "zhipu"],
  ["ZhipuAI", "zhipu"],
  ["nvidia_nim", "nvidia"],
  ["NVIDIA", "nvidia"],
  ["voyage", "voyage"],
  ["jina_ai", "jina"],
  ["fal_ai", "fal"],
  ["runwayml", "runway"],
  ["friendliai", "friendli"],
  ["featherless_ai", "featherless"],
  ["lambda_ai", "lambda"],
  ["meta_llama", "meta"],
  ["oci", "oci"],
  ["vercel_ai_gateway", "vercel"],
  ["gradient_ai", "digitalocean"],
  ["lm_studio", "lm_studio"],
  ["llamafile", "llama_cpp"],
  ["Aleph Alpha", "aleph_alpha"],
  ["SambaNova", "sambanova"],
  ["Nebius", "nebius"],
  ["OVHcloud", "ovhcloud"],
  ["github_copilot", "github_copilot"],
  ["xiaomi_mimo", "xiaomi"],
  ["watsonx", "ibm.watsonx.ai"],
  ["openai.responses", "openai"],
];

test.for(SPELLED)("%s is %s, which the catalogue has", ([name, provider]) => {
  expect(providerNamed(name)).toBe(provider);
  expect(defaultCatalogue().provider(provider)).toBeDefined();
});

test("every provider that has a host is known by its own name, also in capitals", () => {
  const providers = [...new Set(allHostRules().map(({ provider }) => provider))];
  expect(providers.map((name) => providerNamed(name))).toStrictEqual(providers);
  expect(providers.map((name) => providerNamed(name.toUpperCase()))).toStrictEqual(providers);
});

test("a name that nobody knows stays as it is", () => {
  expect(providerNamed("My Gateway")).toBe("My Gateway");
});
