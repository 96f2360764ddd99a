// cspell:ignore usgovvirginia chinaeast
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { FAMILIES } from "../../src/wire/families.ts";
import type { HostRule } from "../../src/wire/host-rule.ts";
import { allHostRules, destinationOf } from "../../src/wire/hosts.ts";
import { providerNamed } from "../../src/wire/names-of-gateways.ts";
import { OTHER_HOSTS } from "../../src/wire/other-hosts.ts";

const asked = (url: string) => {
  const { host, pathname } = new URL(url);
  return destinationOf(host, pathname);
};

describe.for([
  ["https://api.openai.com/v1/chat/completions", "openai", undefined],
  ["https://us.api.openai.com/v1/responses", "openai", "USA"],
  ["https://eu.api.openai.com/v1/responses", "openai", ["EEA", "CHE"]],
  ["https://mtls.api.openai.com/v1/responses", "openai", undefined],
  ["https://r.openai.azure.com/openai/deployments/d/chat/completions", "azure.ai.openai", undefined],
  ["https://r.openai.azure.us/openai/v1/responses", "azure.ai.openai", "USA"],
  ["https://r.openai.azure.cn/openai/v1/responses", "azure.ai.openai", "CHN"],
  ["https://r.cognitiveservices.azure.com/openai/deployments/d/embeddings", "azure.ai.openai", undefined],
  ["https://r.cognitiveservices.azure.com/formrecognizer/documentModels/m:analyze", undefined, undefined],
  ["https://swedencentral.api.cognitive.microsoft.com/openai/v1/responses", "azure.ai.openai", "swedencentral"],
  ["https://swedencentral.api.cognitive.microsoft.com/sts/v1.0/issueToken", undefined, undefined],
  ["https://r.services.ai.azure.com/openai/v1/responses", "azure.ai.openai", undefined],
  ["https://apim.azure-api.net/ours/openai/deployments/d/chat/completions", "azure.ai.openai", undefined],
  ["https://apim.azure-api.us/openai/deployments/d/embeddings", "azure.ai.openai", "USA"],
  ["https://apim.azure-api.net/openai/v1/chat/completions", undefined, undefined],
  ["https://apim.azure-api.net/orders", undefined, undefined],
  ["https://r.services.ai.azure.com/models/chat/completions", "azure.ai.inference", undefined],
  ["https://r.services.ai.azure.com/anthropic/v1/messages", "azure.ai.inference", undefined],
  ["https://r.services.ai.azure.com/providers/cohere/v2/rerank", "azure.ai.inference", undefined],
  ["https://e.westeurope.inference.ml.azure.com/v1/chat/completions", "azure.ai.inference", "westeurope"],
  ["https://m.eastus2.models.ai.azure.com/v1/chat/completions", "azure.ai.inference", "eastus2"],
  ["https://api.anthropic.com/v1/messages", "anthropic", undefined],
  ["https://claude.googleapis.com/v1/projects/p/locations/europe-west1/messages", "anthropic", undefined],
  ["https://aws-external-anthropic.eu-west-1.api.aws/v1/messages", "anthropic", undefined],
  ["https://api.mistral.ai/v1/chat/completions", "mistral_ai", undefined],
  ["https://api.eu.mistral.ai/v1/chat/completions", "mistral_ai", ["EU", "EFTA"]],
  ["https://codestral.mistral.ai/v1/fim/completions", "mistral_ai", undefined],
  ["https://generativelanguage.googleapis.com/v1beta/openai/chat/completions", "gcp.gemini", undefined],
  ["https://generativelanguage.googleapis.com/v1beta/models/m:generateContent", "gcp.gemini", undefined],
  [
    "https://europe-west9-aiplatform.googleapis.com/v1/projects/p/locations/europe-west9/publishers/google/models/m:generateContent",
    "gcp.vertex_ai",
    "europe-west9",
  ],
  [
    "https://aiplatform.googleapis.com/v1/projects/p/locations/europe-north2/publishers/anthropic/models/m:rawPredict",
    "gcp.vertex_ai",
    "europe-north2",
  ],
  [
    "https://europe-west9-aiplatform.googleapis.com/v1/projects/p/locations/global/publishers/google/models/m:generateContent",
    "gcp.vertex_ai",
    undefined,
  ],
  [
    "https://aiplatform.googleapis.com/v1/projects/p/locations/global/endpoints/openapi/chat/completions",
    "gcp.vertex_ai",
    undefined,
  ],
  [
    "https://aiplatform.us.rep.googleapis.com/v1/projects/p/locations/us/publishers/google/models/m:generateContent",
    "gcp.vertex_ai",
    "USA",
  ],
  [
    "https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/publishers/mistralai/models/m:rawPredict",
    "gcp.vertex_ai",
    "EU",
  ],
  ["https://aiplatform.googleapis.com/v1/publishers/google/models/m:generateContent", "gcp.vertex_ai", undefined],
  ["https://bedrock-runtime.eu-west-3.amazonaws.com/model/m/converse", "aws.bedrock", "eu-west-3"],
  ["https://bedrock-runtime.eu-west-3.amazonaws.com/openai/v1/chat/completions", "aws.bedrock", "eu-west-3"],
  ["https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com/model/m/invoke", "aws.bedrock", "us-gov-west-1"],
  ["https://bedrock-runtime.ap-southeast-4.api.aws/model/m/converse", "aws.bedrock", "ap-southeast-4"],
  ["https://bedrock-runtime.eusc-de-east-1.amazonaws.eu/model/m/converse", "aws.bedrock", "eusc-de-east-1"],
  ["https://bedrock-runtime.eusc-de-east-1.api.amazonwebservices.eu/model/m/converse", "aws.bedrock", "eusc-de-east-1"],
  ["https://bedrock-runtime.us-iso-east-1.c2s.ic.gov/model/m/converse", "aws.bedrock", "us-iso-east-1"],
  ["https://runtime.sagemaker.cn-north-1.amazonaws.com.cn/endpoints/e/invocations", "aws.sagemaker", "cn-north-1"],
  [
    "https://europe-west4-aiplatform-ours.p.googleapis.com/v1/projects/p/locations/europe-west4/publishers/google/models/m:generateContent",
    "gcp.vertex_ai",
    "europe-west4",
  ],
  [
    "https://aiplatform-ours.p.googleapis.com/v1/projects/p/locations/europe-west9/publishers/mistralai/models/m:rawPredict",
    "gcp.vertex_ai",
    "europe-west9",
  ],
  [
    "https://gateway.ai.cloudflare.com/v1/a/g/google-vertex-ai/v1/projects/p/locations/europe-north2/publishers/google/models/m:generateContent",
    "gcp.vertex_ai",
    "europe-north2",
  ],
  [
    "https://gateway.ai.cloudflare.com/v1/a/g/google-vertex-ai/v1/projects/p/locations/global/publishers/google/models/m:generateContent",
    "gcp.vertex_ai",
    undefined,
  ],
  [
    "https://gateway.ai.cloudflare.com/v1/a/g/aws-bedrock/bedrock-runtime/eu-north-1/model/m/converse",
    "aws.bedrock",
    "eu-north-1",
  ],
  [
    "https://inference.generativeai.uk-gov-london-1.oci.oraclegovcloud.uk/openai/v1/chat/completions",
    "oci",
    "uk-gov-london-1",
  ],
  ["https://inference.generativeai.eu-frankfurt-2.oci.oraclecloud.eu/20231130/actions/chat", "oci", "eu-frankfurt-2"],
  ["https://inference.generativeai.us-chicago-1.oci.oraclecloud.com.example/v1/chat/completions", undefined, undefined],
  ["https://production.cohere.ai/v1/chat", "cohere", undefined],
  ["https://ours.cohere.com/v2/chat", "cohere", undefined],
  ["https://docs.cohere.com/reference/chat", undefined, undefined],
  ["https://llama.app.cloud.ovh.net/v1/chat/completions", "ovhcloud", "FRA"],
  ["https://inference.aleph-alpha.stackit.run/v1/chat/completions", "aleph_alpha", "DEU"],
  ["https://stream-b.replicate.com/v1/files/f", "replicate", undefined],
  ["https://bedrock-runtime.cn-north-1.amazonaws.com.cn/model/m/converse", "aws.bedrock", "cn-north-1"],
  ["https://bedrock-mantle.eu-north-1.api.aws/v1/responses", "aws.bedrock", "eu-north-1"],
  ["https://bedrock-mantle.eu-north-1.api.aws/anthropic/v1/messages", "aws.bedrock", "eu-north-1"],
  [
    "https://bedrock-agent-runtime.eu-west-1.amazonaws.com/agents/a/agentAliases/b/sessions/c/text",
    "aws.bedrock",
    "eu-west-1",
  ],
  ["https://vpce-1-a.bedrock-runtime.us-east-1.vpce.amazonaws.com/model/m/converse", "aws.bedrock", "us-east-1"],
  ["https://runtime.sagemaker.us-east-2.amazonaws.com/endpoints/e/invocations", "aws.sagemaker", "us-east-2"],
  ["https://bucket.s3.eu-central-1.amazonaws.com/key", undefined, undefined],
  ["https://s3.eu-central-1.amazonaws.com/bucket/key", undefined, undefined],
  ["https://bedrock.eu-central-1.amazonaws.com/guardrails", undefined, undefined],
  ["https://api.cohere.com/compatibility/v1/chat/completions", "cohere", undefined],
  ["https://api.cohere.com/v2/chat", "cohere", undefined],
  ["https://api.groq.com/openai/v1/chat/completions", "groq", undefined],
  ["https://api.together.ai/v1/chat/completions", "together_ai", undefined],
  ["https://api.deepseek.com/chat/completions", "deepseek", undefined],
  ["https://us-east-1.api.x.ai/v1/chat/completions", "x_ai", "USA"],
  ["https://api.moonshot.cn/v1/chat/completions", "moonshot_ai", undefined],
  ["https://api.moonshot.ai/v1/chat/completions", "moonshot_ai", undefined],
  ["https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions", "alibaba", "CHN"],
  ["https://dashscope-intl.aliyuncs.com/compatible-mode/v1/chat/completions", "alibaba", "WORLD"],
  ["https://w.us-east-1.maas.aliyuncs.com/compatible-mode/v1/chat/completions", "alibaba", "WORLD"],
  ["https://w.cn-beijing.maas.aliyuncs.com/compatible-mode/v1/chat/completions", "alibaba", "CHN"],
  ["https://w.cn-shanghai.maas.aliyuncs.com/api/v1/services/aigc/text-generation/generation", "alibaba", "CHN"],
  ["https://w.cn-hongkong.maas.aliyuncs.com/compatible-mode/v1/chat/completions", "alibaba", "WORLD"],
  ["https://dashscope-finance.aliyuncs.com/compatible-mode/v1/chat/completions", "alibaba", "CHN"],
  ["https://usgovvirginia.api.cognitive.microsoft.us/openai/v1/responses", "azure.ai.openai", "usgovvirginia"],
  ["https://chinaeast2.api.cognitive.azure.cn/openai/v1/responses", "azure.ai.openai", "chinaeast2"],
  ["https://api.business.githubcopilot.com/chat/completions", "github_copilot", undefined],
  ["https://w.cloud.databricks.us/serving-endpoints/e/invocations", "databricks", "USA"],
  ["https://adb-1.2.databricks.azure.cn/serving-endpoints/e/invocations", "databricks", "CHN"],
  ["https://api.tokenfactory.us-central1.nebius.com/v1/chat/completions", "nebius", "us-central1"],
  ["https://audio-prod.us-virginia-1.direct.fireworks.ai/v1/audio/transcriptions", "fireworks_ai", "us-virginia-1"],
  ["https://audio-turbo.api.fireworks.ai/v1/audio/transcriptions", "fireworks_ai", undefined],
  ["https://ark.eu-west.bytepluses.com/api/v3/chat/completions", "volcengine", "EU"],
  ["https://router.eu.requesty.ai/v1/chat/completions", "requesty", "EU"],
  ["https://api.langdock.com/openai/eu/v1/chat/completions", "langdock", "EU"],
  ["https://api.langdock.com/anthropic/us/v1/messages", "langdock", "USA"],
  ["https://token-plan-ams.xiaomimimo.com/v1/chat/completions", "xiaomi", "NLD"],
  ["https://llm-server.llmhub.t-systems.net/v2/chat/completions", "t_systems", undefined],
  ["https://albert.api.etalab.gouv.fr/v1/chat/completions", "albert", undefined],
  ["https://api.cerebras.ai/v1/chat/completions", "cerebras", undefined],
  ["https://api.scaleway.ai/p/v1/chat/completions", "scaleway", "FRA"],
  ["https://u.ifr.nl-ams.scaleway.com/v1/chat/completions", "scaleway", "nl-ams"],
  ["https://oai.endpoints.kepler.ai.cloud.ovh.net/v1/chat/completions", "ovhcloud", "FRA"],
  ["https://openai.inference.de-txl.ionos.com/v1/chat/completions", "ionos", "DEU"],
  ["https://us-south.ml.cloud.ibm.com/ml/v1/text/chat", "ibm.watsonx.ai", "us-south"],
  ["https://us-east-1.aws.wxai.ibm.com/ml/v1/text/chat", "ibm.watsonx.ai", "us-east-1"],
  ["https://inference.generativeai.eu-frankfurt-1.oci.oraclecloud.com/20231130/actions/chat", "oci", "eu-frankfurt-1"],
  ["https://i.eu-west-1.aws.endpoints.huggingface.cloud/v1/chat/completions", "hugging_face", "eu-west-1"],
  ["https://openrouter.ai/api/v1/chat/completions", "openrouter", undefined],
  ["https://eu.openrouter.ai/api/v1/chat/completions", "openrouter", "EU"],
  ["https://eu.ai-gateway.vercel.sh/v1/chat/completions", "vercel", undefined],
  ["https://router.huggingface.co/v1/chat/completions", "hugging_face", undefined],
  ["https://router.huggingface.co/together/v1/chat/completions", "together_ai", undefined],
  ["https://router.huggingface.co/hf-inference/models/m/pipeline/feature-extraction", "hugging_face", undefined],
  ["https://router.huggingface.co/wavespeed/v3/m", "hugging_face", undefined],
  ["https://gateway.ai.cloudflare.com/v1/a/g/openai/chat/completions", "openai", undefined],
  ["https://gateway.ai.cloudflare.com/v1/a/g/azure-openai/r/d/chat/completions", "azure.ai.openai", undefined],
  ["https://gateway.ai.cloudflare.com/v1/a/g/anthropic/v1/messages", "anthropic", undefined],
  ["https://gateway.ai.cloudflare.com/v1/a/g/workers-ai/v1/chat/completions", "cloudflare", undefined],
  ["https://gateway.ai.cloudflare.com/v1/a/g/compat/chat/completions", "cloudflare", undefined],
  ["https://router.huggingface.co/fal-ai/fal-ai/flux/dev", "fal", undefined],
  ["https://oai.helicone.ai/v1/chat/completions", "openai", undefined],
  ["https://anthropic.helicone.ai/v1/messages", "anthropic", undefined],
  ["https://ai-gateway.helicone.ai/v1/chat/completions", "helicone", undefined],
  ["https://w.cloud.databricks.com/serving-endpoints/e/invocations", "databricks", undefined],
  ["https://w.cloud.databricks.com/api/2.0/sql/statements", undefined, undefined],
  ["http://localhost:11434/v1/chat/completions", "ollama", undefined],
  ["http://127.0.0.1:11434/v1/chat/completions", "ollama", undefined],
  ["http://[::1]:1234/v1/chat/completions", "lm_studio", undefined],
  ["http://localhost:8000/v1/chat/completions", undefined, undefined],
  ["http://localhost/v1/chat/completions", undefined, undefined],
  ["https://gateway.example.com/v1/chat/completions", undefined, undefined],
  ["https://api.openai.com.evil.example/v1/chat/completions", undefined, undefined],
  ["https://evil.example/api.openai.com/v1/chat/completions", undefined, undefined],
  ["https://notapi.openai.com.example/v1/chat/completions", undefined, undefined],
  ["https://fakeopenai.azure.com/openai/v1/responses", undefined, undefined],
] as const)("%s", ([url, provider, zone]) => {
  test(`is of ${provider ?? "nobody known"}, in ${zone === undefined ? "no place that it says" : String(zone)}`, () => {
    const destination = asked(url);
    expect([destination.provider, destination.zone]).toStrictEqual([provider, zone]);
  });
});

