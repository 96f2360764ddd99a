import type { Footprint } from "../model/footprint.ts";
import type { RatioSteps } from "../model/ratio-steps.ts";
import type { Usage } from "../model/usage.ts";
import type { ModelShare } from "./model-shares.ts";
import { contextOf, footprintOf, usageOf, type JournalContext, type Row } from "./row.ts";

/** Requests of one kind within one stretch of time, added up. */
export interface JournalSum extends JournalContext {
  /** The beginning of the stretch. */
  readonly startedAt: Date;
  readonly requests: number;
  readonly attempts: number;
  readonly durationSeconds: number;
  readonly usage: Usage;
  readonly footprint: Footprint | undefined;
  /** How many were how far from what the factors say, by steps; absent where none was compared. */
  readonly ratios?: RatioSteps;
}

/** A sum with what models other than the one that answered used of it. */
export interface DividedSum extends JournalSum {
  readonly shares: readonly ModelShare[];
}

/** @param row sums of the columns of rows, beside `bucketStart` and `requests` */
export const sumOf = (row: Row): JournalSum => ({
  ...contextOf(row),
  startedAt: new Date(row["bucketStart"] as number),
  requests: row["requests"] as number,
  attempts: row["attempts"] as number,
  durationSeconds: row["durationSeconds"] as number,
  usage: usageOf(row),
  footprint: footprintOf(row),
});
