import type { DatabaseSync } from "node:sqlite";

import { ConfigurationError } from "../model/errors.ts";
import { readOrigins, type JournalOrigin } from "./imports/origin-reading.ts";
import { CONTEXT_COLUMNS, SUMMED_COLUMNS } from "./columns.ts";
import { OWN_COLUMNS, recordOf, type JournalledRecord, type Row } from "./row.ts";
import { withRows, type KeptRows } from "./row-reading.ts";
import { checkedVersion, SCHEMA_VERSION } from "./schema.ts";
import { openDatabase } from "./sqlite.ts";
import { sumOf, type DividedSum, type JournalSum } from "./journal-sum.ts";
import { readShares, shareKey } from "./model-shares.ts";
import { readRatios } from "./stated-ratios.ts";

export interface Period {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
}

/** A journal opened for reading only; others may be writing it. */
export interface JournalReader extends Disposable {
  /** Sums by kind of request, and by stretches of `bucketSeconds` that begin at multiples of it since 1970. */
  sums(period: Period, bucketSeconds?: number): JournalSum[];
  /** The same, with what other models than the one that answered used. */
  dividedSums(period: Period, bucketSeconds?: number): DividedSum[];
  /** The records of a period, oldest first; those already summed into hours are not among them. */
  records(period: Period): IterableIterator<JournalledRecord>;
  record(id: string): JournalledRecord | undefined;
  /** Records whose ids begin so, the newest first. @param most how many to read */
  recordsBeginning(id: string, most: number): JournalledRecord[];
  /** The newest records of a period, newest first. @param most how many to read */
  latestRecords(period: Period, most: number): JournalledRecord[];
  /** Hands on the rows of a period as they are kept, with the hours of those that were summed up. */
  withRows<Result>(period: Period, use: (rows: KeptRows) => Promise<Result>): Promise<Result>;
  /** The start of the first and of the last request, of a period or of all; undefined when there is none. */
  extent(period?: Period): { first: Date; last: Date } | undefined;
  /** Where the requests of a period come from. */
  origins(period: Period): JournalOrigin[];
}

/** @throws ConfigurationError when there is no journal at `path`, or not one of this version */
export function openJournalReader(path: string): JournalReader {
  const part = `journal ${path}`;
  let database: DatabaseSync;
  try {
    database = openDatabase(path, { readOnly: true, busySeconds: 5 });
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    throw new ConfigurationError(part, "the file cannot be opened", "Name the file given to `journal`.", { cause });
  }
  try {
    if (checkedVersion(database, path) < SCHEMA_VERSION) {
      throw new ConfigurationError(
        part,
        "the file is empty or from an older version",
        "Open it once with an application that writes it, to bring it up to date.",
      );
    }
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    sums: (period, bucketSeconds) => readSums(database, period, bucketSeconds),
    dividedSums: (period, bucketSeconds) => readDividedSums(database, period, bucketSeconds),
    records: (period) => readRecords(database, period),
    record: (id) => readRecord(database, id),
    recordsBeginning: (id, most) =>
      database
        .prepare(`${RECORD_QUERY} WHERE substr(id, 1, ?) = ? ORDER BY startedAt DESC LIMIT ?`)
        .all(Array.from(id).length, id, most)
        .map(recordOf),
    latestRecords: ({ from, to }, most) =>
      database
        .prepare(`${RECORD_QUERY} WHERE startedAt >= ? AND startedAt < ? ORDER BY startedAt DESC LIMIT ?`)
        .all(from.getTime(), to.getTime(), most)
        .map(recordOf),
    withRows: (period, use) => withRows(database, period, use),
    extent: (period) => {
      const { first, last } = database
        .prepare(
          "SELECT min(startedAt) AS first, max(startedAt) AS last FROM entry WHERE startedAt >= ? AND startedAt < ?",
        )
        .get(period?.from.getTime() ?? -8.64e15, period?.to.getTime() ?? 8.64e15) as {
        first: number | null;
        last: number | null;
      };
      return first === null || last === null ? undefined : { first: new Date(first), last: new Date(last) };
    },
    origins: (period) => readOrigins(database, period),
    [Symbol.dispose]: () => database.close(),
  };
}

/** The beginning of the stretch that a request belongs to, in SQL. */
const stretchOf = ({ from }: Period, bucketSeconds: number | undefined): string => {
  const bucket = bucketSeconds && bucketSeconds * 1000;
  return bucket ? `startedAt / ${bucket} * ${bucket}` : `${from.getTime()}`;
};

/** @see JournalReader.sums */
export const readSums = (database: DatabaseSync, period: Period, bucketSeconds?: number): JournalSum[] =>
  Array.from(summedRows(database, period, bucketSeconds), ([, sum]) => sum);

/** @see JournalReader.dividedSums */
function readDividedSums(database: DatabaseSync, period: Period, bucketSeconds?: number): DividedSum[] {
  const shares = readShares(database, period, stretchOf(period, bucketSeconds));
  return Array.from(summedRows(database, period, bucketSeconds), ([row, sum]) => ({
    ...sum,
    shares: shares.get(shareKey(row)) ?? [],
  }));
}

function* summedRows(database: DatabaseSync, period: Period, bucketSeconds?: number): Generator<[Row, JournalSum]> {
  const ratios = readRatios(database, period, stretchOf(period, bucketSeconds));
  for (const row of sumRows(database, period, bucketSeconds)) {
    const ofRow = ratios.get(shareKey(row));
    yield [row, ofRow ? { ...sumOf(row), ratios: ofRow } : sumOf(row)];
  }
}

function sumRows(database: DatabaseSync, period: Period, bucketSeconds?: number): Iterable<Row> {
  const { from, to } = period;
  return database
    .prepare(
      `SELECT * FROM (
         SELECT ${stretchOf(period, bucketSeconds)} AS bucketStart, contextId, sum(requests) AS requests,
           ${SUMMED_COLUMNS.map((column) => `sum(${column}) AS ${column}`).join(", ")}
         FROM entry WHERE startedAt >= ? AND startedAt < ? GROUP BY 1, 2
       ) JOIN context USING (contextId) ORDER BY bucketStart, contextId`,
    )
    .iterate(from.getTime(), to.getTime());
}

const RECORD_QUERY = `SELECT ${[...OWN_COLUMNS, ...SUMMED_COLUMNS, ...CONTEXT_COLUMNS].join(", ")} FROM request JOIN context USING (contextId)`;

/** @see JournalReader.records */
export function* readRecords(database: DatabaseSync, { from, to }: Period): IterableIterator<JournalledRecord> {
  const statement = database.prepare(`${RECORD_QUERY} WHERE startedAt >= ? AND startedAt < ? ORDER BY startedAt`);
  for (const row of statement.iterate(from.getTime(), to.getTime())) yield recordOf(row);
}

function readRecord(database: DatabaseSync, id: string): JournalledRecord | undefined {
  const row = database.prepare(`${RECORD_QUERY} WHERE id = ?`).get(id);
  return row && recordOf(row);
}
