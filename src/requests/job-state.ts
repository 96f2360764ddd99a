import type { Reading } from "../wire/reading.ts";

/** States in which a background response, run, batch or prediction is not over. */
const UNFINISHED = new Set([
  "queued",
  "in_progress",
  "requires_action",
  "cancelling",
  "validating",
  "finalizing",
  "pending",
  // Replicate's predictions.
  "starting",
  "processing",
]);

/** States of a job that the application, or its deadline, ended. */
const STOPPED = new Set(["cancelled", "aborted", "expired"]);

export const isStoppedJob = ({ status }: Reading): boolean => status !== undefined && STOPPED.has(status);

/** A job that the provider works on whether or not anybody reads on. */
export function isUnfinishedJob(reading: Reading): reading is Reading & { readonly jobId: string } {
  return reading.jobId !== undefined && UNFINISHED.has(reading.status ?? "");
}

/** Not every answer about a job says that it has ended: one may be cut off, malformed, or not be read at all. */
export const saysHowItEnded = (reading: Reading): boolean =>
  reading.finished && (reading.status !== undefined || reading.usage !== undefined) && !isUnfinishedJob(reading);
