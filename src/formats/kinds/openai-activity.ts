import { contentId } from "../content-id.ts";
import { firstText, moment, reported, text, usageOf, whole } from "../fields.ts";
import { operationNamed } from "../operation-names.ts";
import { PAST_REQUEST, type RecordKind } from "../past-request.ts";
import { RejectedRecord } from "../rejected-record.ts";

/** OpenAI's activity export of before 2024, as JSON or CSV. */
export const openaiActivity: RecordKind = {
  name: "openai-activity",
  matches: (fields) => "n_context_tokens_total" in fields,
  read(fields, notation) {
    const requests = whole(fields, "n_requests", notation);
    if (requests === undefined) throw new RejectedRecord("n_requests is missing");
    if (requests === 0) return [{ passedOver: "periods without use" }];
    const startedAtMilliseconds = moment(
      fields,
      "aggregation_timestamp" in fields ? "aggregation_timestamp" : "timestamp",
      notation,
    );
    const model = firstText(fields, "snapshot_id", "model");
    const told = ["organization_id", "api_key_id", "user_id", "user", "usage_type", "operation"].map(
      (name) => text(fields, name) ?? null,
    );
    const operation = text(fields, "operation") ?? "completion";
    return [
      {
        ...PAST_REQUEST,
        id: contentId("openai-activity", startedAtMilliseconds, model, told),
        requests,
        provider: "openai",
        host: "api.openai.com",
        operation: operation.startsWith("completion") ? "chat" : operationNamed(operation),
        requestedModel: model,
        startedAtMilliseconds,
        ...reported(
          usageOf({
            inputTokens: whole(fields, "n_context_tokens_total", notation),
            outputTokens: whole(fields, "n_generated_tokens_total", notation),
          }),
        ),
        bucket: {
          series: "openai/activity",
          endedAtMilliseconds: startedAtMilliseconds + 1,
          grouping: ["model"],
          addsUp: true,
        },
        labelSources: [fields],
      },
    ];
  },
};