test.for([
  ["https://r.services.ai.azure.com/openai/v1/responses", ["openai"]],
  ["https://r.services.ai.azure.com/anthropic/v1/messages", ["anthropic"]],
  [
    "https://aiplatform.googleapis.com/v1/projects/p/locations/eu/publishers/mistralai/models/m:rawPredict",
    ["mistral"],
  ],
  [
    "https://aiplatform.googleapis.com/v1/projects/p/locations/eu/publishers/anthropic/models/m:rawPredict",
    ["anthropic"],
  ],
  ["https://aiplatform.googleapis.com/v1/projects/p/locations/eu/endpoints/openapi/chat/completions", ["openai"]],
  ["https://bedrock-runtime.eu-west-1.amazonaws.com/openai/v1/chat/completions", ["openai"]],
  ["https://bedrock-mantle.eu-west-1.api.aws/anthropic/v1/messages", ["anthropic"]],
  ["https://gateway.example.com/v1/chat/completions", []],
] as const)("%s speaks %s", ([url, families]) => {
  expect(asked(url).families.map(({ name }) => name)).toStrictEqual(families);
});

test("a host is the same in upper case, with a trailing dot, and with a port", () => {
  for (const host of ["API.OpenAI.com", "api.openai.com.", "api.openai.com:443", "api.openai.com.:8443"])
    expect(destinationOf(host, "/v1/responses").provider, host).toBe("openai");
});

