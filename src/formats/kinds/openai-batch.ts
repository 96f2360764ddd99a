import { failure, idText, moment, nested, reported, statusError, text, whole } from "../fields.ts";
import { PAST_REQUEST, type RecordKind } from "../past-request.ts";
import { providerUsage } from "../provider-usage.ts";
import { RejectedRecord } from "../rejected-record.ts";

/** Embeddings say not when they were made. */
const NO_TIME =
  "the answer states no time; say it of all: --map model=response.body.model promptTokens=response.body.usage.prompt_tokens id=id --set startedAt=2026-10-06 provider=openai operation=embeddings";

/** The output file of OpenAI's batch API: an answer per line. */
export const openaiBatch: RecordKind = {
  name: "openai-batch",
  matches: (fields) => "custom_id" in fields && "response" in fields,
  read(fields, notation) {
    const response = nested(fields, "response");
    const body = nested(response, "body");
    const id = idText(fields, "id");
    if (id === undefined) throw new RejectedRecord("id is missing");
    const error = statusError(whole(response, "status_code", notation)) ?? (fields["error"] ? "unknown" : undefined);
    if (error !== undefined && body["created"] === undefined && body["created_at"] === undefined) {
      return [{ passedOver: "failed requests of a batch, which have neither time nor usage" }];
    }
    const object = text(body, "object") ?? "";
    if (body["created"] === undefined && body["created_at"] === undefined) throw new RejectedRecord(NO_TIME);
    return [
      {
        ...PAST_REQUEST,
        id: `openai-batch:${id}`,
        provider: "openai",
        host: "api.openai.com",
        operation: object === "response" ? "responses" : object === "list" ? "embeddings" : "chat",
        respondedModel: text(body, "model"),
        startedAtMilliseconds: moment(body, "created_at" in body ? "created_at" : "created", notation),
        ...(error === undefined ? reported(providerUsage(nested(body, "usage"), notation)) : failure(error)),
        labelSources: [fields, body],
      },
    ];
  },
};
