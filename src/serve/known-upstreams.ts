/** A provider with one public address, which the gateway serves without being configured. */
export interface KnownUpstream {
  /** The first segment of the gateway's path, and the name to configure it by. */
  readonly name: string;
  /** Where the rest of the path goes. */
  readonly url: string;
  /** Where the host does not say it. */
  readonly provider?: string;
  /** What its SDKs read their base URL from; undefined where they take it as an option only. */
  readonly variable?: string;
  /** What the SDKs' base URL has behind the host. */
  readonly path: string;
}

/**
 * Base URLs and variables as the official SDKs have them (openai 7.57, @anthropic-ai/sdk 1.14, @google/genai 3.3,
 * groq-sdk 1.6, together-ai 0.52, @cerebras/cerebras_cloud_sdk 1.91, cohere 7.3 for Python, replicate 1.0.7 for Python).
 */
export const KNOWN_UPSTREAMS: readonly KnownUpstream[] = [
  { name: "openai", url: "https://api.openai.com", variable: "OPENAI_BASE_URL", path: "/v1" },
  { name: "anthropic", url: "https://api.anthropic.com", variable: "ANTHROPIC_BASE_URL", path: "" },
  { name: "mistral", url: "https://api.mistral.ai", path: "" },
  {
    name: "gemini",
    url: "https://generativelanguage.googleapis.com",
    variable: "GOOGLE_GEMINI_BASE_URL",
    path: "",
  },
  { name: "cohere", url: "https://api.cohere.com", variable: "CO_API_URL", path: "" },
  { name: "groq", url: "https://api.groq.com", variable: "GROQ_BASE_URL", path: "" },
  { name: "together", url: "https://api.together.ai", variable: "TOGETHER_BASE_URL", path: "/v1" },
  { name: "cerebras", url: "https://api.cerebras.ai", variable: "CEREBRAS_BASE_URL", path: "" },
  { name: "deepseek", url: "https://api.deepseek.com", path: "/v1" },
  { name: "xai", url: "https://api.x.ai", path: "/v1" },
  { name: "perplexity", url: "https://api.perplexity.ai", variable: "PERPLEXITY_BASE_URL", path: "" },
  { name: "fireworks", url: "https://api.fireworks.ai", path: "/inference/v1" },
  { name: "openrouter", url: "https://openrouter.ai", path: "/api/v1" },
  { name: "huggingface", url: "https://router.huggingface.co", variable: "HF_INFERENCE_ENDPOINT", path: "" },
  { name: "replicate", url: "https://api.replicate.com", variable: "REPLICATE_BASE_URL", path: "" },
  { name: "scaleway", url: "https://api.scaleway.ai", path: "/v1" },
  { name: "ovhcloud", url: "https://oai.endpoints.kepler.ai.cloud.ovh.net", path: "/v1" },
  { name: "nebius", url: "https://api.tokenfactory.nebius.com", path: "/v1" },
  { name: "ollama", url: "http://127.0.0.1:11434", provider: "ollama", variable: "OLLAMA_HOST", path: "" },
];
