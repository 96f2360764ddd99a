import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, sumKnown, without } from "../count.ts";
import { dialect } from "../dialect.ts";
import { jsonArray } from "../json-array.ts";
import { listAt, objectAt, stringAt, type JsonObject } from "../json.ts";
import { textLength } from "../text-length.ts";

/**
 * Gemini's answers, whole, as server-sent events, and as one JSON array. Each event of a stream states running totals;
 * no event says that the stream ends, so the one with the finish reason does.
 */
export const generateContent = dialect({
  usageKey: "usageMetadata",
  modelKey: "modelVersion",
  usage: usageMetadata,
  stream: {
    framing: jsonArray,
    isTerminal: ({ object }) => candidatesOf(object).some((candidate) => stringAt(candidate, "finishReason")),
    outputCharacters: (data) =>
      textLength(
        candidatesOf(data)
          .flatMap((candidate) => listAt(objectAt(candidate, "content"), "parts"))
          .map((part) => stringAt(part, "text") ?? callText(objectAt(part, "functionCall"))),
      ),
  },
});

const candidatesOf = (object: JsonObject | undefined): readonly unknown[] => listAt(object, "candidates");

const callText = (call: JsonObject | undefined): string | undefined => call && JSON.stringify(call["args"] ?? {});

/**
 * Cached tokens are inside the prompt; thoughts stand outside the candidates, and what tools gave back outside the
 * prompt: the total is the sum of the four.
 *
 * @see https://ai.google.dev/api/generate-content#UsageMetadata
 */
export function usageMetadata(raw: JsonObject): Usage | undefined {
  const prompt = countAt(raw, "promptTokenCount");
  const cached = countAt(raw, "cachedContentTokenCount");
  const usage = statedUsage({
    inputTokens: sumKnown(without(prompt, cached), countAt(raw, "toolUsePromptTokenCount")),
    cacheReadTokens: cached,
    // Live sessions and some embeddings name it so.
    outputTokens: countAt(raw, "candidatesTokenCount") ?? countAt(raw, "responseTokenCount"),
    reasoningTokens: countAt(raw, "thoughtsTokenCount"),
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}
