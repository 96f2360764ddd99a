import { cohereUsage } from "../cohere/cohere-usage.ts";
import { dialect, usageStatement } from "../dialect.ts";
import { saysError } from "../error-answer.ts";
import { objectAt, stringAt, type JsonObject } from "../json.ts";
import { embeddings } from "./embeddings.ts";

/** Rerank and scores of Together, Voyage, Jina, vLLM and others; some answer as Cohere does, with the usage in `meta`. */
export const rerank = dialect({
  usage: (raw) => embeddings.usage(raw),
  says(object: JsonObject) {
    const stated = usageStatement(objectAt(object, "usage"), embeddings);
    return {
      model: stringAt(object, "model") || undefined,
      ...(stated.usage ? stated : usageStatement(objectAt(object, "meta"), { usage: cohereUsage })),
      isError: saysError(object),
    };
  },
});
