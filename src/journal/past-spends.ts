import type { DatabaseSync } from "node:sqlite";

import type { Criterion } from "../model/footprint.ts";
import type { Range } from "../model/range.ts";
import { QUARTER_MILLISECONDS } from "./quarter-tables.ts";
import { contextOf, type JournalContext, type Row } from "./row.ts";
import { SIX_HOURS_MILLISECONDS, sixHoursOf } from "./six-hour-table.ts";
import { COUNTS, criteriaOf, SPEND_COLUMNS, SPEND_EXPRESSIONS, spendColumnsOf } from "./spend-columns.ts";

/** What requests of one kind have spent within one slot of time. */
export interface PastSpend {
  readonly context: JournalContext;
  /** When the last of it became known, in milliseconds since 1970. */
  readonly at: number;
  readonly requests: number;
  readonly tokens: number | undefined;
  readonly criteria: Readonly<Partial<Record<Criterion, Range>>>;
}

/** What to add up. */
export interface SpendQuery {
  readonly writer: string;
  /** Spends that became known from here on, in milliseconds since 1970; also those of the future, where a clock was set back. */
  readonly from: number;
  /** From here on, at the latest, they are added up by no more than a quarter of an hour. */
  readonly fineFrom: number;
  /** The slots in which they are added up begin at `from`. */
  readonly slotMilliseconds: number;
  /** The criteria that are wanted, beside requests and tokens. */
  readonly criteria: ReadonlySet<string>;
}

/** Slots shorter than this are read from the rows, as far as they are there: quarters are too coarse for them. */
const FINE_SLOT_MILLISECONDS = QUARTER_MILLISECONDS / 2.5;

const OWN = `contextId IN (SELECT contextId FROM context WHERE writer = ? AND ${COUNTS})`;

/**
 * What a writer's requests have spent, in the order in which it became known, added up in the database: six hours of the
 * window's middle where its slots are as long, quarters of an hour at its ends and in others, rows for fine slots.
 */
export function pastSpends(database: DatabaseSync, query: SpendQuery): PastSpend[] {
  const { writer } = query;
  const columns = spendColumnsOf(query.criteria);
  const isFine = query.slotMilliseconds < FINE_SLOT_MILLISECONDS;
  const rows = (isFine && sumsOfRows(database, query, columns)) || sumsOfStretches(database, query, columns);
  const contexts = contextsOf(database, writer);
  return rows.map((row) => ({
    context: contexts.get(row["contextId"] as number)!,
    at: row["at"] as number,
    requests: row["requests"] as number,
    tokens: (row["tokens"] ?? undefined) as number | undefined,
    criteria: criteriaOf(row),
  }));
}

/** The number of the slot that a moment lies in, in SQL. */
const slotOf = (column: string, { from, slotMilliseconds }: SpendQuery): string =>
  `CAST((${column} - ${from}) / ${slotMilliseconds} AS INTEGER)`;

/** @returns undefined where the rows of the window are not all there */
function sumsOfRows(database: DatabaseSync, query: SpendQuery, columns: readonly string[]): Row[] | undefined {
  const { writer, from } = query;
  const first = database
    .prepare(`SELECT min(firstSequence) AS first FROM quarter WHERE startedAt > ? AND ${OWN}`)
    .get(from - QUARTER_MILLISECONDS, writer)!["first"] as number | null;
  if (first === null) return [];
  if (!hasRowsFrom(database, first)) return undefined;
  const sum = (column: string): string => `sum(${SPEND_EXPRESSIONS[SPEND_COLUMNS.indexOf(column)]!}) AS ${column}`;
  return database
    .prepare(
      `SELECT contextId, max(recordedAt) AS at, ${columns.map(sum).join(", ")}
       FROM request WHERE sequence >= ? AND recordedAt >= ? AND ${OWN}
       GROUP BY contextId, ${slotOf("recordedAt", query)} ORDER BY min(sequence)`,
    )
    .all(first, from, writer);
}

function sumsOfStretches(database: DatabaseSync, query: SpendQuery, columns: readonly string[]): Row[] {
  const { writer, from, fineFrom, slotMilliseconds } = query;
  const coarseFrom = sixHoursOf(from + SIX_HOURS_MILLISECONDS - 1);
  const coarseTo = slotMilliseconds < SIX_HOURS_MILLISECONDS ? coarseFrom : Math.max(coarseFrom, sixHoursOf(fineFrom));
  const quarters = (where: string) =>
    `SELECT position, contextId, lastAt, ${columns.join(", ")} FROM quarter WHERE ${where}`;
  return database
    .prepare(
      `SELECT contextId, max(lastAt) AS at, ${columns.map((column) => `sum(${column}) AS ${column}`).join(", ")}
       FROM (
         ${quarters("startedAt > ? AND startedAt < ? AND lastAt >= ?")} UNION ALL ${quarters("startedAt >= ?")} UNION ALL
         SELECT firstPosition, contextId, lastAt, ${columns.join(", ")} FROM sixHours WHERE startedAt >= ? AND startedAt < ?
       ) WHERE ${OWN} GROUP BY contextId, ${slotOf("lastAt", query)} ORDER BY min(position)`,
    )
    .all(from - QUARTER_MILLISECONDS, coarseFrom, from, coarseTo, coarseFrom, coarseTo, writer);
}

function hasRowsFrom(database: DatabaseSync, sequence: number): boolean {
  const { first } = database.prepare("SELECT min(sequence) AS first FROM request").get() as { first: number | null };
  return first !== null && first <= sequence;
}

function contextsOf(database: DatabaseSync, writer: string): Map<number, JournalContext> {
  const rows = database.prepare("SELECT * FROM context WHERE writer = ?").all(writer);
  return new Map(rows.map((row) => [row["contextId"] as number, contextOf(row)]));
}