/** A host and a path that a rule is written for. */
const exampleOf = (host: string): string =>
  host
    .replace("{region}", "eu-west-1")
    .replace("{provider}", "openai")
    .replaceAll(/\{[a-z]+\}|\*/g, "a");

test("every rule of a host that needs no path is what its host belongs to", () => {
  const rules = allHostRules().filter(({ path, host }) => !path && !host.includes("{provider}"));
  const wrong = rules.filter((rule) => destinationOf(exampleOf(rule.host), "/").provider !== rule.provider);
  expect(rules.length).toBeGreaterThan(100);
  expect(wrong.map(({ host }) => host)).toStrictEqual([]);
});

test("a host is nobody's once a label stands after it, or a letter before it", () => {
  const exact = allHostRules().filter(({ host }) => !/[*{:]/.test(host));
  fc.assert(
    fc.property(fc.constantFrom(...exact), fc.stringMatching(/^[a-z]{2,8}$/), ({ host }, word) => {
      expect(destinationOf(`${host}.${word}`, "/v1/openai/").provider).toBeUndefined();
    }),
  );
});

test("no host brings the matcher to an error", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (host, path) => {
      destinationOf(host, path);
    }),
  );
});

const keyOf = ({ host, path }: HostRule): string => `${host} ${path?.source ?? ""}`;

