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
  text,
  whole,
  type InclusiveCounts,
} from "../fields.ts";
import type { Usage } from "../../model/usage.ts";
import { PAST_REQUEST, type Fields, type Notation, type RecordKind } from "../past-request.ts";
import { providerNamed } from "../provider-names.ts";
import { RejectedRecord } from "../rejected-record.ts";

/** LangSmith's runs, of its API or its bulk export. Chains repeat the tokens of the model calls that they contain. */
export const langsmith: RecordKind = {
  name: "langsmith",
  matches: (fields) => "run_type" in fields,
  read(fields, notation) {
    const type = text(fields, "run_type");
    if (type !== "llm" && type !== "embedding") return [{ passedOver: "runs that call no model" }];
    const id = idText(fields, "id");
    if (id === undefined) throw new RejectedRecord("id is missing");
    const extra = nested(fields, "extra");
    const metadata = nested(extra, "metadata");
    const startedAtMilliseconds = moment(fields, "start_time", notation);
    const usage = usageOfRun(fields, notation) ?? usageOfMetadata(metadata, notation);
    const failed = text(fields, "status") === "error" || text(fields, "error") !== undefined;
    const provider = text(metadata, "ls_provider");
    return [
      {
        ...PAST_REQUEST,
        id: `langsmith:${id}`,
        provider: provider === undefined ? "unknown" : providerNamed(provider),
        operation: type === "embedding" ? "embeddings" : "chat",
        requestedModel:
          text(metadata, "ls_model_name") ??
          firstText(nested(extra, "invocation_params"), "model", "model_name") ??
          text(fields, "model"),
        startedAtMilliseconds,
        durationSeconds: secondsUntil(startedAtMilliseconds, fields, "end_time", notation),
        ...(failed && !usage?.outputTokens ? failure() : reported(usage)),
        labelSources: [fields, metadata],
      },
    ];
  },
};

const usageOfRun = (fields: Fields, notation: Notation): Usage | undefined =>
  usageOfSums(
    {
      input: whole(fields, "prompt_tokens", notation),
      output: whole(fields, "completion_tokens", notation),
      total: whole(fields, "total_tokens", notation),
    },
    nested(fields, "prompt_token_details"),
    nested(fields, "completion_token_details"),
    notation,
  );

/** Where a run without sums keeps what its SDK wrote down. */
function usageOfMetadata(metadata: Fields, notation: Notation): Usage | undefined {
  const usage = nested(metadata, "usage_metadata");
  return usageOfSums(
    {
      input: whole(usage, "input_tokens", notation),
      output: whole(usage, "output_tokens", notation),
      total: whole(usage, "total_tokens", notation),
    },
    nested(usage, "input_token_details"),
    nested(usage, "output_token_details"),
    notation,
  );
}

const usageOfSums = (sums: InclusiveCounts, input: Fields, output: Fields, notation: Notation): Usage | undefined =>
  disjointUsage({
    ...sums,
    cacheRead: whole(input, "cache_read", notation),
    cacheWrite: firstWhole(input, ["cache_creation", "cache_write"], notation),
    reasoning: whole(output, "reasoning", notation),
  });
