import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, sumKnown, without } from "../count.ts";
import { objectAt, type JsonObject } from "../json.ts";

/**
 * The usage of one turn on Gemini's Live socket: as `usageMetadata` of its other APIs, with `responseTokenCount` for the
 * candidates; thoughts stand beside them, cached tokens are inside the prompt.
 *
 * @returns undefined for a message that states none
 */
export function liveUsage(message: JsonObject): Usage | undefined {
  const raw = objectAt(message, "usageMetadata");
  const prompt = countAt(raw, "promptTokenCount");
  const response = countAt(raw, "responseTokenCount");
  if (prompt === undefined && response === undefined) return undefined;
  const cacheRead = countAt(raw, "cachedContentTokenCount");
  return statedUsage({
    inputTokens: sumKnown(without(prompt, cacheRead), countAt(raw, "toolUsePromptTokenCount")),
    cacheReadTokens: cacheRead,
    outputTokens: response,
    reasoningTokens: countAt(raw, "thoughtsTokenCount"),
  });
}
