import { dialect } from "../dialect.ts";
import { stringAt } from "../json.ts";
import { saysWatsonxError } from "./watsonx-generation.ts";
import { countsOf, watsonxUsage } from "./watsonx-usage.ts";

/** watsonx's embeddings and rerank: what they have read stands at the top. */
export const inputCount = dialect({
  modelKey: "model_id",
  usage: watsonxUsage,
  alsoReads: /"input_token_count"/,
  usageOfEnd: (text) => {
    const count = /.*"input_token_count"\s*:\s*(\d+)/s.exec(text)?.[1];
    return count === undefined ? undefined : watsonxUsage({ input_token_count: Number(count) });
  },
  says: (object) => ({
    model: stringAt(object, "model_id") || undefined,
    rawUsage: countsOf(object),
    usage: watsonxUsage(object),
    isError: saysWatsonxError(object),
  }),
});
