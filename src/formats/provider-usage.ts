import type { Usage } from "../model/usage.ts";
import { disjointUsage, firstWhole, nested, sumOf, usageOf, whole } from "./fields.ts";
import type { Fields, Notation } from "./past-request.ts";

/**
 * A provider's own usage object, as logs quote it, as disjoint classes: OpenAI's of chat completions and of responses,
 * Mistral's, Anthropic's, Bedrock's, Gemini's. Undefined where it states nothing.
 *
 * @throws RejectedRecord for a count that is not a whole number
 */
export function providerUsage(usage: Fields, notation: Notation): Usage | undefined {
  if ("prompt_token_count" in usage || "candidates_token_count" in usage) {
    return geminiUsage(
      Object.fromEntries(Object.entries(usage).map(([name, value]) => [camelCase(name), value])),
      notation,
    );
  }
  if ("promptTokenCount" in usage || "candidatesTokenCount" in usage) return geminiUsage(usage, notation);
  if ("inputTokens" in usage || "outputTokens" in usage) return bedrockUsage(usage, notation);
  if ("cache_read_input_tokens" in usage || "cache_creation_input_tokens" in usage || "cache_creation" in usage) {
    if (!("prompt_tokens" in usage)) return anthropicUsage(usage, notation);
  }
  return openaiUsageObject(usage, notation);
}

function openaiUsageObject(usage: Fields, notation: Notation): Usage | undefined {
  const inside = { ...nested(usage, "prompt_tokens_details"), ...nested(usage, "input_tokens_details") };
  const outside = { ...nested(usage, "completion_tokens_details"), ...nested(usage, "output_tokens_details") };
  return disjointUsage({
    input: firstWhole(usage, ["prompt_tokens", "input_tokens"], notation),
    cacheRead:
      firstWhole(inside, ["cached_tokens"], notation) ??
      firstWhole(usage, ["cache_read_input_tokens", "prompt_cache_hit_tokens"], notation),
    cacheWrite:
      firstWhole(inside, ["cache_write_tokens", "cache_creation_tokens"], notation) ??
      whole(usage, "cache_creation_input_tokens", notation),
    output: firstWhole(usage, ["completion_tokens", "output_tokens"], notation),
    reasoning: whole(outside, "reasoning_tokens", notation),
    total: whole(usage, "total_tokens", notation),
  });
}

/** As Python's SDK writes Gemini's names. */
const camelCase = (name: string): string =>
  name.replaceAll(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());

/** Four classes beside each other. */
export function anthropicUsage(usage: Fields, notation: Notation): Usage | undefined {
  const created = nested(usage, "cache_creation");
  return usageOf({
    inputTokens: firstWhole(usage, ["input_tokens", "uncached_input_tokens"], notation),
    cacheReadTokens: whole(usage, "cache_read_input_tokens", notation),
    cacheWriteTokens:
      whole(usage, "cache_creation_input_tokens", notation) ??
      sumOf(
        whole(created, "ephemeral_5m_input_tokens", notation),
        whole(created, "ephemeral_1h_input_tokens", notation),
      ),
    outputTokens: whole(usage, "output_tokens", notation),
  });
}

/** Beside each other, unless the total says that the input holds what the cache gave and took. */
function bedrockUsage(usage: Fields, notation: Notation): Usage | undefined {
  const [input, output, total] = ["inputTokens", "outputTokens", "totalTokens"].map((n) => whole(usage, n, notation));
  const cacheRead = firstWhole(usage, ["cacheReadInputTokens", "cacheReadInputTokenCount"], notation);
  const cacheWrite = firstWhole(usage, ["cacheWriteInputTokens", "cacheWriteInputTokenCount"], notation);
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  if (total !== undefined && cached > 0 && cached <= (input ?? 0) && total === (input ?? 0) + (output ?? 0)) {
    return disjointUsage({ input, cacheRead, cacheWrite, output });
  }
  return usageOf({
    inputTokens: input,
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    outputTokens: output,
  });
}

/** The prompt holds what the cache gave; thoughts stand beside the answer. */
function geminiUsage(usage: Fields, notation: Notation): Usage | undefined {
  const tools = whole(usage, "toolUsePromptTokenCount", notation);
  return disjointUsage({
    input: sumOf(whole(usage, "promptTokenCount", notation), tools),
    cacheRead: whole(usage, "cachedContentTokenCount", notation),
    output: sumOf(whole(usage, "candidatesTokenCount", notation), whole(usage, "thoughtsTokenCount", notation)),
    reasoning: whole(usage, "thoughtsTokenCount", notation),
  });
}
