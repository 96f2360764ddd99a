import type { HostRule } from "../host-rule.ts";
import type { UsageHabits } from "../usage-habits.ts";

/** `completion_tokens` holds what can be read of the answer, not the reasoning. */
const REASONING_BESIDE: UsageHabits = { reasoning: "beside" };

/** Gemini's thoughts are in no class of OpenAI's; the total alone has them. */
const THOUGHTS_IN_TOTAL: UsageHabits = { reasoning: "only_in_total" };

/** Hosts that speak OpenAI's API. An OpenAI-compatible host is one line here; its grid and PUE are in the catalogue. */
export const COMPATIBLE_HOSTS: readonly HostRule[] = [
  { host: "api.openai.com", provider: "openai" },
  { host: "*.api.openai.com", provider: "openai" },
  { host: "*.openai.azure.com", provider: "azure.ai.openai" },
  { host: "*.cognitiveservices.azure.com", provider: "azure.ai.openai" },
  { host: "*.services.ai.azure.com", provider: "azure.ai.inference" },
  { host: "*.models.ai.azure.com", provider: "azure.ai.inference" },
  { host: "api.anthropic.com", provider: "anthropic" },
  { host: "generativelanguage.googleapis.com", provider: "gcp.gemini", usage: THOUGHTS_IN_TOTAL },
  { host: "aiplatform.googleapis.com", provider: "gcp.vertex_ai", usage: THOUGHTS_IN_TOTAL },
  { host: "{region}-aiplatform.googleapis.com", provider: "gcp.vertex_ai", usage: THOUGHTS_IN_TOTAL },
  { host: "*.amazonaws.com", provider: "aws.bedrock" },
  { host: "api.groq.com", provider: "groq" },
  { host: "api.deepseek.com", provider: "deepseek" },
  { host: "api.x.ai", provider: "x_ai", usage: REASONING_BESIDE },
  { host: "api.perplexity.ai", provider: "perplexity", usage: REASONING_BESIDE },
  { host: "api.cohere.com", provider: "cohere" },
  { host: "api.cohere.ai", provider: "cohere" },
  { host: "api.moonshot.ai", provider: "moonshot_ai" },
  { host: "*.ml.cloud.ibm.com", provider: "ibm.watsonx.ai" },
  { host: "api.together.xyz", provider: "together_ai" },
  { host: "api.fireworks.ai", provider: "fireworks_ai" },
  { host: "openrouter.ai", provider: "openrouter" },
  { host: "router.huggingface.co", provider: "hugging_face" },
];
