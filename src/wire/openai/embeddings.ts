import { completionUsage } from "./chat-completions.ts";
import type { Dialect } from "../dialect.ts";

/** Embeddings of OpenAI and Mistral: input only. */
export const embeddings: Dialect = {
  usageKey: "usage",
  usage(raw) {
    // `completion_tokens: 0` in Mistral's answer says that there is no output, not that none was generated.
    const { outputTokens: _, ...input } = completionUsage(raw) ?? {};
    return Object.keys(input).length > 0 ? input : undefined;
  },
};
