import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, without } from "../count.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";

/** What one event of a realtime socket says of a response that has ended. */
export interface RealtimeResponse {
  readonly model: string | undefined;
  readonly usage: Usage | undefined;
  /** `completed`, `cancelled`, `failed`, `incomplete`. */
  readonly status: string | undefined;
}

/**
 * OpenAI's realtime API: each `response.done` is a request of its own, with its usage. Cached tokens are inside
 * `input_tokens`, as in Responses; the details' key is in the singular.
 *
 * @returns undefined for any other event
 */
export function realtimeResponse(event: JsonObject): RealtimeResponse | undefined {
  if (event["type"] !== "response.done") return undefined;
  const response = objectAt(event, "response");
  const usage = objectAt(response, "usage");
  return {
    model: stringAt(response, "model"),
    usage: usage && usageOf(usage),
    status: stringAt(response, "status"),
  };
}

function usageOf(raw: JsonObject): Usage | undefined {
  const input = countAt(raw, "input_tokens");
  const output = countAt(raw, "output_tokens");
  if (input === undefined && output === undefined) return undefined;
  const cacheRead = countAt(objectAt(raw, "input_token_details"), "cached_tokens");
  return statedUsage({ inputTokens: without(input, cacheRead), cacheReadTokens: cacheRead, outputTokens: output });
}
