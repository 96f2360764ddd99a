import { alibabaHosts } from "../alibaba-hosts.ts";
import { AWS_SUFFIXES } from "../aws-suffixes.ts";
import type { HostRule } from "../host-rule.ts";
import { ibmHosts } from "../ibm-hosts.ts";
import { oracleHosts } from "../oracle-hosts.ts";
import { THOUGHTS_IN_TOTAL } from "../usage-habits.ts";
import { vertexHosts } from "../vertex-hosts.ts";

const ON_AZURE = /\/openai\//;
const TO_DEPLOYMENT = /\/openai\/deployments\/[^/]+\//;
const ON_DATABRICKS = /\/(?:serving-endpoints|ai-gateway)\//;
const ON_BEDROCK = /\/openai\//;

/** Where the clouds speak OpenAI's API: hosts of many services, of which a path is ours. */
export const CLOUD_HOSTS: readonly HostRule[] = [
  // Microsoft: the name of a resource says nothing of its region, which the answer states.
  { host: "*.openai.azure.com", provider: "azure.ai.openai" },
  { host: "*.openai.azure.us", provider: "azure.ai.openai", zone: "USA" },
  { host: "*.openai.azure.cn", provider: "azure.ai.openai", zone: "CHN" },
  { host: "*.cognitiveservices.azure.com", provider: "azure.ai.openai", path: ON_AZURE },
  { host: "*.cognitiveservices.azure.us", provider: "azure.ai.openai", zone: "USA", path: ON_AZURE },
  { host: "*.cognitiveservices.azure.cn", provider: "azure.ai.openai", zone: "CHN", path: ON_AZURE },
  { host: "{region}.api.cognitive.microsoft.com", provider: "azure.ai.openai", path: ON_AZURE },
  { host: "{region}.api.cognitive.microsoft.us", provider: "azure.ai.openai", path: ON_AZURE },
  { host: "{region}.api.cognitive.azure.cn", provider: "azure.ai.openai", path: ON_AZURE },
  { host: "*.services.ai.azure.com", provider: "azure.ai.openai", path: ON_AZURE },
  // Its API Management may stand before anything; only Azure's own API names deployments.
  { host: "*.azure-api.net", provider: "azure.ai.openai", path: TO_DEPLOYMENT },
  { host: "*.azure-api.us", provider: "azure.ai.openai", zone: "USA", path: TO_DEPLOYMENT },
  { host: "*.azure-api.cn", provider: "azure.ai.openai", zone: "CHN", path: TO_DEPLOYMENT },
  { host: "*.services.ai.azure.com", provider: "azure.ai.inference", path: /\/models\// },
  { host: "{name}.{region}.models.ai.azure.com", provider: "azure.ai.inference" },
  { host: "models.inference.ai.azure.com", provider: "github" },
  { host: "models.github.ai", provider: "github" },
  { host: "api.githubcopilot.com", provider: "github_copilot" },
  { host: "api.{plan}.githubcopilot.com", provider: "github_copilot" },

  // Amazon
  ...["bedrock-runtime", "bedrock-runtime-fips"].flatMap((service) =>
    AWS_SUFFIXES.map((suffix) => ({
      host: `${service}.{region}.${suffix}`,
      provider: "aws.bedrock",
      path: ON_BEDROCK,
    })),
  ),
  { host: "*.bedrock-runtime.{region}.vpce.amazonaws.com", provider: "aws.bedrock", path: ON_BEDROCK },
  { host: "bedrock-mantle.{region}.api.aws", provider: "aws.bedrock", path: /^(?!\/anthropic\/)/ },

  // Google
  ...vertexHosts(/\/(?:endpoints\/[^/:]+|publishers\/openai)\//, THOUGHTS_IN_TOTAL),

  ...alibabaHosts(),

  // Others
  ...ibmHosts(),
  ...oracleHosts(),
  { host: "*.cloud.databricks.com", provider: "databricks", path: ON_DATABRICKS },
  { host: "*.cloud.databricks.us", provider: "databricks", zone: "USA", path: ON_DATABRICKS },
  { host: "*.databricks.azure.us", provider: "databricks", zone: "USA", path: ON_DATABRICKS },
  { host: "*.databricks.azure.cn", provider: "databricks", zone: "CHN", path: ON_DATABRICKS },
  { host: "*.azuredatabricks.net", provider: "databricks", path: ON_DATABRICKS },
  { host: "*.gcp.databricks.com", provider: "databricks", path: ON_DATABRICKS },
  { host: "*.snowflakecomputing.com", provider: "snowflake", path: /\/cortex\// },
  { host: "api.cloudflare.com", provider: "cloudflare", path: /\/ai\// },
  { host: "{id}.{region}.{cloud}.endpoints.huggingface.cloud", provider: "hugging_face" },
  { host: "*.endpoints.huggingface.cloud", provider: "hugging_face" },
  { host: "api.ai.*.{region}.aws.ml.hana.ondemand.com", provider: "sap_ai_core", path: /\/inference\// },
  { host: "api.ai.*.ml.hana.ondemand.com", provider: "sap_ai_core", path: /\/inference\// },
];
