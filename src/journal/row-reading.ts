import type { DatabaseSync, SQLOutputValue } from "node:sqlite";

import { CONTEXT_COLUMNS, SUMMED_COLUMNS } from "./columns.ts";

/** What a row says in words of its own, and what it shares with others: a context, and a file that it was read from. */
export const ROW_TEXTS = ["id", "stated"] as const;
const ROW_KEYS = ["contextId", "importId"] as const;

/** What a row says in numbers; moments are milliseconds since 1970. */
export const ROW_NUMBERS: readonly string[] = ["startedAt", "requests", "statedToEstimatedRatio", ...SUMMED_COLUMNS];

/** The columns of {@link KeptRows.contexts}, of {@link KeptRows.files}, and of the rows of a day. */
export const CONTEXT_ROW = ["contextId", ...CONTEXT_COLUMNS] as const;
export const FILE_ROW = ["importId", "fileName", "fileKinds", "fileReadAt"] as const;
export const REQUEST_ROW: readonly string[] = [...ROW_TEXTS, ...ROW_KEYS, ...ROW_NUMBERS];

interface Period {
  readonly from: Date;
  readonly to: Date;
}

export type Values = readonly SQLOutputValue[];

/** The rows of a period as they are kept. */
export interface KeptRows {
  readonly contexts: Iterable<Values>;
  readonly files: Iterable<Values>;
  /** By day (UTC), oldest first: requests one by one, and hours of those that were summed up, which have no id. */
  readonly days: Iterable<DayRows>;
}

interface DayRows {
  readonly day: string;
  readonly rows: Iterable<Values>;
}

const DAY_MILLISECONDS = 86_400_000;

/** Hands on what is kept of a period, as it is at one moment: rows that others write meanwhile have contexts of their own. */
export async function withRows<Result>(
  database: DatabaseSync,
  period: Period,
  use: (rows: KeptRows) => Promise<Result>,
): Promise<Result> {
  database.exec("BEGIN");
  try {
    return await use({
      contexts: valuesOf(database, `SELECT ${CONTEXT_ROW.join(", ")} FROM context`),
      files: valuesOf(database, "SELECT importId, name, kinds, readAt FROM import"),
      days: readDays(database, period),
    });
  } finally {
    database.exec("COMMIT");
  }
}

function* readDays(database: DatabaseSync, { from, to }: Period): Generator<DayRows> {
  const numbers = ["startedAt", "requests", ...SUMMED_COLUMNS].join(", ");
  const within = "startedAt >= ? AND startedAt < ?";
  const next = database.prepare(
    `SELECT min(startedAt) AS startedAt FROM (
       SELECT min(startedAt) AS startedAt FROM request WHERE ${within}
       UNION ALL SELECT min(startedAt) FROM hour WHERE ${within})`,
  );
  const rowsOfDay = `SELECT ${REQUEST_ROW.join(", ")} FROM (
       SELECT id, stated, contextId, importId, statedToEstimatedRatio, ${numbers} FROM request WHERE ${within}
       UNION ALL
       SELECT NULL, NULL, contextId, NULL, NULL, ${numbers} FROM hour WHERE ${within}
     ) ORDER BY startedAt`;
  for (let start = from.getTime(); ;) {
    const { startedAt } = next.get(start, to.getTime(), start, to.getTime()) as { startedAt: number | null };
    if (startedAt === null) return;
    const day = Math.floor(startedAt / DAY_MILLISECONDS) * DAY_MILLISECONDS;
    const end = Math.min(day + DAY_MILLISECONDS, to.getTime());
    yield {
      day: new Date(day).toISOString().slice(0, 10),
      rows: valuesOf(database, rowsOfDay, startedAt, end, startedAt, end),
    };
    start = end;
  }
}

/** Rows as arrays, which cost half of what objects do where the runtime has them. */
function* valuesOf(database: DatabaseSync, query: string, ...parameters: number[]): Generator<Values> {
  const statement = database.prepare(query);
  const canArrays = "setReturnArrays" in statement;
  if (canArrays) statement.setReturnArrays(true);
  for (const row of statement.iterate(...parameters)) yield canArrays ? (row as unknown as Values) : Object.values(row);
}
