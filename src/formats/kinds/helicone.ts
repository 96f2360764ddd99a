import {
  amount,
  disjointUsage,
  failure,
  hostOf,
  idText,
  moment,
  nested,
  numberAt,
  reported,
  text,
  usageOf,
  whole,
} from "../fields.ts";
import { operationOfPath } from "../operation-names.ts";
import { PAST_REQUEST, type Fields, type Notation, type RecordKind } from "../past-request.ts";
import { providerNamed } from "../provider-names.ts";

/** Helicone's requests, of its query API or its exports. */
export const helicone: RecordKind = {
  name: "helicone",
  matches: (fields) => "request_created_at" in fields,
  read(fields, notation) {
    if (/[1-9a-f]/.test(text(fields, "cache_reference_id")?.replaceAll("-", "") ?? "")) {
      return [{ passedOver: "answers from Helicone's cache" }];
    }
    const path = text(fields, "request_path");
    const provider = text(fields, "provider");
    const status = numberAt(fields, "response_status");
    const failed = status !== undefined && (status < 0 || status >= 400);
    return [
      {
        ...PAST_REQUEST,
        id: idText(fields, "request_id") && `helicone:${idText(fields, "request_id")!}`,
        provider: provider === undefined ? "unknown" : providerNamed(provider),
        host: hostOf(path),
        operation: operationOfPath(path ?? ""),
        requestedModel: text(fields, "request_model"),
        respondedModel: text(fields, "model_override") ?? text(fields, "response_model"),
        startedAtMilliseconds: moment(fields, "request_created_at", notation),
        durationSeconds: (amount(fields, "delay_ms", notation) ?? 0) / 1000,
        ...(failed ? failure(status >= 400 ? `http_${status}` : "unknown") : reported(usageOfRow(fields, notation))),
        labelSources: [fields, nested(fields, "request_properties")],
      },
    ];
  },
};

/** The prompt holds what the cache gave and took, unless the total says that they stand beside it. */
function usageOfRow(fields: Fields, notation: Notation) {
  const count = (name: string): number | undefined => whole(fields, name, notation);
  const [input, output, total] = [count("prompt_tokens"), count("completion_tokens"), count("total_tokens")];
  const [cacheRead, cacheWrite] = [count("prompt_cache_read_tokens"), count("prompt_cache_write_tokens")];
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  if (cached > 0 && total === (input ?? 0) + cached + (output ?? 0)) {
    return usageOf({
      inputTokens: input,
      cacheReadTokens: cacheRead,
      cacheWriteTokens: cacheWrite,
      outputTokens: output,
    });
  }
  return disjointUsage({ input, cacheRead, cacheWrite, output });
}
