import { failure, firstText, firstWhole, idText, moment, nested, numberAt, reported, usageOf } from "../fields.ts";
import { PAST_REQUEST, type RecordKind } from "../past-request.ts";
import { providerNamed } from "../provider-names.ts";

/** Portkey's export of logs. */
export const portkey: RecordKind = {
  name: "portkey",
  matches: (fields) =>
    ("ai_model" in fields || "ai_org_model" in fields) &&
    ["req_units", "res_units", "total_units", "prompt_token"].some((name) => name in fields),
  read(fields, notation) {
    if (/^(?:semantic )?hit$/i.test(firstText(fields, "cache_status") ?? "")) {
      return [{ passedOver: "answers from Portkey's cache" }];
    }
    const [organisation, organisationsModel] = (firstText(fields, "ai_org_model") ?? "").split("__");
    const provider = firstText(fields, "ai_provider", "ai_org") ?? organisation;
    const status = numberAt(fields, "response_status_code") ?? numberAt(fields, "status_code");
    const id = idText(fields, "id");
    const started = ["created_at", "time_of_generation", "timestamp"].find((name) => name in fields) ?? "created_at";
    return [
      {
        ...PAST_REQUEST,
        id: id && `portkey:${id}`,
        provider: provider ? providerNamed(provider) : "unknown",
        operation: "chat",
        requestedModel: firstText(fields, "ai_model") ?? organisationsModel,
        startedAtMilliseconds: moment(fields, started, notation),
        ...(status !== undefined && status >= 400
          ? failure(`http_${status}`)
          : reported(
              usageOf({
                inputTokens: firstWhole(fields, ["req_units", "prompt_token", "prompt_tokens"], notation),
                outputTokens: firstWhole(fields, ["res_units", "completion_token", "completion_tokens"], notation),
              }),
            )),
        labelSources: [fields, nested(fields, "metadata")],
      },
    ];
  },
};
