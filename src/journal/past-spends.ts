import type { DatabaseSync } from "node:sqlite";

import { QUARTER_MILLISECONDS } from "./quarter-tables.ts";
import { contextOf, type JournalContext } from "./row.ts";
import {
  COUNTS,
  SPEND_COLUMNS,
  SPEND_EXPRESSIONS,
  spendColumnsOf,
  spendSums,
  type SpendSums,
} from "./spend-columns.ts";

/** What requests of one kind have spent within one slot of time. */
export interface PastSpend extends SpendSums {
  readonly context: JournalContext;
  /** When the last of it became known, in milliseconds since 1970. */
  readonly at: number;
}

/** What to add up. */
export interface SpendQuery {
  readonly writer: string;
  /** Spends that became known from here on, in milliseconds since 1970; also those of the future, where a clock was set back. */
  readonly from: number;
  /** The slots in which they are added up begin at multiples of it. */
  readonly slotMilliseconds: number;
  /** The criteria that are wanted, beside requests and tokens. */
  readonly criteria: ReadonlySet<string>;
}

/** Slots shorter than this are read from the rows, as far as they are there: quarters are too coarse for them. */
const FINE_SLOT_MILLISECONDS = QUARTER_MILLISECONDS / 2.5;

/**
 * What a writer's requests have spent, in the order in which it became known. Quarters of an hour are added up, or rows
 * for fine slots: in the database, and only from the quarter on in which the window begins.
 */
export function pastSpends(database: DatabaseSync, query: SpendQuery): PastSpend[] {
  const { writer, from, slotMilliseconds } = query;
  const columns = spendColumnsOf(query.criteria);
  const own = `contextId IN (SELECT contextId FROM context WHERE writer = ? AND ${COUNTS})`;
  const first = database
    .prepare(`SELECT min(firstSequence) AS first FROM quarter WHERE startedAt > ? AND ${own}`)
    .get(from - QUARTER_MILLISECONDS, writer)!["first"] as number | null;
  if (first === null) return [];
  const slot = (column: string): string => `CAST(${column} / ${slotMilliseconds} AS INTEGER)`;
  const rows =
    slotMilliseconds < FINE_SLOT_MILLISECONDS && hasRowsFrom(database, first)
      ? database
          .prepare(
            `SELECT contextId, max(recordedAt) AS at,
               ${columns.map((column) => `sum(${SPEND_EXPRESSIONS[SPEND_COLUMNS.indexOf(column)]!}) AS ${column}`).join(", ")}
             FROM request WHERE sequence >= ? AND recordedAt >= ? AND ${own}
             GROUP BY contextId, ${slot("recordedAt")} ORDER BY min(sequence)`,
          )
          .all(first, from, writer)
      : database
          .prepare(
            `SELECT contextId, max(lastAt) AS at, ${columns.map((column) => `sum(${column}) AS ${column}`).join(", ")}
             FROM quarter WHERE startedAt > ? AND lastAt >= ? AND ${own}
             GROUP BY contextId, ${slot("lastAt")} ORDER BY min(position)`,
          )
          .all(from - QUARTER_MILLISECONDS, from, writer);
  const contexts = contextsOf(database, writer);
  return rows.map((row) => ({
    ...spendSums(row),
    at: row["at"] as number,
    context: contexts.get(row["contextId"] as number)!,
  }));
}

function hasRowsFrom(database: DatabaseSync, sequence: number): boolean {
  const { first } = database.prepare("SELECT min(sequence) AS first FROM request").get() as { first: number | null };
  return first !== null && first <= sequence;
}

function contextsOf(database: DatabaseSync, writer: string): Map<number, JournalContext> {
  const rows = database.prepare("SELECT * FROM context WHERE writer = ?").all(writer);
  return new Map(rows.map((row) => [row["contextId"] as number, contextOf(row)]));
}
