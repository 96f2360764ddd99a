import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, sumKnown, without } from "../count.ts";
import { dialect, type Endpoint } from "../dialect.ts";
import { objectAt, type JsonObject } from "../json.ts";
import type { SocketReader } from "../turn.ts";

/** Gemini's Live socket: each message that states a usage ends a turn. The model is named in the set-up, which goes up. */
export const geminiLive: SocketReader = (message) => {
  const raw = objectAt(message, "usageMetadata");
  return raw && liveUsage(raw) && { endpoint: LIVE, id: undefined, isOver: true };
};

/**
 * As `usageMetadata` of Google's other APIs, with `responseTokenCount` for the candidates; thoughts stand beside them,
 * cached tokens are inside the prompt.
 */
function liveUsage(raw: JsonObject): Usage | undefined {
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

const LIVE: Endpoint = {
  operation: "realtime",
  dialect: dialect({ usageKey: "usageMetadata", modelKey: "modelVersion", usage: liveUsage }),
  role: "create",
};
