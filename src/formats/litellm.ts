import { count, disjointUsage, nested, text, time } from "./fields.ts";
import { PAST_REQUEST, RejectedRecord, type Source } from "./past-request.ts";

/** LiteLLM's `custom_llm_provider`, where it differs from OpenTelemetry's `gen_ai.provider.name`. */
const PROVIDERS: Readonly<Record<string, string>> = {
  azure: "azure.ai.openai",
  azure_ai: "azure.ai.inference",
  bedrock: "aws.bedrock",
  gemini: "gcp.gemini",
  mistral: "mistral_ai",
  vertex_ai: "gcp.vertex_ai",
  xai: "x_ai",
};

/** LiteLLM's `call_type` without its `a` for asynchronous, where it differs from our operations. */
const OPERATIONS: Readonly<Record<string, string>> = {
  completion: "chat",
  text_completion: "completions",
  embedding: "embeddings",
  image_generation: "images",
  transcription: "transcriptions",
  moderation: "moderations",
  ocr: "ocr",
};

/** The rows of LiteLLM's table of spend logs, as JSON or CSV. */
export const litellm: Source = {
  name: "litellm",
  matches: (fields) => "request_id" in fields && "startTime" in fields,
  read(fields) {
    // Answered by the proxy's own cache: nothing was computed.
    if (/^true$/i.test(String(fields["cache_hit"]))) return [];
    const id = text(fields, "request_id");
    if (!id) throw new RejectedRecord("request_id is missing");
    const callType = (text(fields, "call_type") ?? "completion").replace(/^a(?!udio)/, "");
    const failed = text(fields, "status") === "failure";
    const reported = nested(nested(fields, "metadata"), "usage_object");
    const usage = disjointUsage({
      input: count(fields, "prompt_tokens"),
      cacheRead:
        count(nested(reported, "prompt_tokens_details"), "cached_tokens") ?? count(reported, "cache_read_input_tokens"),
      cacheWrite: count(reported, "cache_creation_input_tokens"),
      output: count(fields, "completion_tokens"),
      reasoning: count(nested(reported, "completion_tokens_details"), "reasoning_tokens"),
    });
    const startedAtMilliseconds = time(fields, "startTime");
    const endedAt = fields["endTime"] ? time(fields, "endTime") : startedAtMilliseconds;
    const [prefix, model = prefix] = (text(fields, "model") ?? "").split(/\/(.*)/s);
    const provider = text(fields, "custom_llm_provider") ?? prefix ?? "unknown";
    const known = usage !== undefined && !failed;
    return [
      {
        ...PAST_REQUEST,
        id: `litellm:${id}`,
        provider: PROVIDERS[provider] ?? provider,
        host: hostOf(text(fields, "api_base")),
        operation: OPERATIONS[callType] ?? callType,
        requestedModel: model,
        outcome: failed ? "failed" : "completed",
        errorType: failed ? "unknown" : undefined,
        startedAtMilliseconds,
        durationSeconds: Math.max(0, endedAt - startedAtMilliseconds) / 1000,
        usage: known ? usage : undefined,
        usageSource: known ? "reported" : "missing",
      },
    ];
  },
};

const hostOf = (address: string | undefined): string => (address && URL.canParse(address) ? new URL(address).host : "");
