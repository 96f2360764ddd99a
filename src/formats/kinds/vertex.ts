import { idText, items, moment, nested, reported, text } from "../fields.ts";
import { PAST_REQUEST, type Fields, type Notation, type RecordKind } from "../past-request.ts";
import { providerUsage } from "../provider-usage.ts";

/** Vertex AI's log of requests and responses, exported from BigQuery. */
export const vertex: RecordKind = {
  name: "vertex",
  note: "Vertex AI logs the sampled share of requests only: with a sampling rate below 1, the rest is missing.",
  matches: (fields) => "logging_time" in fields && ("full_response" in fields || "endpoint" in fields),
  read(fields, notation) {
    const endpoint = text(fields, "endpoint") ?? "";
    const [, zone] = /locations\/([a-z0-9-]+)/.exec(endpoint) ?? [];
    const answer = lastAnswer(fields);
    const model = endpoint.includes("/models/")
      ? endpoint.split("/models/")[1]!.split(/[/:]/)[0]
      : text(fields, "model");
    const id = idText(fields, "request_id");
    return [
      {
        ...PAST_REQUEST,
        id: id && `vertex:${zone ?? ""}:${id}:${text(fields, "logging_time") ?? ""}`,
        provider: "gcp.vertex_ai",
        zone: zone === "global" ? undefined : zone,
        zoneBasis: "endpoint",
        operation: "chat",
        requestedModel: model,
        respondedModel: text(answer, "modelVersion") ?? text(answer, "model"),
        startedAtMilliseconds: moment(fields, "logging_time", notation),
        ...reported(usageOfAnswer(answer, notation)),
        labelSources: [fields, nested(fields, "metadata"), nested(nested(fields, "full_request"), "labels")],
      },
    ];
  },
};

/** The answer; of a stream the last event, which has the usage of all. */
function lastAnswer(fields: Fields): Fields {
  const events = items(fields, "full_response");
  return events.findLast((event) => "usageMetadata" in event || "usage" in event) ?? nested(fields, "full_response");
}

const usageOfAnswer = (answer: Fields, notation: Notation) =>
  providerUsage("usageMetadata" in answer ? nested(answer, "usageMetadata") : nested(answer, "usage"), notation);
