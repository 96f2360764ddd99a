import type { Usage } from "../../model/usage.ts";
import { contentId } from "../content-id.ts";
import { amount, disjointUsage, idText, items, moment, reported, sumOf, text, whole } from "../fields.ts";
import { PAST_REQUEST, readEach, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { RejectedRecord } from "../rejected-record.ts";
import { fewestDimensionsFirst, groupingOf } from "../grouping.ts";
import { addedUp } from "../sum-of-requests.ts";
import { strayEntries } from "../stray-entries.ts";

/** What a result's `object` says was done: `organization.usage.completions.result`. */
const OPERATIONS: Readonly<Record<string, string>> = {
  completions: "chat",
  embeddings: "embeddings",
  moderations: "moderations",
  images: "images",
  audio_speeches: "speech",
  audio_transcriptions: "transcriptions",
  decisions: "decisions",
};

/** Results that count no answers of a model. */
const NO_MODEL = /\b(costs|vector_stores|code_interpreter_sessions|file_search\w*|web_search\w*)\b/;

/** What results are grouped by, and have a value of where they are. */
const DIMENSIONS = ["model", "project_id", "user_id", "api_key_id", "batch"];

/** Names of a result that measure it; all others tell it apart. */
const MEASURE = /_tokens$|^num_|^(?:images|characters|seconds|object|amount|usage_bytes|results)$|^(?:start|end)_time/;

/**
 * OpenAI's usage exports: buckets of the usage API (`/v1/organization/usage/…`) with their results, single results, or
 * the CSV files of the usage page. Each result is a sum of many requests.
 */
export const openaiUsage: RecordKind = {
  name: "openai",
  matches: (fields) =>
    "num_model_requests" in fields ||
    ("results" in fields && "start_time" in fields) ||
    /^organization\.(?:usage|costs)\./.test(text(fields, "object") ?? ""),
  read(fields, notation) {
    if (!("results" in fields)) {
      return [readResult(fields, fields, groupingOf([fields], ["model", "project_id"]), notation)];
    }
    const results = fewestDimensionsFirst(items(fields, "results"), DIMENSIONS);
    const grouping = groupingOf(results, DIMENSIONS);
    const findings = readEach(results, (result) => readResult(result, fields, grouping, notation), idOfResult);
    return [...addedUp(findings), ...strayEntries(fields, ["results"])];
  },
};

function readResult(
  result: Fields,
  bucket: Fields,
  grouping: ReturnType<typeof groupingOf>,
  notation: Notation,
): Finding {
  const object = text(result, "object") ?? "";
  if (NO_MODEL.test(object)) return { passedOver: "costs, storage and tools, which are not answers of a model" };
  const requests = whole(result, "num_model_requests", notation);
  if (requests === undefined && isIdle(result)) return { passedOver: "periods without use" };
  if (requests === undefined) throw new RejectedRecord("num_model_requests is missing");
  const kind = /usage\.(\w+)\.result/.exec(object)?.[1] ?? kindByColumns(result);
  const usage = usageOfResult(result, notation);
  if (requests === 0 && Object.values(usage ?? {}).some((used) => used > 0)) {
    throw new RejectedRecord("num_model_requests is 0, and tokens are not");
  }
  if (requests === 0) return { passedOver: "periods without use" };
  const startedAtMilliseconds = moment(bucket, timeName(bucket, "start_time"), notation);
  const endedAtMilliseconds = moment(bucket, timeName(bucket, "end_time"), { ...notation, now: Infinity });
  const dimensions = Object.keys(result)
    .filter((name) => !MEASURE.test(name) && !isEmpty(result[name]))
    .sort()
    .map((name) => [name, String(result[name] as string | number | boolean).toLowerCase()]);
  return {
    ...PAST_REQUEST,
    id: contentId("openai", startedAtMilliseconds, endedAtMilliseconds, kind, dimensions),
    requests,
    provider: "openai",
    host: "api.openai.com",
    operation: OPERATIONS[kind] ?? kind,
    requestedModel: text(result, "model"),
    startedAtMilliseconds,
    ...reported(usage),
    rawUsage: result,
    bucket: {
      series: `openai/${kind}`,
      endedAtMilliseconds,
      ...grouping,
      addsUp: result === bucket,
    },
    labelSources: [result, bucket],
  };
}

/** The usage page's CSV files write times in two ways. */
const timeName = (bucket: Fields, name: string): string =>
  isEmpty(bucket[name]) && !isEmpty(bucket[`${name}_iso`]) ? `${name}_iso` : name;

const idOfResult = (result: Fields): string | undefined => idText(result, "project_id");

const isEmpty = (value: unknown): boolean => value === undefined || value === null || value === "";

const isIdle = (result: Fields): boolean =>
  Object.entries(result).every(([name, value]) => isEmpty(value) || /^(?:start|end)_time/.test(name));

/** The usage page's CSV files do not name what they count; their columns do. */
function kindByColumns(result: Fields): string {
  if ("images" in result && !("output_tokens" in result)) return "images";
  if ("characters" in result) return "audio_speeches";
  if ("seconds" in result) return "audio_transcriptions";
  if ("output_tokens" in result) return "completions";
  return /moderation/.test(text(result, "model") ?? "") ? "moderations" : "embeddings";
}

function usageOfResult(result: Fields, notation: Notation): Usage | undefined {
  const count = (name: string): number | undefined => whole(result, name, notation);
  const [images, audioSeconds] = [count("images"), amount(result, "seconds", notation)];
  const cacheRead = count("input_cached_tokens");
  const cacheWrite =
    count("input_cache_write_tokens") ??
    sumOf(count("input_cache_write_30m_tokens"), count("input_cache_write_12h_tokens"));
  const usage: Usage = {
    ...disjointUsage({
      input: withAudio(
        result,
        count("input_tokens") ?? sumOf(count("input_uncached_tokens"), cacheRead, cacheWrite),
        count("input_audio_tokens"),
      ),
      cacheRead,
      cacheWrite,
      output: withAudio(result, count("output_tokens"), count("output_audio_tokens")),
    }),
    ...(images !== undefined && { images }),
    ...(audioSeconds !== undefined && { audioSeconds }),
  };
  return Object.keys(usage).length > 0 ? usage : undefined;
}

/** Audio stands beside the sum in older exports, which do not split their sums by modality. */
function withAudio(result: Fields, sum: number | undefined, audio: number | undefined): number | undefined {
  if (!audio || sum === undefined) return sum ?? audio;
  const split = "input_text_tokens" in result || "input_uncached_tokens" in result;
  return split && audio <= sum ? sum : sum + audio;
}
