import { completionUsage } from "./chat-completions.ts";
import { dialect } from "../dialect.ts";

/** Embeddings of OpenAI and Mistral: input only. */
export const embeddings = dialect({
  usage(raw) {
    // `completion_tokens: 0` in Mistral's answer says that there is no output, not that none was generated.
    const { outputTokens: _, ...input } = completionUsage(raw) ?? {};
    return Object.keys(input).length > 0 ? input : undefined;
  },
});
