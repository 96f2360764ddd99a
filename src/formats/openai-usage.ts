import { createHash } from "node:crypto";

import type { Usage } from "../model/usage.ts";
import { count, disjointUsage, nested, text, time } from "./fields.ts";
import { PAST_REQUEST, RejectedRecord, type Fields, type PastRequest, type Source } from "./past-request.ts";

/** What a result's `object` says was done: `organization.usage.completions.result`. */
const OPERATIONS: Readonly<Record<string, string>> = {
  completions: "chat",
  embeddings: "embeddings",
  moderations: "moderations",
  images: "images",
  audio_speeches: "speech",
  audio_transcriptions: "transcriptions",
};

/**
 * OpenAI's usage exports: pages of the usage API (`/v1/organization/usage/…`), their buckets, or the CSV of the usage
 * page. Each result is a sum of many requests; batches and tiers are told apart by their result.
 */
export const openaiUsage: Source = {
  name: "openai",
  matches: (fields) =>
    "num_model_requests" in fields || ("results" in fields && "start_time" in fields) || fields["object"] === "page",
  read(fields) {
    if (Array.isArray(fields["data"])) return fields["data"].flatMap((bucket) => readBucket(bucket as Fields));
    if (Array.isArray(fields["results"])) return readBucket(fields);
    return [readResult(fields, fields)];
  },
};

function readBucket(bucket: Fields): PastRequest[] {
  const { results } = bucket;
  if (!Array.isArray(results)) throw new RejectedRecord("results are missing");
  return results.map((result) => readResult(result as Fields, bucket));
}

function readResult(result: Fields, bucket: Fields): PastRequest {
  const requests = count(result, "num_model_requests");
  if (requests === undefined) throw new RejectedRecord("num_model_requests is missing");
  const kind = /usage\.(\w+)\.result/.exec(text(result, "object") ?? "")?.[1] ?? "completions";
  const tokens = disjointUsage({
    input: count(result, "input_tokens"),
    cacheRead: count(result, "input_cached_tokens"),
    output: count(result, "output_tokens"),
  });
  const [images, seconds] = [count(result, "images"), count(result, "seconds")];
  const usage: Usage = {
    ...tokens,
    ...(images !== undefined && { images }),
    ...(seconds !== undefined && { audioSeconds: seconds }),
  };
  const known = Object.keys(usage).length > 0;
  const identity = ["project_id", "user_id", "api_key_id", "model", "batch", "service_tier", "size", "source"];
  const startedAtMilliseconds = time(bucket, "start_time");
  const parts = [startedAtMilliseconds, kind, ...identity.map((name) => result[name] ?? null)];
  return {
    ...PAST_REQUEST,
    id: `openai:${createHash("sha256").update(JSON.stringify(parts)).digest("base64url").slice(0, 22)}`,
    requests,
    provider: "openai",
    host: "api.openai.com",
    operation: OPERATIONS[kind] ?? kind,
    requestedModel: text(result, "model"),
    startedAtMilliseconds,
    usage: known ? usage : undefined,
    usageSource: known ? "reported" : "missing",
    rawUsage: nested({ result }, "result"),
  };
}