test.for(FAMILIES.map(({ name, hosts }) => [name, hosts] as const))("%s has no rule twice", ([, hosts]) => {
  expect(new Set(hosts.map(keyOf)).size).toBe(hosts.length);
});

test("a host whose paths a family knows is not among the others", () => {
  const known = new Set(FAMILIES.flatMap(({ hosts }) => hosts.map(keyOf)));
  expect(OTHER_HOSTS.map(keyOf).filter((key) => known.has(key))).toStrictEqual([]);
});

test("every zone that a host pins is one that the catalogue reads", () => {
  const catalogue = defaultCatalogue();
  const zones = allHostRules().flatMap(({ zone = [] }) => zone);
  expect(zones.filter((zone) => catalogue.zone(zone) === undefined)).toStrictEqual([]);
});

/** Programs that anybody may run, on whatever host: only the application can say that one of them serves. */
const ON_ANY_HOST = ["docker_model_runner", "jan", "litellm", "llama_cpp", "sglang", "tgi", "vllm"];
/** Names that only records have. */
const WITHOUT_A_HOST = ["gcp.gen_ai", "unknown"];

test("every provider that has a host is in the catalogue, and every one of the catalogue has a host", () => {
  const ofHosts = new Set(allHostRules().map(({ provider }) => provider));
  const ofCatalogue = defaultCatalogue().providers.map(({ name }) => name);
  expect([...ofHosts].filter((name) => !ofCatalogue.includes(name))).toStrictEqual([]);
  expect(ofCatalogue.filter((name) => !ofHosts.has(name)).sort()).toStrictEqual(
    [...ON_ANY_HOST, ...WITHOUT_A_HOST].sort(),
  );
});

