import { anthropicBatch } from "./kinds/anthropic-batch.ts";
import { anthropicUsageReport } from "./kinds/anthropic-usage.ts";
import { azureDiagnostics } from "./kinds/azure-diagnostics.ts";
import { azureMonitor } from "./kinds/azure-monitor.ts";
import { bedrock } from "./kinds/bedrock-invocations.ts";
import { claudeCode } from "./kinds/claude-code.ts";
import { cloudflare } from "./kinds/cloudflare.ts";
import { codex } from "./kinds/codex.ts";
import { geminiCli } from "./kinds/gemini-cli.ts";
import { helicone } from "./kinds/helicone.ts";
import { langfuse } from "./kinds/langfuse.ts";
import { langsmith } from "./kinds/langsmith.ts";
import { litellmDaily } from "./kinds/litellm-daily.ts";
import { litellm } from "./kinds/litellm.ts";
import { openaiActivity } from "./kinds/openai-activity.ts";
import { openaiBatch } from "./kinds/openai-batch.ts";
import { openaiUsage } from "./kinds/openai-usage.ts";
import { openrouter } from "./kinds/openrouter-activity.ts";
import { ownRecords } from "./kinds/own-records.ts";
import { portkey } from "./kinds/portkey.ts";
import { vertex } from "./kinds/vertex.ts";
import { otelSpans } from "./otel/otel-spans.ts";
import type { RecordKind } from "./past-request.ts";

/** The kinds of record that are known by their looks, the most telling first. */
export const RECORD_KINDS: readonly RecordKind[] = [
  ownRecords,
  otelSpans,
  litellmDaily,
  litellm,
  openaiUsage,
  openaiActivity,
  openaiBatch,
  anthropicBatch,
  anthropicUsageReport,
  openrouter,
  bedrock,
  vertex,
  azureMonitor,
  azureDiagnostics,
  claudeCode,
  codex,
  geminiCli,
  langsmith,
  langfuse,
  helicone,
  portkey,
  cloudflare,
];
