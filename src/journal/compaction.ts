import { SUMMED_COLUMNS } from "./columns.ts";
import { REMEMBER_IMPORTED } from "./imports/import-tables.ts";
import { keepShares } from "./model-shares.ts";
import { HOUR_MILLISECONDS } from "./overflow.ts";
import { keepRatios } from "./stated-ratios.ts";
import { sixHoursOf } from "./six-hour-table.ts";
import { ADD_TO_HOUR, type Store } from "./store.ts";

/** Rows that are summed in one transaction: a few milliseconds, so that neither this process nor others wait. */
const SLICE_ROWS = 2000;

const KEEP_SHARES = keepShares(HOUR_MILLISECONDS);

/**
 * Sums the oldest rows into hours and deletes them: one slice. Tokens, durations and factors stay, so that
 * an hour can be restated with other factors; ids go, except those of requests that were read from files.
 *
 * @param recordedBefore milliseconds since 1970; rows that were written earlier are summed
 * @returns whether there may be more to do
 */
export function compactSlice(store: Store, recordedBefore: number): boolean {
  return store.transaction(() => {
    // Rows stand in the order in which they were written, so that the oldest are found without an index.
    const last = store.database
      .prepare(
        `SELECT max(sequence) AS last, count(*) AS rows FROM (
           SELECT sequence, recordedAt FROM request ORDER BY sequence LIMIT ${SLICE_ROWS}
         ) WHERE recordedAt < ?`,
      )
      .get(recordedBefore) as { last: number | null; rows: number };
    if (last.last === null) return false;
    const sums = SUMMED_COLUMNS.map((column) => `sum(${column})`).join(", ");
    store.database
      .prepare(
        `INSERT INTO hour (startedAt, contextId, requests, ${SUMMED_COLUMNS.join(", ")})
         SELECT startedAt / ${HOUR_MILLISECONDS} * ${HOUR_MILLISECONDS}, contextId, sum(requests), ${sums}
         FROM request WHERE sequence <= ? GROUP BY 1, 2
         ON CONFLICT DO UPDATE SET ${ADD_TO_HOUR}`,
      )
      .run(last.last);
    store.database.prepare(KEEP_SHARES).run(last.last);
    keepRatios(store.database, last.last, HOUR_MILLISECONDS);
    store.database.prepare(REMEMBER_IMPORTED).run(last.last);
    store.database.prepare("DELETE FROM request WHERE sequence <= ?").run(last.last);
    return last.rows === SLICE_ROWS;
  });
}

/**
 * Deletes the hours that began before, in milliseconds since 1970. The running totals do not change, and
 * contexts stay: other processes may be writing rows that refer to them.
 */
export function dropHours(store: Store, startedBefore: number): void {
  store.transaction(() => {
    for (const table of ["hour", "share", "ratio"]) {
      store.database.prepare(`DELETE FROM ${table} WHERE startedAt < ?`).run(startedBefore);
    }
  });
}

/** Deletes what was spent in quarters of an hour that began before, in milliseconds since 1970. */
export function dropSpends(store: Store, startedBefore: number): void {
  store.transaction(() => {
    store.database.prepare("DELETE FROM quarter WHERE startedAt < ?").run(startedBefore);
    store.database.prepare("DELETE FROM sixHours WHERE startedAt < ?").run(sixHoursOf(startedBefore));
  });
}

/** When the newest row was written, or the newest hour began, in milliseconds since 1970; undefined in an empty journal. */
export function newestAt(store: Store): number | undefined {
  const { row, hour } = store.database
    .prepare(
      `SELECT (SELECT recordedAt FROM request ORDER BY sequence DESC LIMIT 1) AS row,
              (SELECT max(startedAt) FROM hour) AS hour`,
    )
    .get() as { row: number | null; hour: number | null };
  return row ?? hour ?? undefined;
}
