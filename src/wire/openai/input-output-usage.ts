import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, without } from "../count.ts";
import { objectAt, type JsonObject } from "../json.ts";

/**
 * The usage shape of Responses, images and token-billed transcription. Cached tokens are inside `input_tokens`, and
 * reasoning tokens inside `output_tokens`, unless the total says that they are beside. Under Anthropic's names, which
 * some gateways leave as they are, cached tokens are beside the input, as in Anthropic's own usage.
 */
export function inputOutputUsage(raw: JsonObject): Usage | undefined {
  const input = countAt(raw, "input_tokens");
  const output = countAt(raw, "output_tokens");
  if (input === undefined && output === undefined) return undefined;
  const inputDetails = objectAt(raw, "input_tokens_details");
  const cacheRead = countAt(inputDetails, "cached_tokens");
  const cacheWrite = countAt(inputDetails, "cache_write_tokens");
  const isInside = cacheRead !== undefined || cacheWrite !== undefined;
  const reasoning = countAt(objectAt(raw, "output_tokens_details"), "reasoning_tokens");
  const beyond = (countAt(raw, "total_tokens") ?? 0) - (input ?? 0) - (output ?? 0);
  return statedUsage({
    inputTokens: without(input, cacheRead, cacheWrite),
    cacheReadTokens: isInside ? cacheRead : countAt(raw, "cache_read_input_tokens"),
    cacheWriteTokens: isInside ? cacheWrite : countAt(raw, "cache_creation_input_tokens"),
    outputTokens: reasoning !== 0 && reasoning === beyond ? output : without(output, reasoning),
    reasoningTokens: reasoning,
  });
}
