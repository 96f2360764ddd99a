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
} from "../fields.ts";
import { PAST_REQUEST, type RecordKind } from "../past-request.ts";
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
    const usage = disjointUsage({
      input: whole(fields, "prompt_tokens", notation),
      cacheRead: whole(nested(fields, "prompt_token_details"), "cache_read", notation),
      cacheWrite: firstWhole(nested(fields, "prompt_token_details"), ["cache_creation", "cache_write"], notation),
      output: whole(fields, "completion_tokens", notation),
      reasoning: whole(nested(fields, "completion_token_details"), "reasoning", notation),
    });
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
