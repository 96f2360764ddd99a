import { AWS_SUFFIXES } from "./aws-suffixes.ts";
import type { HostRule } from "./host-rule.ts";

/**
 * Hosts whose own API no family reads, or of which a family reads a part: a POST there is a request, of this provider,
 * whether or not anybody can read its usage.
 */
export const OTHER_HOSTS: readonly HostRule[] = [
  { host: "*.{region}-{number}.prediction.vertexai.goog", provider: "gcp.vertex_ai" },
  ...AWS_SUFFIXES.flatMap((suffix) => [
    { host: `bedrock-agent-runtime.{region}.${suffix}`, provider: "aws.bedrock" },
    { host: `runtime.sagemaker.{region}.${suffix}`, provider: "aws.sagemaker", path: /\/invocations/ },
  ]),
  { host: "*.services.ai.azure.com", provider: "azure.ai.inference", path: /\/api\/projects\/|\/providers\// },
  { host: "{name}.{region}.inference.ml.azure.com", provider: "azure.ai.inference" },
  { host: "api.cohere.com", provider: "cohere" },
  { host: "api.cohere.ai", provider: "cohere" },
  { host: "production.cohere.ai", provider: "cohere" },
  { host: "inference.de-txl.ionos.com", provider: "ionos", zone: "DEU" },
  { host: "api.aleph-alpha.com", provider: "aleph_alpha" },
  { host: "api.ai21.com", provider: "ai21" },
  { host: "api.elevenlabs.io", provider: "elevenlabs" },
  { host: "api.deepgram.com", provider: "deepgram" },
  { host: "api.assemblyai.com", provider: "assemblyai", zone: "USA" },
  { host: "api.eu.assemblyai.com", provider: "assemblyai", zone: "EU" },
];
