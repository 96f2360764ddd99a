import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, sumKnown, without } from "../count.ts";
import { objectAt, type JsonObject } from "../json.ts";

/**
 * Cohere's `usage` (v2) and `meta` (v1, embeddings, rerank). `tokens` are what the model read and wrote, the tokens of
 * Cohere's own prompt among them; `billed_units` are fewer, and stand in only where no tokens are stated. Cached tokens
 * are inside the input. Search units and classifications are prices, not amounts.
 *
 * @see https://docs.cohere.com/reference/chat
 */
export function cohereUsage(raw: JsonObject): Usage | undefined {
  const billed = objectAt(raw, "billed_units");
  const tokens = objectAt(raw, "tokens") ?? billed;
  const cached = countAt(raw, "cached_tokens");
  const usage = statedUsage({
    inputTokens: sumKnown(
      without(countAt(tokens, "input_tokens"), cached),
      tokens === billed ? countAt(billed, "image_tokens") : undefined,
    ),
    cacheReadTokens: cached,
    outputTokens: countAt(tokens, "output_tokens"),
    pages: countAt(billed, "pages"),
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}
