import { completionUsage } from "./completion-usage.ts";
import { countAt } from "../count.ts";
import { dialect } from "../dialect.ts";

/** Embeddings and rerank of OpenAI, Mistral and their likes: input only, which Voyage and Jina state as the total. */
export const embeddings = dialect({
  usage(raw) {
    // `completion_tokens: 0` in Mistral's answer says that there is no output, not that none was generated.
    const { outputTokens: _, ...input } = completionUsage(raw) ?? {};
    if (Object.keys(input).length > 0) return input;
    const inputTokens = countAt(raw, "total_tokens");
    return inputTokens === undefined ? undefined : { inputTokens };
  },
});
