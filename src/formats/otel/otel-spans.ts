// cspell:ignore crewai pydantic
import type { SpanLink } from "../../model/enclosing-span.ts";
import { hostOf, nested, text } from "../fields.ts";
import { momentOf } from "../moment.ts";
import { PAST_REQUEST, readEach, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { isProvider, providerNamed } from "../provider-names.ts";
import { RejectedRecord } from "../rejected-record.ts";
import { callOf, isFromLitellmCache, isBeginningOfLogfire, statesTokens } from "./call-spans.ts";
import { firstAttribute } from "./attribute-values.ts";
import { holdsSpans, spansOf, straySpans } from "./span-documents.ts";
import { usageOfSpan } from "./span-usage.ts";
import type { Span } from "./span.ts";

const PROVIDER = [
  "gen_ai.provider.name",
  "gen_ai.system",
  "llm.provider",
  "llm.system",
  "llm.vendor",
  "ai.model.provider",
  "error.llm_provider",
  "mlflow.llm.provider",
];
const REQUESTED = [
  "gen_ai.request.model",
  "llm.request.model_name",
  "llm.request.model",
  "ai.model.id",
  "langfuse.observation.model.name",
  "embedding.model_name",
  "mlflow.llm.model",
  "model",
];
const RESPONDED = [
  "gen_ai.response.model",
  "ai.response.model",
  "llm.response.model_name",
  "llm.response.model",
  "llm.model_name",
];
const ANSWER = ["gen_ai.response.id", "ai.response.id", "llm.response.id", "llm.request_id"];

/**
 * Spans of calls of models, of OpenTelemetry's GenAI conventions in all their ages, OpenLLMetry, OpenInference, the
 * AI SDK, Langfuse, LiteLLM and others.
 *
 * @see https://opentelemetry.io/docs/specs/semconv/gen-ai/gen-ai-spans/
 */
export const otelSpans: RecordKind = {
  name: "otel",
  note: "Spans are the requests that the application's sampler kept: with head sampling, the others are missing.",
  matches: holdsSpans,
  read(fields, notation) {
    if (["resourceMetrics", "resourceLogs"].some((name) => name in fields)) return [{ passedOver: "metrics and logs" }];
    const spans = spansOf(fields);
    const within = containingCalls(spans);
    const findings = readEach(
      spans,
      (span) => readSpan(span, within, notation),
      (span) => `${span.traceId}:${span.spanId}`,
    );
    return [...findings, ...straySpans(fields)];
  },
};

type Within = (span: Span) => string | undefined;

/** For each span of a record, the key of the span that it stands in: the nearest call, or what is not in the record. */
function containingCalls(spans: readonly Span[]): Within {
  const known = new Map(spans.map((span) => [keyOf(span.traceId, span.spanId), span]));
  return (span) => {
    let { parentId } = span;
    for (let steps = 0; parentId !== undefined && steps < spans.length; steps++) {
      const key = keyOf(span.traceId, parentId);
      const parent = known.get(key);
      if (parent === undefined) return key;
      const call = callOf(parent);
      if (call === "container") return undefined;
      if (call !== undefined) return key;
      ({ parentId } = parent);
    }
    return undefined;
  };
}

const keyOf = (traceId: string, spanId: string): string => `${traceId}:${spanId}`;

function readSpan(span: Span, within: Within, notation: Notation): Finding {
  const call = callOf(span);
  if (call === undefined && statesTokens(span.attributes))
    throw new RejectedRecord("the span counts tokens, and is of no kind that is known");
  if (call === undefined || call === "container") {
    return { passedOver: "spans that are not calls of a model", link: call ? undefined : linkOf(span, within(span)) };
  }
  if (isFromLitellmCache(span)) return { passedOver: "answers from LiteLLM's own cache" };
  if (isBeginningOfLogfire(span)) return { passedOver: "beginnings of calls, whose ends are counted" };
  if (span.traceId === "" || span.spanId === "")
    throw new RejectedRecord("the id of the trace or of the span is missing");
  return requestOf(span, call.operation, within(span), notation);
}

/** A span between two calls need not keep them apart; one that contains calls of its own does. */
function linkOf({ traceId, spanId }: Span, parent: string | undefined): SpanLink | undefined {
  return parent === undefined || spanId === "" ? undefined : { key: keyOf(traceId, spanId), parent };
}

function requestOf(span: Span, operation: string, parent: string | undefined, notation: Notation): Finding {
  const { attributes, resource, scope } = span;
  const usage = usageOfSpan(span, notation);
  const startedAtMilliseconds = momentOf(span.startedAt, "the start", notation.dates, notation.now);
  const endedAt =
    span.endedAt === undefined || Number(span.endedAt) === 0
      ? startedAtMilliseconds
      : momentOf(span.endedAt, "the end", notation.dates, notation.now);
  const key = keyOf(span.traceId, span.spanId);
  return {
    ...PAST_REQUEST,
    ...modelsOf(attributes),
    ...outcomeOf(span, usage !== undefined),
    id: `otel:${key}`,
    provider: providerOf(attributes),
    host: addressOf(attributes),
    operation,
    startedAtMilliseconds,
    durationSeconds: Math.max(0, endedAt - startedAtMilliseconds) / 1000,
    usage,
    usageSource: usage ? "reported" : "missing",
    sighting: {
      key,
      parent,
      answer: firstAttribute(attributes, ANSWER),
      scope,
      fromSdk: /^com\.anthropic\./.test(scope),
    },
    labelSources: [attributes, resource, span.fields],
  };
}

/** What calls providers, and names itself in their place. */
const FRAMEWORKS =
  /^(?:strands[-_]agents|lang(?:chain|graph)|llama_?index|crewai|haystack|spring_ai|microsoft\..*|semantic_kernel|pydantic_ai)$/i;
/** Models as Bedrock alone names them. */
const BEDROCK_MODEL =
  /^(?:[a-z]{2,6}\.)?(?:anthropic|amazon|meta|mistral|cohere|ai21|deepseek|qwen|openai)\.[\w.-]+(?::\d+)?$/;

function providerOf(attributes: Fields): string {
  const stated = firstAttribute(attributes, PROVIDER) ?? litellmProvider(attributes);
  if (stated !== undefined && !FRAMEWORKS.test(stated)) return providerNamed(stated);
  if (BEDROCK_MODEL.test(firstAttribute(attributes, REQUESTED) ?? "")) return "aws.bedrock";
  const host = addressOf(attributes);
  const served = host === "" ? "" : providerNamed(host);
  return served === host || served === "" ? "unknown" : served;
}

/** LiteLLM names the provider before its model, also where it leaves it out elsewhere. */
function litellmProvider(attributes: Fields): string | undefined {
  const prefix = /^([^/]+)\//.exec(text(attributes, "litellm.provider.model") ?? "")?.[1];
  return prefix !== undefined && isProvider(prefix) ? prefix : undefined;
}

const addressOf = (attributes: Fields): string =>
  (
    firstAttribute(attributes, ["server.address"]) ??
    hostOf(firstAttribute(attributes, ["gen_ai.openai.api_base", "url.full"]))
  ).replace(/:\d+$/, "");

/** LiteLLM's proxy answers with the name of the group that was asked for; its requested model is the real one. */
function modelsOf(attributes: Fields) {
  const parameters = ["llm.invocation_parameters", "embedding.invocation_parameters"].map((name) =>
    nested(attributes, name),
  );
  const responded = firstAttribute(attributes, RESPONDED);
  return {
    requestedModel:
      firstAttribute(attributes, REQUESTED) ?? parameters.map((each) => text(each, "model")).find(Boolean),
    respondedModel: responded === attributes["litellm.model_group"] ? undefined : responded,
  };
}

function outcomeOf(span: Span, hasUsage: boolean) {
  const { attributes, scope } = span;
  const stated = firstAttribute(attributes, ["error.type"]);
  const status = Number(attributes["http.response.status_code"]);
  // Mistral's SDK leaves a failed span unset; only an answer brings a status.
  const unanswered = scope.startsWith("mistralai_sdk") && !hasUsage && Number.isNaN(status);
  // An observation of Langfuse fails as well where the application fails after the answer; a usage says that there was one.
  const answered = "langfuse.observation.type" in attributes && hasUsage;
  const failed =
    !answered &&
    (span.failed || stated !== undefined || unanswered || attributes["langfuse.observation.level"] === "ERROR");
  if (!failed) return { outcome: "completed" as const };
  return { outcome: "failed" as const, errorType: stated ?? (status >= 400 ? `http_${status}` : "unknown") };
}
