import type { Usage } from "../../model/usage.ts";
import { countAt, statedUsage, sumKnown, without } from "../count.ts";
import { dialect, usageStatement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { textLength } from "../text-length.ts";

const TERMINAL = new Set(["interaction.completed", "error"]);

/**
 * Gemini's interactions: answered whole, as server-sent events that say what they are in `event_type`, or in the
 * background.
 *
 * @see https://ai.google.dev/api/interactions-api
 */
export const interactions = dialect({
  usage: interactionUsage,
  stateful: true,
  says(object, { background = false } = {}) {
    const interaction = objectAt(object, "interaction") ?? ("event_type" in object ? undefined : object);
    const raw = objectAt(interaction ?? object, "usage") ?? objectAt(objectAt(object, "metadata"), "total_usage");
    const status = stringAt(interaction ?? object, "status");
    return {
      model: stringAt(interaction, "model") || undefined,
      ...usageStatement(raw, { usage: interactionUsage }),
      // What it asks the application for is sent in another interaction.
      status: status === "requires_action" ? "completed" : status,
      jobId: background ? (stringAt(interaction, "id") ?? stringAt(object, "interaction_id")) : undefined,
      isError: saysError(object),
    };
  },
  stream: {
    isTerminal: ({ object }) => TERMINAL.has(stringAt(object, "event_type") ?? ""),
    outputCharacters(data) {
      const delta = objectAt(data, "delta");
      return textLength([
        stringAt(delta, "text") ?? stringAt(objectAt(delta, "content"), "text"),
        stringAt(delta, "arguments"),
      ]);
    },
  },
});

/** As in Gemini's other answers: cached tokens inside the input, thoughts and what tools gave back outside. */
function interactionUsage(raw: JsonObject): Usage | undefined {
  const cached = countAt(raw, "total_cached_tokens");
  const usage = statedUsage({
    inputTokens: sumKnown(without(countAt(raw, "total_input_tokens"), cached), countAt(raw, "total_tool_use_tokens")),
    cacheReadTokens: cached,
    outputTokens: countAt(raw, "total_output_tokens"),
    reasoningTokens: countAt(raw, "total_thought_tokens"),
  });
  return Object.keys(usage).length > 0 ? usage : undefined;
}
