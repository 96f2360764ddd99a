import type { BatchReader, BatchResult } from "../batch.ts";
import { countAt } from "../count.ts";
import { isObject, listAt, stringAt, type JsonObject } from "../json.ts";
import { dialectOf, resultOf } from "../openai/file-batches.ts";
import { completionUsage } from "../openai/completion-usage.ts";
import { ocr } from "./ocr.ts";

/** States in which a batch job of Mistral's is over. */
const ENDED = new Set(["SUCCESS", "FAILED", "TIMEOUT_EXCEEDED", "CANCELLED"]);

/** Mistral's batch jobs: their results are a file, or, of a job that was sent inline, stand in its last state. */
export const batchJobs: BatchReader = {
  state(object) {
    const id = stringAt(object, "id");
    if (id === undefined || !ENDED.has(stringAt(object, "status") ?? "") || !("total_requests" in object))
      return undefined;
    const outputFile = stringAt(object, "output_file") || undefined;
    const results = listAt(object, "outputs").flatMap((line) => (isObject(line) ? (resultOfJob(line) ?? []) : []));
    const awaitsResults = outputFile !== undefined || results.length > 0;
    return {
      ...{ resultsId: outputFile ?? id, errorsId: stringAt(object, "error_file") || `${id}:errors` },
      ...{ model: stringAt(object, "model") || undefined, usage: undefined, rawUsage: undefined, results },
      completed: awaitsResults ? 0 : (countAt(object, "succeeded_requests") ?? 0),
      failed: countAt(object, "failed_requests") ?? 0,
    };
  },
  result: resultOfJob,
  usage: completionUsage,
};

function resultOfJob(line: JsonObject): BatchResult | undefined {
  return resultOf(line, (answer) => ("usage_info" in answer ? ocr : dialectOf(answer)));
}
