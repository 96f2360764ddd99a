import { contentId } from "../content-id.ts";
import { items, moment, nested, reported, sumOf, text, usageOf, whole } from "../fields.ts";
import {
  PAST_REQUEST,
  readEach,
  type Bucket,
  type Fields,
  type Finding,
  type Notation,
  type RecordKind,
} from "../past-request.ts";
import { fewestDimensionsFirst, groupingOf } from "../grouping.ts";
import { anthropicUsage } from "../provider-usage.ts";
import { addedUp } from "../sum-of-requests.ts";
import { strayEntries } from "../stray-entries.ts";

const DAY_MILLISECONDS = 86_400_000;
/** What results are grouped by; a request of the default workspace has none. */
const DIMENSIONS = ["model", "workspace_id", "api_key_id", "service_tier", "context_window"];
/** Names of a result that measure it; all others tell it apart. */
const MEASURE =
  /_tokens$|^(?:cache_creation|server_tool_use|requests|starting_at|ending_at|results)$|^usage_(?:in|out)put/;

/**
 * Anthropic's usage reports: buckets of `/v1/organizations/usage_report/messages`, days of `…/claude_code`, and the
 * CSV of the Console. None of them counts requests, except the newer analytics reports.
 */
export const anthropicUsageReport: RecordKind = {
  name: "anthropic",
  note: "Anthropic's usage reports do not count requests: each row stands for one, with the tokens of all.",
  matches: (fields) =>
    ("starting_at" in fields && "results" in fields) ||
    "usage_input_tokens_no_cache" in fields ||
    ("model_breakdown" in fields && "actor" in fields) ||
    "uncached_input_tokens" in fields,
  read(fields, notation) {
    if ("usage_input_tokens_no_cache" in fields) return [consoleRow(fields, notation)];
    if ("model_breakdown" in fields) {
      return [...addedUp(claudeCodeDay(fields, notation)), ...strayEntries(fields, ["model_breakdown"])];
    }
    if (!("results" in fields)) return [result(fields, fields, groupingOf([fields], ["model"]), notation)];
    const results = fewestDimensionsFirst(items(fields, "results"), DIMENSIONS);
    const grouping = groupingOf(results, DIMENSIONS);
    return [
      ...addedUp(readEach(results, (row) => result(row, fields, grouping, notation))),
      ...strayEntries(fields, ["results"]),
    ];
  },
};

function result(row: Fields, bucket: Fields, grouping: ReturnType<typeof groupingOf>, notation: Notation): Finding {
  const startedAt = moment(bucket, "starting_at", notation);
  const endedAt = moment(bucket, "ending_at", { ...notation, now: Infinity });
  return request(row, startedAt, {
    requests: whole(row, "requests", notation) ?? 1,
    usage: anthropicUsage(row, notation),
    series: "anthropic/messages",
    endedAtMilliseconds: endedAt,
    ...grouping,
    addsUp: row === bucket,
    labelSources: [row, bucket],
  });
}

function consoleRow(row: Fields, notation: Notation): Finding {
  const count = (name: string): number | undefined => whole(row, name, notation);
  const startedAt = moment(row, "usage_date_utc", notation);
  return request({ ...row, model: row["model_version"] }, startedAt, {
    requests: 1,
    usage: usageOf({
      inputTokens: count("usage_input_tokens_no_cache"),
      cacheReadTokens: count("usage_input_tokens_cache_read"),
      cacheWriteTokens: sumOf(count("usage_input_tokens_cache_write_5m"), count("usage_input_tokens_cache_write_1h")),
      outputTokens: count("usage_output_tokens"),
    }),
    series: "anthropic/messages",
    endedAtMilliseconds: startedAt + DAY_MILLISECONDS,
    grouping: ["the Console's columns"],
    addsUp: true,
    labelSources: [row],
  });
}

/** A day of one person; what was paid by an API key stands in the report of messages as well. */
function claudeCodeDay(day: Fields, notation: Notation): Finding[] {
  const startedAt = moment(day, "date", notation);
  const paidByKey = text(day, "customer_type") === "api";
  return readEach(items(day, "model_breakdown"), (row) => {
    const tokens = nested(row, "tokens");
    const count = (name: string): number | undefined => whole(tokens, name, notation);
    const told = [day["actor"], day["customer_type"], day["terminal_type"], day["organization_id"]];
    return request({ model: row["model"], told: JSON.stringify(told) }, startedAt, {
      requests: 1,
      usage: usageOf({
        inputTokens: count("input"),
        cacheReadTokens: count("cache_read"),
        cacheWriteTokens: count("cache_creation"),
        outputTokens: count("output"),
      }),
      series: paidByKey ? "anthropic/messages" : "anthropic/claude-code",
      endedAtMilliseconds: startedAt + DAY_MILLISECONDS,
      grouping: ["people who use Claude Code"],
      labelSources: [row, day, nested(day, "actor")],
    });
  });
}

type Sum = Bucket & {
  readonly requests: number;
  readonly usage: ReturnType<typeof usageOf>;
  readonly labelSources: readonly Fields[];
};

function request(row: Fields, startedAtMilliseconds: number, sum: Sum): Finding {
  const { requests, usage, labelSources, ...bucket } = sum;
  if (!Object.values(usage ?? {}).some((used) => used > 0)) return { passedOver: "periods without use" };
  const dimensions = Object.keys(row)
    .filter((name) => !MEASURE.test(name) && row[name] !== null && row[name] !== "" && row[name] !== undefined)
    .sort()
    .map((name) => [name, row[name]]);
  return {
    ...PAST_REQUEST,
    id: contentId("anthropic", bucket.series, startedAtMilliseconds, bucket.endedAtMilliseconds, dimensions),
    requests,
    provider: "anthropic",
    host: "api.anthropic.com",
    operation: "chat",
    requestedModel: text(row, "model"),
    startedAtMilliseconds,
    ...reported(usage),
    bucket,
    labelSources,
  };
}
