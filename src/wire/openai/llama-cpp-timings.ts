import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage } from "../count.ts";
import type { JsonObject } from "../json.ts";

/**
 * The `timings` in llama.cpp's answers and in the last event of its streams, whether or not usage was asked for:
 * `prompt_n` tokens were read afresh, `cache_n` were still in the cache.
 *
 * @see https://github.com/ggml-org/llama.cpp/tree/master/tools/server
 */
export function timingsUsage(raw: JsonObject): Usage | undefined {
  const outputTokens = countAt(raw, "predicted_n");
  const inputTokens = countAt(raw, "prompt_n");
  if (inputTokens === undefined && outputTokens === undefined) return undefined;
  return statedUsage({ inputTokens, cacheReadTokens: countAt(raw, "cache_n"), outputTokens });
}
