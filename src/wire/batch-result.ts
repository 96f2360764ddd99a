import type { BatchResult } from "./batch.ts";
import type { Dialect } from "./dialect.ts";
import type { JsonObject } from "./json.ts";
import { readBody } from "./read-body.ts";

/** A result by the answer that it holds. */
export function resultOfAnswer(dialect: Dialect, answer: JsonObject): BatchResult {
  const reading = readBody(dialect, "complete", { json: answer }, "application/json");
  const { usage, others, rawUsage, respondedModel: model, error } = reading;
  return { outcome: error === undefined ? "completed" : "failed", errorType: error, model, usage, others, rawUsage };
}

/** A result that holds no answer. */
export const failure = (errorType: string): BatchResult => ({
  outcome: "failed",
  errorType,
  model: undefined,
  usage: undefined,
  rawUsage: undefined,
});
