import type { BatchReader, BatchResult } from "../batch.ts";
import { countAt } from "../count.ts";
import { failure, resultOfAnswer } from "../batch-result.ts";
import type { Dialect } from "../dialect.ts";
import { isObject, objectAt, stringAt, type JsonObject } from "../json.ts";
import { chatCompletions } from "./chat-completions.ts";
import { completionUsage } from "./completion-usage.ts";
import { embeddings } from "./embeddings.ts";
import { inputOutputUsage } from "./input-output-usage.ts";
import { responses } from "./responses.ts";

/** States in which a batch of OpenAI's is over. */
const ENDED = new Set(["completed", "failed", "expired", "cancelled"]);

/** OpenAI's batches: their results are a file, and their last state may say what all used together. */
export const fileBatches: BatchReader = {
  state(object) {
    const id = stringAt(object, "id");
    if (id === undefined || object["object"] !== "batch" || !ENDED.has(stringAt(object, "status") ?? ""))
      return undefined;
    const outputFile = stringAt(object, "output_file_id") || undefined;
    const rawUsage = objectAt(object, "usage");
    const usage = rawUsage && inputOutputUsage(rawUsage);
    const model = stringAt(object, "model") || undefined;
    const counts = objectAt(object, "request_counts");
    const completed = countAt(counts, "completed") ?? (usage ? 1 : 0);
    // Without a sum, or a model to attribute it to, the results say more.
    const awaitsResults = outputFile !== undefined && !(usage && model);
    return {
      ...{ resultsId: outputFile ?? id, errorsId: stringAt(object, "error_file_id") || `${id}:errors` },
      ...{ model, usage, rawUsage, results: [] },
      completed: awaitsResults ? 0 : completed,
      failed: countAt(counts, "failed") ?? 0,
    };
  },
  result: (line) => resultOf(line, dialectOf),
  usage: (raw) => inputOutputUsage(raw) ?? completionUsage(raw),
};

/** The dialect of an answer that stands in a batch's results, where nothing says to which endpoint it was sent. */
export function dialectOf(answer: JsonObject): Dialect {
  if (answer["object"] === "response") return responses;
  return Array.isArray(answer["data"]) ? embeddings : chatCompletions;
}

/** A line of results: what the request was called, and the answer, or the error that came in its place. */
export function resultOf(line: JsonObject, dialectFor: (answer: JsonObject) => Dialect): BatchResult | undefined {
  if (!("custom_id" in line) || !("response" in line || "error" in line)) return undefined;
  const response = objectAt(line, "response");
  const answer = response?.["body"];
  const status = response?.["status_code"];
  const isAnswered = response !== undefined && (typeof status !== "number" || (status >= 200 && status < 300));
  if (!isAnswered) return failure(typeof status === "number" ? `http_${status}` : "provider_error");
  if (!isObject(answer)) return failure("malformed");
  return resultOfAnswer(dialectFor(answer), answer);
}
