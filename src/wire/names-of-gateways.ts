/**
 * How gateways and routers spell the providers behind them, in lower case and without what is neither letter nor digit:
 * segments of Cloudflare's paths (its type `AIGatewayProviders`), Helicone's hosts, OpenRouter's `provider` (its SDK's
 * `ProviderName`), Hugging Face's `x-inference-provider` (`INFERENCE_PROVIDERS` of its SDK). A name that is spelled as
 * the provider's own is not listed.
 *
 * It stands apart from `formats/provider-names.ts`: gateways mean Vertex AI by `google`, where logs mean Gemini, and what
 * was once made of a name stands in journals.
 */
const PROVIDER_OF_NAME: Readonly<Record<string, string>> = {
  oai: "openai",
  azure: "azure.ai.openai",
  azureopenai: "azure.ai.openai",
  bedrock: "aws.bedrock",
  awsbedrock: "aws.bedrock",
  amazonbedrock: "aws.bedrock",
  claudeplatformonaws: "anthropic",
  google: "gcp.vertex_ai",
  vertex: "gcp.vertex_ai",
  googlevertex: "gcp.vertex_ai",
  googlevertexai: "gcp.vertex_ai",
  googleaistudio: "gcp.gemini",
  gemini: "gcp.gemini",
  mistral: "mistral_ai",
  grok: "x_ai",
  perplexityai: "perplexity",
  together: "together_ai",
  fireworks: "fireworks_ai",
  moonshot: "moonshot_ai",
  hfinference: "hugging_face",
  falai: "fal",
  featherlessai: "featherless",
  zaiorg: "zhipu",
  zai: "zhipu",
  byteplus: "volcengine",
  seed: "volcengine",
  workersai: "cloudflare",
  voyageaibymongodb: "voyage",
};

/** Providers that a gateway spells as OpenTelemetry or our hosts do, but for dashes and dots. */
const SPELLED_ALIKE = [
  "openai",
  "fireworks_ai",
  "featherless",
  "together_ai",
  "anthropic",
  "cohere",
  "deepseek",
  "groq",
  "cerebras",
  "openrouter",
  "replicate",
  "hugging_face",
  "x_ai",
  "moonshot_ai",
  "perplexity",
  "alibaba",
  "baidu",
  "tencent",
  "minimax",
  "meta",
  "nvidia",
  "amazon_nova",
  "ai21",
  "assemblyai",
  "deepgram",
  "elevenlabs",
  "baseten",
  "chutes",
  "cloudflare",
  "databricks",
  "deepinfra",
  "digitalocean",
  "friendli",
  "hyperbolic",
  "inference_net",
  "nebius",
  "novita",
  "nscale",
  "ovhcloud",
  "publicai",
  "sambanova",
  "scaleway",
  "siliconflow",
  "stepfun",
  "upstage",
  "venice",
  "wandb",
  "ollama",
];

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");

const byName = new Map([
  ...SPELLED_ALIKE.map((provider): [string, string] => [plain(provider), provider]),
  ...Object.entries(PROVIDER_OF_NAME),
]);

/** The provider that a gateway means by a name; undefined for one that is not known. */
export const providerNamed = (name: string): string | undefined => byName.get(plain(name));
