import { contentId } from "../content-id.ts";
import { disjointUsage, firstText, firstWhole, idText, moment, reported, text, whole } from "../fields.ts";
import { PAST_REQUEST, type Fields, type Finding, type Notation, type RecordKind } from "../past-request.ts";
import { providerNamed } from "../provider-names.ts";
import { RejectedRecord } from "../rejected-record.ts";

const DAY_MILLISECONDS = 86_400_000;

/** OpenRouter's activity (`/api/v1/activity`: sums per day, model and endpoint) and generations, one by one. */
export const openrouter: RecordKind = {
  name: "openrouter",
  matches: (fields) => "model_permaslug" in fields || ("native_tokens_prompt" in fields && "provider_name" in fields),
  read: (fields, notation) => ["date" in fields ? day(fields, notation) : generation(fields, notation)],
};

function day(fields: Fields, notation: Notation): Finding {
  const requests = whole(fields, "requests", notation);
  if (requests === undefined) throw new RejectedRecord("requests is missing");
  if (requests === 0) return { passedOver: "periods without use" };
  const startedAtMilliseconds = moment(fields, "date", notation);
  const told = ["model_permaslug", "model", "endpoint_id", "provider_name", "api_key_hash"].map(
    (name) => idText(fields, name) ?? null,
  );
  return {
    ...served(fields),
    id: contentId("openrouter", startedAtMilliseconds, told),
    requests,
    startedAtMilliseconds,
    ...reported(
      disjointUsage({
        input: whole(fields, "prompt_tokens", notation),
        output: whole(fields, "completion_tokens", notation),
        reasoning: whole(fields, "reasoning_tokens", notation),
      }),
    ),
    bucket: {
      series: "openrouter/activity",
      endedAtMilliseconds: startedAtMilliseconds + DAY_MILLISECONDS,
      grouping: ["model"],
      // A CSV may lack what tells its rows apart.
      addsUp: idText(fields, "endpoint_id") === undefined,
    },
  };
}

function generation(fields: Fields, notation: Notation): Finding {
  const id = idText(fields, "generation_id" in fields ? "generation_id" : "id");
  if (id === undefined) throw new RejectedRecord("generation_id is missing");
  const count = (...names: string[]): number | undefined => firstWhole(fields, names, notation);
  return {
    ...served(fields),
    id: `openrouter:${id}`,
    startedAtMilliseconds: moment(fields, "created_at", notation),
    outcome: String(fields["cancelled"]).toLowerCase() === "true" ? "abandoned" : "completed",
    ...reported(
      disjointUsage({
        input: count("native_tokens_prompt", "tokens_prompt"),
        cacheRead: count("native_tokens_cached", "tokens_cached"),
        output: count("native_tokens_completion", "tokens_completion"),
        reasoning: count("native_tokens_reasoning", "tokens_reasoning"),
      }),
    ),
  };
}

/** Who served it, by OpenRouter; the model's name without its developer's. */
function served(fields: Fields) {
  const provider = text(fields, "provider_name");
  const model = firstText(fields, "model_permaslug", "model");
  return {
    ...PAST_REQUEST,
    provider: provider === undefined ? "openrouter" : providerNamed(provider),
    host: "openrouter.ai",
    operation: "chat",
    requestedModel: text(fields, "model")?.split("/").at(-1),
    respondedModel: model?.split("/").at(-1),
    labelSources: [fields],
  };
}
