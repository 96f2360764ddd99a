import type { HostRule } from "./host-rule.ts";
import { EU } from "./places.ts";

const ON_VERTEX = /(?:\/locations\/(?<region>[a-z0-9-]+))?\/(?:endpoints|publishers)\//;

/**
 * Hosts whose own API no family reads, or of which a family reads a part: a POST there is a request, of this provider,
 * whether or not anybody can read its usage.
 */
export const OTHER_HOSTS: readonly HostRule[] = [
  { host: "generativelanguage.googleapis.com", provider: "gcp.gemini" },
  { host: "aiplatform.googleapis.com", provider: "gcp.vertex_ai", path: ON_VERTEX },
  { host: "{region}-aiplatform.googleapis.com", provider: "gcp.vertex_ai", path: ON_VERTEX },
  { host: "aiplatform.{region}.rep.googleapis.com", provider: "gcp.vertex_ai", path: ON_VERTEX },
  { host: "*.{region}-{number}.prediction.vertexai.goog", provider: "gcp.vertex_ai" },
  ...["bedrock-runtime", "bedrock-runtime-fips", "bedrock-agent-runtime"].flatMap((service) =>
    ["amazonaws.com", "api.aws", "amazonaws.com.cn", "amazonaws.eu"].map((suffix) => ({
      host: `${service}.{region}.${suffix}`,
      provider: "aws.bedrock",
    })),
  ),
  { host: "*.bedrock-runtime.{region}.vpce.amazonaws.com", provider: "aws.bedrock" },
  { host: "runtime.sagemaker.{region}.amazonaws.com", provider: "aws.sagemaker", path: /\/invocations/ },
  { host: "*.services.ai.azure.com", provider: "azure.ai.inference", path: /\/api\/projects\// },
  { host: "api.cohere.com", provider: "cohere" },
  { host: "api.cohere.ai", provider: "cohere" },
  { host: "api.replicate.com", provider: "replicate", zone: "USA" },
  { host: "fal.run", provider: "fal", zone: "USA" },
  { host: "queue.fal.run", provider: "fal", zone: "USA" },
  { host: "api-inference.huggingface.co", provider: "hugging_face", zone: "USA" },
  { host: "inference.de-txl.ionos.com", provider: "ionos", zone: "DEU" },
  { host: "api.aleph-alpha.com", provider: "aleph_alpha", zone: "DEU" },
  { host: "api.ai21.com", provider: "ai21" },
  { host: "api.elevenlabs.io", provider: "elevenlabs", zone: "USA" },
  { host: "api.deepgram.com", provider: "deepgram", zone: "USA" },
  { host: "api.assemblyai.com", provider: "assemblyai", zone: "USA" },
  { host: "api.eu.assemblyai.com", provider: "assemblyai", zone: EU },
];
