import { firstString, isObject, parsed, type JsonObject } from "./json.ts";

/** Request bodies up to this length are parsed for what they ask for; longer ones are searched for the model only. */
const PARSED_LENGTH = 64 * 1024;

/** What a request asks for; as undefined as its body is unreadable. */
export interface RequestedLimits {
  readonly model: string | undefined;
  readonly maximumOutputTokens: number | undefined;
}

const NOTHING: RequestedLimits = { model: undefined, maximumOutputTokens: undefined };

/** Where the APIs limit the length of an answer. */
const LIMITS = ["max_completion_tokens", "max_output_tokens", "max_tokens"] as const;

/** @param body as the SDK or the application gives it: an object, JSON text, or a form */
export function requestedLimits(body: unknown): RequestedLimits {
  if (typeof body === "string") {
    if (body.length > PARSED_LENGTH) return { ...NOTHING, model: firstString(body, "model") };
    const object = parsed(body);
    return isObject(object) ? ofObject(object) : NOTHING;
  }
  if (body instanceof FormData) return { ...NOTHING, model: stringOrNothing(body.get("model")) };
  return isObject(body) ? ofObject(body) : NOTHING;
}

function ofObject(body: JsonObject): RequestedLimits {
  const limit = body["max_completion_tokens"] ?? body["max_output_tokens"] ?? body["max_tokens"];
  return {
    model: stringOrNothing(body["model"]),
    maximumOutputTokens: typeof limit === "number" ? limit : undefined,
  };
}

const stringOrNothing = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** The JSON text of a request that asks for something else instead. */
export function rewriteRequest(body: string, operation: string, instead: Partial<RequestedLimits>): string {
  const object = parsed(body);
  if (!isObject(object)) return body;
  const { model, maximumOutputTokens } = instead;
  const limit =
    LIMITS.find((name) => name in object) ?? (operation === "responses" ? "max_output_tokens" : "max_tokens");
  return JSON.stringify({
    ...object,
    ...(model !== undefined && { model }),
    ...(maximumOutputTokens !== undefined && { [limit]: maximumOutputTokens }),
  });
}
