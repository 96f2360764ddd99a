import type { Outcome } from "../model/request.ts";
import type { Usage } from "../model/usage.ts";
import type { JsonObject } from "./json.ts";
import { lastObject, firstString } from "./json.ts";
import type { ModelUsage } from "./model-usage.ts";

/** What a batch's own object says, once the batch has ended. */
export interface BatchState {
  /** Under which its results are fetched. */
  readonly resultsId: string;
  /** Under which those are fetched that failed. */
  readonly errorsId: string;
  readonly model: string | undefined;
  /** Of all requests together; undefined where only the results say it. */
  readonly usage: Usage | undefined;
  readonly rawUsage: JsonObject | undefined;
  readonly completed: number;
  readonly failed: number;
  /** Its results, where the object holds them. */
  readonly results: readonly BatchResult[];
}

/** What one result of a batch says of the request that it answers. */
export interface BatchResult {
  readonly outcome: Outcome;
  readonly errorType: string | undefined;
  readonly model: string | undefined;
  /** Of all models that worked on the answer. */
  readonly usage: Usage | undefined;
  /** What others than the model that answered have used of it. */
  readonly others?: readonly ModelUsage[] | undefined;
  readonly rawUsage: unknown;
}

/** How an API's batches say what was done. Batches count when an application fetches this, and never by a call of ours. */
export interface BatchReader {
  /** @returns undefined while the batch goes on, and for anything else */
  state(object: JsonObject): BatchState | undefined;
  /** A line of a file of results; undefined for a line of any other file. */
  result(line: JsonObject): BatchResult | undefined;
  /** An answer's usage object, for lines that are too long to be parsed. */
  usage(raw: JsonObject): Usage | undefined;
}

/** How deep in a line an answer's usage stands: in the answer, in what holds it, in the line. */
const USAGE_DEPTH = 3;

/** A line whose beginning and end alone are known. */
export function longResult(reader: BatchReader, head: string, tail: string): BatchResult | undefined {
  if (!/^\s*\{/.test(head) || !head.includes('"custom_id"')) return undefined;
  const found = lastObject(tail, "usage", USAGE_DEPTH, (object) => reader.usage(object));
  return {
    outcome: "completed",
    errorType: undefined,
    model: firstString(head, "model") ?? firstString(tail, "model"),
    usage: found?.meaning,
    rawUsage: found?.object,
  };
}
