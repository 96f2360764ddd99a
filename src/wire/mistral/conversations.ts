import { completionUsage } from "../openai/chat-completions.ts";
import type { Dialect } from "../dialect.ts";
import { stringAt } from "../json.ts";

const TERMINAL = new Set(["conversation.response.done", "conversation.response.error"]);

/** Mistral's conversations with agents and connectors. */
export const conversations: Dialect = {
  usageKey: "usage",
  usage: completionUsage,
  stream: {
    isTerminal: ({ type = "", data }) => data.startsWith("[DONE]") || TERMINAL.has(type),
    outputCharacters(data) {
      const length = (stringAt(data, "content") ?? stringAt(data, "arguments") ?? "").length;
      return length > 0 ? length : undefined;
    },
  },
};
