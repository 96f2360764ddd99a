import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, sumKnown, without } from "../count.ts";
import { objectAt, type JsonObject } from "../json.ts";
import { completionUsage } from "../openai/completion-usage.ts";

/**
 * Anthropic's usage. `input_tokens` holds neither what was read from the prompt cache nor what was written to it;
 * thinking tokens are inside `output_tokens`.
 */
export function messageUsage(raw: JsonObject): Usage | undefined {
  const input = countAt(raw, "input_tokens");
  const output = countAt(raw, "output_tokens");
  // Some compatible servers keep the names of chat completions.
  if (input === undefined && output === undefined) return completionUsage(raw);
  const thinking = countAt(objectAt(raw, "output_tokens_details"), "thinking_tokens");
  return statedUsage({
    inputTokens: input,
    cacheReadTokens: countAt(raw, "cache_read_input_tokens"),
    cacheWriteTokens: countAt(raw, "cache_creation_input_tokens") ?? cacheWritesByLifetime(raw),
    outputTokens: without(output, thinking),
    reasoningTokens: thinking,
  });
}

/** The same by how long the entries live, where the sum is not stated. */
function cacheWritesByLifetime(raw: JsonObject): number | undefined {
  const writes = objectAt(raw, "cache_creation");
  return sumKnown(countAt(writes, "ephemeral_5m_input_tokens"), countAt(writes, "ephemeral_1h_input_tokens"));
}

/** What the first event of a stream says: its output is a placeholder, since none was generated yet. */
export function inputUsage(raw: JsonObject): Usage | undefined {
  const { outputTokens: _output, reasoningTokens: _reasoning, ...input } = messageUsage(raw) ?? {};
  return Object.keys(input).length > 0 ? input : undefined;
}

/**
 * What a later event says. Its counts are cumulative; null, and in some servers 0, stands for input that the first event
 * has stated.
 */
export function runningUsage(raw: JsonObject): Usage | undefined {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, ...output } = messageUsage(raw) ?? {};
  const usage = statedUsage({
    ...output,
    inputTokens: inputTokens === 0 ? undefined : inputTokens,
    cacheReadTokens: cacheReadTokens === 0 ? undefined : cacheReadTokens,
    cacheWriteTokens: cacheWriteTokens === 0 ? undefined : cacheWriteTokens,
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}
