import type { Usage } from "../../model/usage.ts";
import { usageOfVideos } from "../../wire/requested-videos.ts";
import {
  amount,
  disjointUsage,
  failure,
  firstText,
  firstWhole,
  hostOf,
  idText,
  moment,
  nested,
  reported,
  secondsUntil,
  text,
  whole,
} from "../fields.ts";
import { operationNamed } from "../operation-names.ts";
import { PAST_REQUEST, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { isProvider, providerNamed } from "../provider-names.ts";
import { RejectedRecord } from "../rejected-record.ts";

/** `call_type` of rows that are answers of a model; with an `a` before it where the call was asynchronous. */
const INFERENCE = new Set([
  ...["completion", "text_completion", "embedding", "responses", "anthropic_messages", "image_generation"],
  ...["image_edit", "image_variation", "transcription", "speech", "rerank", "moderation", "generate_content"],
  ...["generate_content_stream", "ocr", "realtime", "fallback_utils"],
  ...["create_video", "video_generation", "video_remix"],
]);

/** LiteLLM's `call_type` without its `a` for asynchronous; undefined for one that calls no model. */
export function inferenceOf(callType: string): string | undefined {
  const name = callType.replace(/^_/, "");
  if (INFERENCE.has(name)) return operationNamed(name);
  const synchronous = name.replace(/^a/, "");
  return INFERENCE.has(synchronous) ? operationNamed(synchronous) : undefined;
}

/** Rows of LiteLLM's spend logs, and its StandardLoggingPayload as its callbacks send and write it; as JSON or CSV. */
export const litellm: RecordKind = {
  name: "litellm",
  matches: (fields) =>
    "startTime" in fields &&
    "call_type" in fields &&
    ("request_id" in fields || "response_cost" in fields || "id" in fields),
  read: (fields, notation) => [row(fields, notation)],
};

function row(fields: Fields, notation: Notation): Finding {
  // Answered by the proxy's own cache: nothing was computed.
  if (/^true$/i.test(String(fields["cache_hit"]))) return { passedOver: "answers from LiteLLM's own cache" };
  const metadata = nested(fields, "metadata");
  const details = nested(metadata, "usage_object");
  const callType = text(fields, "call_type") ?? "completion";
  const named = inferenceOf(callType);
  const usage = named === "videos" ? usageOfVideo(details, notation) : usageOfRow(fields, details, notation);
  const operation = named ?? (usage && !/mcp|list|batch|file/i.test(callType) ? callType : undefined);
  if (operation === undefined) return { passedOver: "calls of LiteLLM that are not answers of a model" };
  const startedAtMilliseconds = moment(fields, "startTime", notation);
  const failed = (text(fields, "status") ?? text(metadata, "status")) === "failure";
  return {
    ...PAST_REQUEST,
    ...served(fields),
    id: idOf(fields),
    host: hostOf(text(fields, "api_base")),
    operation,
    startedAtMilliseconds,
    durationSeconds: secondsUntil(startedAtMilliseconds, fields, "endTime", notation),
    ...(failed ? failure(errorOf(fields)) : reported(usage)),
    labelSources: [fields, metadata],
  };
}

function idOf(fields: Fields): string {
  const id = idText(fields, "request_id") ?? idText(fields, "id");
  if (id === undefined) throw new RejectedRecord("request_id is missing");
  // A failed try and the one that succeeded in its place share the call's id, and two calls may share the answer's.
  const call = idText(fields, "litellm_call_id");
  return `litellm:${id}${call !== undefined && call !== id ? `:${call}` : ""}`;
}

/** The row's sums include what the usage object details. A stream whose usage nobody asked for has zeros. */
function usageOfRow(fields: Fields, details: Fields, notation: Notation): Usage | undefined {
  const [input, output] = ["prompt_tokens", "completion_tokens"].map((name) => whole(fields, name, notation));
  if (!input && !output) return undefined;
  const inside = nested(details, "prompt_tokens_details");
  return disjointUsage({
    input,
    cacheRead: whole(inside, "cached_tokens", notation) ?? whole(details, "cache_read_input_tokens", notation),
    cacheWrite:
      firstWhole(inside, ["cache_write_tokens", "cache_creation_tokens"], notation) ??
      whole(details, "cache_creation_input_tokens", notation),
    output,
    reasoning: whole(nested(details, "completion_tokens_details"), "reasoning_tokens", notation),
    total: whole(fields, "total_tokens", notation),
  });
}

const usageOfVideo = (details: Fields, notation: Notation): Usage =>
  usageOfVideos({ seconds: amount(details, "duration_seconds", notation) });

/** Who served which model. Older rows name the provider before the model's name only, or not at all. */
export function served(fields: Fields): { provider: string; requestedModel: string | undefined } {
  const name = firstText(fields, "model", "model_group") ?? "";
  const slash = name.indexOf("/");
  const prefix = slash === -1 ? "" : name.slice(0, slash);
  const stated = text(fields, "custom_llm_provider");
  const strips = prefix !== "" && (isProvider(prefix) || prefix === stated);
  const provider = stated ?? (strips ? prefix : undefined);
  const model = strips ? name.slice(slash + 1) : name;
  return { provider: provider === undefined ? "unknown" : providerNamed(provider), requestedModel: model || undefined };
}

function errorOf(fields: Fields): string {
  const error = { ...nested(nested(fields, "metadata"), "error_information"), ...nested(fields, "error_information") };
  const code = idText(error, "error_code");
  return code !== undefined && /^\d{3}$/.test(code) ? `http_${code}` : "unknown";
}
