/**
 * Hosts of known providers, by the names of OpenTelemetry's `gen_ai.provider.name`, and for those that it has no
 * name for, by the same pattern. A leading dot stands for any subdomain.
 */
const PROVIDER_OF_HOST: readonly (readonly [host: string, provider: string])[] = [
  ["api.openai.com", "openai"],
  [".api.openai.com", "openai"],
  [".openai.azure.com", "azure.ai.openai"],
  [".cognitiveservices.azure.com", "azure.ai.openai"],
  [".services.ai.azure.com", "azure.ai.inference"],
  [".models.ai.azure.com", "azure.ai.inference"],
  ["api.mistral.ai", "mistral_ai"],
  ["codestral.mistral.ai", "mistral_ai"],
  [".mistral.ai", "mistral_ai"],
  ["api.anthropic.com", "anthropic"],
  ["generativelanguage.googleapis.com", "gcp.gemini"],
  ["aiplatform.googleapis.com", "gcp.vertex_ai"],
  ["-aiplatform.googleapis.com", "gcp.vertex_ai"],
  [".amazonaws.com", "aws.bedrock"],
  ["api.groq.com", "groq"],
  ["api.deepseek.com", "deepseek"],
  ["api.x.ai", "x_ai"],
  ["api.perplexity.ai", "perplexity"],
  ["api.cohere.com", "cohere"],
  ["api.cohere.ai", "cohere"],
  ["api.moonshot.ai", "moonshot_ai"],
  [".ml.cloud.ibm.com", "ibm.watsonx.ai"],
  ["api.together.xyz", "together_ai"],
  ["api.fireworks.ai", "fireworks_ai"],
  ["openrouter.ai", "openrouter"],
  ["router.huggingface.co", "hugging_face"],
];

/** The provider that a host belongs to; undefined for hosts of no known provider, such as a gateway of one's own. */
export function providerOfHost(host: string): string | undefined {
  const name = host.replace(/:\d+$/, "").toLowerCase();
  return PROVIDER_OF_HOST.find(([known]) => (/^[.-]/.test(known) ? name.endsWith(known) : name === known))?.[1];
}
