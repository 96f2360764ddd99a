import type { StreamDialect } from "./dialect.ts";
import type { StreamEvent } from "./framing.ts";

/** Characters of text per token, the usual rule of thumb for English (OpenAI's tokenizer page). */
export const CHARACTERS_PER_TOKEN = 4;

/** Events longer than this on average carry more than one token each. */
const LONGEST_TOKEN = 2 * CHARACTERS_PER_TOKEN;

/**
 * Output tokens by what was seen of a stream. Most hosts send one token per event; where they send more, the text's
 * length says how many.
 *
 * @param extrapolation how much longer the stream was than these events
 */
export function estimatedTokens(stream: StreamDialect, events: readonly StreamEvent[], extrapolation: number): number {
  let deltas = 0;
  let characters = 0;
  for (const event of events) {
    const length = event.object && stream.outputCharacters(event.object);
    if (length === undefined) continue;
    deltas++;
    characters += length;
  }
  return tokensOfDeltas(deltas, characters, extrapolation);
}

/** Output tokens by how many pieces of how much text came. */
export const tokensOfDeltas = (deltas: number, characters: number, extrapolation = 1): number =>
  Math.round((characters > deltas * LONGEST_TOKEN ? characters / CHARACTERS_PER_TOKEN : deltas) * extrapolation);
