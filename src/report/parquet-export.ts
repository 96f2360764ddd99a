import { mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";

import type { JournalReader, Period } from "../journal/reading.ts";
import { NUMBER_COLUMNS, TEXT_COLUMNS } from "../journal/row-reading.ts";
import type { Row } from "../journal/row.ts";
import { openDuckDb, sqlText } from "./duckdb.ts";

const INTEGERS = new Set(["startedAt", "requests", "fileReadAt"]);

/**
 * Writes what a journal holds of a period as Parquet: in a folder per day (UTC) a file with the journal's name, which
 * replaces an earlier one.
 *
 * @returns how many rows were written
 * @throws ConfigurationError without DuckDB
 */
export async function exportParquet(
  journal: JournalReader,
  journalPath: string,
  folder: string,
  period: Period,
): Promise<number> {
  using connection = await openDuckDb("export --parquet");
  const columns = [
    ...TEXT_COLUMNS.map((name) => `"${name}" VARCHAR`),
    ...NUMBER_COLUMNS.map((name) => `"${name}" ${INTEGERS.has(name) ? "BIGINT" : "DOUBLE"}`),
  ];
  await connection.run(`CREATE TABLE record (${columns.join(", ")})`);
  const name = `${basename(journalPath).replace(/\.[^.]*$/, "")}.parquet`;
  let rows = 0;
  for (const [day, ofDay] of days(journal.rows(period))) {
    rows += ofDay.length;
    await append(connection, ofDay);
    const path = join(folder, `day=${day}`);
    mkdirSync(path, { recursive: true });
    await connection.run(`COPY record TO ${sqlText(join(path, name))} (FORMAT parquet, COMPRESSION snappy)`);
    await connection.run("DELETE FROM record");
  }
  return rows;
}

/** Rows by day, of which one is in memory at a time. */
function* days(rows: Iterable<Row>): Generator<[day: string, rows: Row[]]> {
  let [current, held]: [string, Row[]] = ["", []];
  for (const row of rows) {
    const day = new Date(row["startedAt"] as number).toISOString().slice(0, 10);
    if (day !== current && held.length > 0) yield [current, held];
    if (day !== current) [current, held] = [day, []];
    held.push(row);
  }
  if (held.length > 0) yield [current, held];
}

async function append(connection: DuckDBConnection, rows: readonly Row[]): Promise<void> {
  const appender = await connection.createAppender("record");
  for (const row of rows) {
    for (const name of TEXT_COLUMNS) {
      const value = row[name];
      if (value === null || value === undefined) appender.appendNull();
      else appender.appendVarchar(value as string);
    }
    for (const name of NUMBER_COLUMNS) {
      const value = row[name];
      if (value === null || value === undefined) appender.appendNull();
      else if (INTEGERS.has(name)) appender.appendBigInt(BigInt(Math.round(value as number)));
      else appender.appendDouble(value as number);
    }
    appender.endRow();
  }
  appender.closeSync();
}
