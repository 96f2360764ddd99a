import { count, disjointUsage, nested, text, time } from "./fields.ts";
import { PAST_REQUEST, RejectedRecord, type Fields, type PastRequest, type Source } from "./past-request.ts";

/** `gen_ai.operation.name` of spans that are one call of a model; agents and tools contain such calls. */
const OPERATIONS: Readonly<Record<string, string>> = {
  chat: "chat",
  text_completion: "completions",
  generate_content: "chat",
  embeddings: "embeddings",
};

/** `gen_ai.system` of older conventions, where it differs from `gen_ai.provider.name`. */
const PROVIDERS: Readonly<Record<string, string>> = {
  az: "azure.ai.inference",
  "az.ai.openai": "azure.ai.openai",
  gemini: "gcp.gemini",
  mistral: "mistral_ai",
  vertex_ai: "gcp.vertex_ai",
  xai: "x_ai",
};

/**
 * OpenTelemetry spans by the GenAI conventions, as OTLP JSON: what the Collector's file exporter writes, or single spans.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export const otelSpans: Source = {
  name: "otel",
  matches: (fields) => "resourceSpans" in fields || ("spanId" in fields && "attributes" in fields),
  read: (fields) => spansOf(fields).flatMap(readSpan),
};

const items = (fields: Fields, name: string): Fields[] => {
  const value = fields[name];
  return Array.isArray(value) ? (value as Fields[]) : [];
};

const spansOf = (fields: Fields): Fields[] =>
  "resourceSpans" in fields
    ? items(fields, "resourceSpans").flatMap((resource) =>
        items(resource, "scopeSpans").flatMap((scope) => items(scope, "spans")),
      )
    : [fields];

function readSpan(span: Fields): PastRequest[] {
  const attributes = attributesOf(span);
  const operation = OPERATIONS[text(attributes, "gen_ai.operation.name") ?? ""];
  if (operation === undefined) return [];
  const [traceId, spanId] = [text(span, "traceId"), text(span, "spanId")];
  if (!traceId || !spanId) throw new RejectedRecord("traceId or spanId is missing");
  const provider = text(attributes, "gen_ai.provider.name") ?? text(attributes, "gen_ai.system");
  if (provider === undefined) throw new RejectedRecord("gen_ai.provider.name is missing");
  const usage = disjointUsage({
    input: count(attributes, "gen_ai.usage.input_tokens") ?? count(attributes, "gen_ai.usage.prompt_tokens"),
    cacheRead: count(attributes, "gen_ai.usage.cache_read.input_tokens"),
    cacheWrite: count(attributes, "gen_ai.usage.cache_creation.input_tokens"),
    output: count(attributes, "gen_ai.usage.output_tokens") ?? count(attributes, "gen_ai.usage.completion_tokens"),
    reasoning: count(attributes, "gen_ai.usage.reasoning.output_tokens"),
  });
  const startedAtMilliseconds = time(span, "startTimeUnixNano");
  const errorType = text(attributes, "error.type");
  return [
    {
      ...PAST_REQUEST,
      id: `otel:${traceId}:${spanId}`,
      provider: PROVIDERS[provider] ?? provider,
      host: text(attributes, "server.address") ?? "",
      operation,
      requestedModel: text(attributes, "gen_ai.request.model"),
      respondedModel: text(attributes, "gen_ai.response.model"),
      outcome: errorType !== undefined && usage === undefined ? "failed" : "completed",
      errorType,
      startedAtMilliseconds,
      durationSeconds: Math.max(0, time(span, "endTimeUnixNano") - startedAtMilliseconds) / 1000,
      usage,
      usageSource: usage ? "reported" : "missing",
    },
  ];
}

/** OTLP's list of keys and typed values, as names and values. */
function attributesOf(span: Fields): Fields {
  const { attributes } = span;
  if (!Array.isArray(attributes)) return nested(span, "attributes");
  return Object.fromEntries(
    (attributes as { key: string; value?: Fields }[]).map(({ key, value }) => [key, Object.values(value ?? {})[0]]),
  );
}
