import { setTimeout as sleep } from "node:timers/promises";

import { compactSlice, dropHours, dropSpends, newestAt } from "./compaction.ts";
import type { Store } from "./store.ts";

export interface RetentionOptions {
  /** @default 90 */
  readonly keepRequestsDays?: number | undefined;
  /** @default for ever */
  readonly keepHoursDays?: number | undefined;
}

const DAY_MILLISECONDS = 86_400_000;
/** As long as the longest window of a budget, and the tenth before it that its rate is taken from. */
const SPENDS_DAYS = 410;
const PAUSE_MILLISECONDS = 20;

/** How often old rows are looked for: often enough for processes that live shortly; looking costs one query. */
export const RETENTION_SECONDS = 60;

/**
 * The time by which rows are old. It begins with the newest row that the file holds and goes on while this process runs,
 * whatever the clock shows: one that shows the year 2100 makes nothing old. It is never later than the clock.
 *
 * @returns the time, each call {@link RETENTION_SECONDS} after the one before
 */
export function retentionClock(store: Store): () => number {
  let time = newestAt(store) ?? Date.now();
  return () => {
    time += RETENTION_SECONDS * 1000;
    return Math.min(Date.now(), time);
  };
}

/**
 * Sums old rows into hours, and drops what is older still.
 *
 * @param store the store, as long as there is one that may be changed; a slice at a time, so that nobody waits
 * @param now the time by which rows are old
 */
export async function applyRetention(
  { keepRequestsDays = 90, keepHoursDays }: RetentionOptions,
  store: () => Store | undefined,
  now: number,
): Promise<void> {
  const before = (days: number): number => now - days * DAY_MILLISECONDS;
  for (let current = store(); current; current = store()) {
    if (!compactSlice(current, before(keepRequestsDays))) break;
    await sleep(PAUSE_MILLISECONDS, undefined, { ref: false });
  }
  const current = store();
  if (!current) return;
  current.seen.dropOld(now);
  dropSpends(current, before(Math.min(keepHoursDays ?? Infinity, SPENDS_DAYS)));
  if (keepHoursDays !== undefined) dropHours(current, before(keepHoursDays));
}
