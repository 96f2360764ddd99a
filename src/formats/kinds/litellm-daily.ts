import { contentId } from "../content-id.ts";
import { disjointUsage, failure, idText, moment, nested, reported, text, whole } from "../fields.ts";
import { PAST_REQUEST, readEach, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { RejectedRecord } from "../rejected-record.ts";
import { served } from "./litellm.ts";

const DAY_MILLISECONDS = 86_400_000;
/** Whose spend a table sums; the same requests stand in each table. */
const ENTITIES = ["user_id", "team_id", "organization_id", "end_user_id", "agent_id"];

/** LiteLLM's tables of daily spend, row by row, and the pages of `/user/daily/activity` and its siblings. */
export const litellmDaily: RecordKind = {
  name: "litellm-daily",
  matches: (fields) =>
    ("api_requests" in fields && "date" in fields) ||
    ("metrics" in fields && "breakdown" in fields && "date" in fields),
  read: (fields, notation) => ("metrics" in fields ? activityDay(fields, notation) : tableRow(fields, notation)),
};

function tableRow(fields: Fields, notation: Notation): Finding[] {
  if ("tag" in fields) {
    throw new RejectedRecord("the table of tags has a request once per tag; read the table of users or of teams");
  }
  const told = [...ENTITIES, "api_key", "model", "custom_llm_provider", "mcp_namespaced_tool_name", "endpoint"];
  const id = told.map((name) => idText(fields, name) ?? null);
  const entity = ENTITIES.find((name) => name in fields) ?? "all";
  return sums(fields, id, entity, fields, notation, [fields]);
}

/** A day's activity by model; what has no model is the day's rest. */
function activityDay(fields: Fields, notation: Notation): Finding[] {
  const models = nested(nested(fields, "breakdown"), "models");
  const names = Object.keys(models);
  if (names.length === 0) return sums(fields, ["all"], "activity", nested(fields, "metrics"), notation, [fields]);
  return readEach(names, (model) =>
    sums({ ...fields, model }, [model], "activity", nested(nested(models, model), "metrics"), notation, [
      nested(models, model),
      fields,
    ]),
  );
}

function sums(
  row: Fields,
  told: readonly unknown[],
  grouping: string,
  metrics: Fields,
  notation: Notation,
  labelSources: readonly Fields[],
): Finding[] {
  const count = (name: string): number | undefined => whole(metrics, name, notation);
  if (text(row, "mcp_namespaced_tool_name") !== undefined) return [{ passedOver: "calls of tools" }];
  const failed = count("failed_requests") ?? 0;
  const succeeded = count("successful_requests") ?? (count("api_requests") ?? 0) - failed;
  if (failed + succeeded === 0) return [{ passedOver: "periods without use" }];
  const startedAtMilliseconds = moment(row, "date", notation);
  const common = {
    ...PAST_REQUEST,
    ...served(row),
    operation: /embedding/.test(text(row, "endpoint") ?? "") ? "embeddings" : "chat",
    startedAtMilliseconds,
    bucket: {
      series: "litellm/daily",
      endedAtMilliseconds: startedAtMilliseconds + DAY_MILLISECONDS,
      grouping: [grouping],
      addsUp: grouping !== "activity",
    },
    labelSources,
  };
  const usage = disjointUsage({
    input: count("prompt_tokens"),
    cacheRead: count("cache_read_input_tokens"),
    cacheWrite: count("cache_creation_input_tokens"),
    output: count("completion_tokens"),
  });
  const id = (outcome: string): string => contentId("litellm-daily", startedAtMilliseconds, grouping, told, outcome);
  return [
    ...(succeeded > 0 ? [{ ...common, id: id("completed"), requests: succeeded, ...reported(usage) }] : []),
    ...(failed > 0 ? [{ ...common, id: id("failed"), requests: failed, ...failure() }] : []),
  ];
}
