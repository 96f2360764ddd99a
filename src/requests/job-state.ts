import type { Reading } from "../wire/reading.ts";
import type { RequestedLimits } from "../wire/requested-limits.ts";
import type { Target } from "./binding.ts";

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

/** Operations whose requests the provider always works on whether or not anybody reads on. */
const ALWAYS_JOBS = new Set(["runs", "predictions"]);

/** Whether a request may outlast its exchange, and be asked after by others. */
export const mayBeFollowed = (
  { endpoint: { role, operation } }: Pick<Target, "endpoint">,
  { background }: RequestedLimits,
): boolean => background === true || role === "submit" || ALWAYS_JOBS.has(operation);

/** A job that the provider works on whether or not anybody reads on. */
export function isUnfinishedJob(reading: Reading): reading is Reading & { readonly jobId: string } {
  return reading.jobId !== undefined && UNFINISHED.has(reading.status ?? "");
}

/** Not every answer about a job says that it has ended: one may be cut off, malformed, or not be read at all. */
export const saysHowItEnded = (reading: Reading): boolean =>
  reading.finished && (reading.status !== undefined || reading.usage !== undefined) && !isUnfinishedJob(reading);
