import type { Usage } from "../../model/usage.ts";
import {
  disjointUsage,
  failure,
  firstText,
  firstWhole,
  idText,
  moment,
  nested,
  reported,
  secondsUntil,
  sumOf,
  usageOf,
  whole,
} from "../fields.ts";
import { PAST_REQUEST, type Fields, type Notation, type RecordKind } from "../past-request.ts";
import { providerUsage } from "../provider-usage.ts";
import { RejectedRecord } from "../rejected-record.ts";

const TYPES = /^(?:GENERATION|SPAN|EVENT|EMBEDDING|AGENT|TOOL|CHAIN|RETRIEVER|EVALUATOR|GUARDRAIL)$/i;

/** Langfuse's observations: of its API, of its exports of the database, and the CSV of its pages. */
export const langfuse: RecordKind = {
  name: "langfuse",
  matches: (fields) =>
    "type" in fields &&
    ("usageDetails" in fields ||
      "usage_details" in fields ||
      "providedModelName" in fields ||
      "provided_model_name" in fields ||
      ("traceId" in fields && ["promptTokens", "inputTokens", "inputUsage"].some((name) => name in fields)) ||
      (("traceId" in fields || "trace_id" in fields) && TYPES.test(firstText(fields, "type") ?? ""))),
  read(fields, notation) {
    const type = firstText(fields, "type")?.toUpperCase();
    if (type !== "GENERATION" && type !== "EMBEDDING") return [{ passedOver: "observations that call no model" }];
    const id = idText(fields, "id");
    if (id === undefined) throw new RejectedRecord("id is missing");
    const started = "startTime" in fields ? "startTime" : "start_time";
    const startedAtMilliseconds = moment(fields, started, notation);
    const failed = firstText(fields, "level")?.toUpperCase() === "ERROR";
    const usage = usageOfObservation(fields, notation);
    return [
      {
        ...PAST_REQUEST,
        id: `langfuse:${id}`,
        provider: "unknown",
        operation: type === "EMBEDDING" ? "embeddings" : "chat",
        requestedModel: firstText(fields, "model", "provided_model_name", "providedModelName"),
        startedAtMilliseconds,
        durationSeconds: secondsUntil(
          startedAtMilliseconds,
          fields,
          "endTime" in fields ? "endTime" : "end_time",
          notation,
        ),
        ...(failed && !usage ? failure() : reported(usage)),
        labelSources: [fields, nested(fields, "metadata")],
      },
    ];
  },
};

function usageOfObservation(fields: Fields, notation: Notation): Usage | undefined {
  for (const name of ["usageDetails", "usage_details", "usage"]) {
    const details = nested(fields, name);
    if (Object.keys(details).length > 0) return detailedUsage(details, notation);
  }
  return usageOf({
    inputTokens: firstWhole(fields, ["promptTokens", "inputUsage", "inputTokens"], notation),
    outputTokens: firstWhole(fields, ["completionTokens", "outputUsage", "outputTokens"], notation),
  });
}

const INPUT_PARTS = {
  cacheRead: ["input_cached_tokens", "input_cache_read", "cache_read_input_tokens", "input_cache_read_tokens"],
  cacheWrite: ["input_cache_creation", "cache_creation_input_tokens", "input_cache_write_tokens", "input_cache_write"],
};
/** Names of details that count tokens; others are units and costs. */
const COUNT = /^(?!.*cost)(?:(?:input|output)(?:_.*)?|cache_.*|.*_tokens)$/;
const REASONING = ["output_reasoning_tokens", "output_reasoning", "reasoning_tokens"];

/**
 * Langfuse's flat details stand beside each other; a total that is the input and output alone says that an older SDK
 * put the details inside. A provider's own usage object is read as that provider means it.
 */
export function detailedUsage(details: Fields, notation: Notation): Usage | undefined {
  if (!("input" in details) && !("output" in details)) return providerUsage(details, notation);
  const first = (names: readonly string[]): number | undefined => {
    const name = names.find((each) => each in details);
    return name === undefined ? undefined : whole(details, name, notation);
  };
  const [input, output, total] = ["input", "output", "total"].map((name) => whole(details, name, notation));
  const cacheRead = first(INPUT_PARTS.cacheRead);
  const cacheWrite = first(INPUT_PARTS.cacheWrite);
  const reasoning = first(REASONING);
  const parts = sumOf(cacheRead, cacheWrite, reasoning) ?? 0;
  if (parts > 0 && total !== undefined && total === (input ?? 0) + (output ?? 0)) {
    return disjointUsage({ input, cacheRead, cacheWrite, output, reasoning });
  }
  const named = new Set([...INPUT_PARTS.cacheRead, ...INPUT_PARTS.cacheWrite, ...REASONING]);
  const others = (pattern: RegExp): number | undefined =>
    sumOf(
      ...Object.keys(details).map((name) =>
        pattern.test(name) && !named.has(name) ? whole(details, name, notation) : undefined,
      ),
    );
  // Other details, such as audio, count where the total says that all stand beside each other.
  const all = sumOf(
    ...Object.keys(details).map((name) => (COUNT.test(name) ? whole(details, name, notation) : undefined)),
  );
  const isWhole = total !== undefined && total === all;
  return usageOf({
    inputTokens: isWhole ? sumOf(input, others(/^input_(?!cache_creation|cost)/)) : input,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite ?? others(/^(?:input_)?cache_creation_/),
    outputTokens: isWhole ? sumOf(output, others(/^output_(?!cost)/)) : output,
    reasoningTokens: reasoning,
  });
}
