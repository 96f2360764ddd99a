import { amount, failure, idText, moment, nested, numberAt, reported, text, usageOf, whole } from "../fields.ts";
import { operationOfPath } from "../operation-names.ts";
import { PAST_REQUEST, type RecordKind } from "../past-request.ts";
import { providerNamed } from "../provider-names.ts";

/** The logs of Cloudflare's AI Gateway. */
export const cloudflare: RecordKind = {
  name: "cloudflare",
  matches: (fields) => "tokens_in" in fields && "tokens_out" in fields && "created_at" in fields,
  read(fields, notation) {
    if (/^(?:true|1)$/i.test(String(fields["cached"]))) return [{ passedOver: "answers from Cloudflare's cache" }];
    const status = numberAt(fields, "status_code");
    const failed = /^(?:false|0)$/i.test(String(fields["success"])) || (status ?? 0) >= 400;
    const id = idText(fields, "id");
    const provider = text(fields, "provider");
    return [
      {
        ...PAST_REQUEST,
        id: id && `cloudflare:${id}`,
        provider: provider === undefined ? "unknown" : providerNamed(provider),
        operation: operationOfPath(text(fields, "path") ?? ""),
        requestedModel: text(fields, "model"),
        startedAtMilliseconds: moment(fields, "created_at", notation),
        durationSeconds: (amount(fields, "duration", notation) ?? 0) / 1000,
        ...(failed
          ? failure(status !== undefined && status >= 400 ? `http_${status}` : "unknown")
          : reported(
              usageOf({
                inputTokens: whole(fields, "tokens_in", notation),
                outputTokens: whole(fields, "tokens_out", notation),
              }),
            )),
        labelSources: [fields, nested(fields, "metadata")],
      },
    ];
  },
};
