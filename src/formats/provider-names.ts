import { allHostRules, providerOfHost } from "../wire/hosts.ts";

/** Other programs' names of providers, in lower case without punctuation, by OpenTelemetry's `gen_ai.provider.name`. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  openai: ["openai", "openaichat", "openairesponses", "openaicompletion", "textcompletionopenai", "chatopenai"],
  "azure.ai.openai": ["azure", "azureopenai", "azopenai", "azaiopenai", "azureaiopenai", "openaiazure"],
  "azure.ai.inference": ["azureai", "azureaiinference", "azaiinference", "az", "azureinference", "azureaifoundry"],
  anthropic: ["anthropic", "claude", "anthropicai", "anthropicchat", "anthropicmessages"],
  "aws.bedrock": ["bedrock", "awsbedrock", "amazonbedrock", "aws", "amazon", "bedrockconverse", "bedrockmantle"],
  "aws.sagemaker": ["sagemaker", "awssagemaker", "sagemakerchat"],
  "gcp.gemini": [
    ...["gemini", "google", "googleai", "googleaistudio", "googlegenai", "googlegenerativeai", "gcpgemini"],
    ...["gcpgenai", "googlegemini"],
  ],
  "gcp.vertex_ai": [
    "vertexai",
    "vertex",
    "googlevertex",
    "googlevertexai",
    "gcpvertexai",
    "vertexaibeta",
    "gcpvertexagent",
  ],
  mistral_ai: ["mistral", "mistralai", "mistralaiapi", "codestral"],
  x_ai: ["xai", "grok"],
  groq: ["groq"],
  deepseek: ["deepseek"],
  cohere: ["cohere", "coherechat"],
  perplexity: ["perplexity", "perplexityai"],
  moonshot_ai: ["moonshot", "moonshotai", "kimi"],
  "ibm.watsonx.ai": ["watsonx", "ibmwatsonx", "watsonxai", "ibmwatsonxai"],
  together_ai: ["together", "togetherai"],
  fireworks_ai: ["fireworks", "fireworksai"],
  openrouter: ["openrouter"],
  hugging_face: ["huggingface", "huggingfacehub"],
  cerebras: ["cerebras", "cerebrasai"],
  replicate: ["replicate"],
  cloudflare: ["workersai", "cloudflareworkersai", "cloudflare"],
  ollama: ["ollama", "ollamachat"],
  vllm: ["vllm", "hostedvllm"],
  alibaba: ["alibaba", "dashscope", "alibabacloud", "tongyi", "qwen"],
  volcengine: ["volcengine", "byteplus", "doubao"],
  zhipu: ["zhipu", "zhipuai", "zai", "bigmodel"],
  nvidia: ["nvidianim", "nim"],
  voyage: ["voyage", "voyageai"],
  jina: ["jina", "jinaai"],
  fal: ["fal", "falai"],
  runway: ["runway", "runwayml"],
  friendli: ["friendli", "friendliai"],
  featherless: ["featherless", "featherlessai"],
  lambda: ["lambdaai"],
  meta: ["metallama", "llamaapi"],
  oci: ["oci", "ocigenai", "oracle", "oraclegenai"],
  github: ["githubmodels"],
  vercel: ["vercelaigateway"],
  digitalocean: ["gradientai"],
  lm_studio: ["lmstudio"],
  llama_cpp: ["llamacpp", "llamafile"],
  xiaomi: ["xiaomimimo"],
};

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

const PROVIDERS: ReadonlyMap<string, string> = new Map(
  Object.entries(NAMES).flatMap(([provider, names]) => names.map((name) => [name, provider] as const)),
);

/** Providers that others spell as their hosts do here, but for case and punctuation: `Nebius`, `Aleph Alpha`. */
let spelledAlike: ReadonlyMap<string, string> | undefined;
const providerSpelled = (name: string): string | undefined => {
  spelledAlike ??= new Map(allHostRules().map(({ provider }) => [bare(provider), provider] as const));
  return spelledAlike.get(bare(name));
};

/** Names come from outside, a few of them again and again. */
const MOST_REMEMBERED = 1000;
const remembered = new Map<string, string>();

/**
 * A provider by OpenTelemetry's name, however another program spells it: `OPENAI`, `Amazon Bedrock`, `vertex_ai`,
 * `openai.chat`, or a host. A name that nobody knows stays as it is.
 */
export function providerNamed(name: string): string {
  let provider = remembered.get(name);
  if (provider === undefined) {
    provider = named(name);
    if (remembered.size < MOST_REMEMBERED) remembered.set(name, provider);
  }
  return provider;
}

function named(name: string): string {
  const known = PROVIDERS.get(bare(name)) ?? PROVIDERS.get(bare(name.split(".", 1)[0]!));
  return (
    known ?? providerSpelled(name) ?? (name.includes(".") ? providerOfHost(hostIn(name)) : undefined) ?? name.trim()
  );
}

/** Whether a name is a provider's that is known. */
export const isProvider = (name: string): boolean => PROVIDERS.has(name) || PROVIDERS.has(bare(name));

const hostIn = (name: string): string => (URL.canParse(name) ? new URL(name).host || name : name);