/** As Cloudflare's paths, Hugging Face's router and OpenRouter's answers spell them, where they are providers of ours. */
const GATEWAY_NAMES = [
  ...["workers-ai", "anthropic", "aws-bedrock", "azure-openai", "google-vertex-ai", "huggingface", "openai"],
  ...["perplexity-ai", "replicate", "groq", "cohere", "google-ai-studio", "mistral", "grok", "openrouter", "deepseek"],
  ...["cerebras", "elevenlabs", "baseten", "deepinfra", "fal-ai", "featherless-ai", "fireworks-ai", "hf-inference"],
  ...[
    "hyperbolic",
    "novita",
    "nscale",
    "ovhcloud",
    "publicai",
    "scaleway",
    "together",
    "zai-org",
    "AI21",
    "Alibaba",
    "Baidu",
  ],
  ...["Amazon Bedrock", "Amazon Nova", "AssemblyAI", "Azure", "BaseTen", "BytePlus", "Cerebras", "Chutes"],
  ...["Claude Platform on AWS", "Cloudflare", "Databricks", "Deepgram", "DeepInfra", "DeepSeek", "DigitalOcean"],
  ...[
    "Featherless",
    "Fireworks",
    "Friendli",
    "Google",
    "Google Vertex",
    "Google AI Studio",
    "Groq",
    "InferenceNet",
    "Meta",
    "Minimax",
  ],
  ...["Mistral", "Moonshot AI", "VoyageAI by MongoDB", "Nebius", "Novita", "Nvidia", "Ollama", "OpenAI", "Perplexity"],
  ...[
    "SambaNova",
    "Seed",
    "SiliconFlow",
    "StepFun",
    "Tencent",
    "Together",
    "Upstage",
    "Venice",
    "WandB",
    "xAI",
    "Z.AI",
  ],
];

test("every provider that a gateway names is one that has a host", () => {
  const ofHosts = new Set(allHostRules().map(({ provider }) => provider));
  const named = GATEWAY_NAMES.map((name) => [name, providerNamed(name)] as const);
  expect(named.filter(([, provider]) => provider === undefined || !ofHosts.has(provider))).toStrictEqual([]);
});

test.for([
  ["eu-west-1", "IRL"],
  ["alibaba:eu-west-1", "GBR"],
  ["ap-southeast-3", "IDN"],
  ["alibaba:ap-southeast-3", "MYS"],
  ["me-central-1", "ARE"],
  ["alibaba:me-central-1", "SAU"],
  ["us-east-1", "USA"],
  ["us-south", "USA"],
  ["nl-ams", "NLD"],
  ["eu-frankfurt-1", "DEU"],
  ["eusc-de-east-1", "DEU"],
  ["cn-north-1", "CHN"],
] as const)("the region %s is in %s, whatever another cloud calls so", ([region, country]) => {
  expect(
    defaultCatalogue()
      .zone(region)
      ?.places.map((place) => place.country),
  ).toStrictEqual([country]);
});
