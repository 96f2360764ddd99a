import { completionUsage } from "../openai/completion-usage.ts";
import { dialect, usageStatement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";

const TERMINAL = new Set(["conversation.response.done", "conversation.response.error"]);

/** Mistral's conversations with agents and connectors. */
export const conversations = dialect({
  usage: completionUsage,
  says: (object) => ({
    model: stringAt(object, "model") || modelOfOutputs(object),
    ...usageStatement(objectAt(object, "usage"), { usage: completionUsage }),
    isError: saysError(object) || object["type"] === "conversation.response.error",
  }),
  stream: {
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters(data) {
      const length = (stringAt(data, "content") ?? stringAt(data, "arguments") ?? "").length;
      return length > 0 ? length : undefined;
    },
  },
});

/** Conversations name the model with each output. */
function modelOfOutputs({ outputs }: JsonObject): string | undefined {
  return Array.isArray(outputs) ? outputs.map((output) => stringAt(output, "model")).find(Boolean) : undefined;
}
