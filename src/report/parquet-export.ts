import { existsSync, mkdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";

import { CONTEXT_COLUMNS } from "../journal/columns.ts";
import type { JournalReader, Period } from "../journal/reading.ts";
import { CONTEXT_ROW, FILE_ROW, REQUEST_ROW, ROW_NUMBERS, ROW_TEXTS } from "../journal/row-reading.ts";
import { openDuckDb, sqlText } from "./duckdb.ts";
import { fillTable, numberSql, type Column } from "./duckdb-table.ts";

const INTEGERS = new Set(["startedAt", "requests"]);
const numbers = new Set(["contextId", "importId", "fileReadAt", ...ROW_NUMBERS]);

const columnsOf = (names: readonly string[]): Column[] =>
  names.map((name) => [name, numbers.has(name) ? "DOUBLE" : "VARCHAR"]);

/** The columns of the files, in their order. */
const SELECTED = [
  ...[...ROW_TEXTS, ...CONTEXT_COLUMNS, "fileName", "fileKinds"].map((name) => `"${name}"`),
  `CAST(fileReadAt AS BIGINT) AS "fileReadAt"`,
  ...ROW_NUMBERS.map((name) => (INTEGERS.has(name) ? `CAST("${name}" AS BIGINT)` : numberSql(name)) + ` AS "${name}"`),
].join(", ");

/** The requests of one file, with what they share. */
const COPIED = `SELECT ${SELECTED} FROM request JOIN context USING (contextId) LEFT JOIN file USING (importId)`;

/** What one file holds at most, so that a day of any size is written in the same memory: one group of rows. */
const FILE_ROWS = 40_960;

/**
 * Writes what a journal holds of a period as Parquet: in a folder per day (UTC) a file with the journal's name, and
 * further ones where the day has many records. They replace those of an earlier export.
 *
 * @returns how many rows were written
 * @throws ConfigurationError without DuckDB
 */
export async function exportParquet(
  journal: JournalReader,
  journalPath: string,
  folder: string,
  period: Period,
  fileRows = FILE_ROWS,
): Promise<number> {
  // A second thread would take more CPU, and no less time: what takes the most is to read the journal.
  using connection = await openDuckDb("export --parquet", { threads: "1" });
  const name = basename(journalPath).replace(/\.[^.]*$/, "");
  return await journal.withRows(period, async ({ contexts, files, days }) => {
    await fillTable(connection, "context", columnsOf(CONTEXT_ROW), contexts);
    await fillTable(connection, "file", columnsOf(FILE_ROW), files);
    let written = 0;
    for (const { day, rows } of days) {
      const path = join(folder, `day=${day}`);
      mkdirSync(path, { recursive: true });
      let part = 0;
      for (const ofFile of inParts(rows, fileRows)) {
        written += await fillTable(connection, "request", columnsOf(REQUEST_ROW), ofFile);
        const file = sqlText(join(path, partName(name, ++part)));
        await connection.run(`COPY (${COPIED}) TO ${file} (FORMAT parquet, COMPRESSION snappy)`);
      }
      while (existsSync(join(path, partName(name, ++part)))) rmSync(join(path, partName(name, part)));
    }
    return written;
  });
}

const partName = (name: string, part: number): string => `${name}${part > 1 ? `.part-${part}` : ""}.parquet`;

/** What comes one by one, in parts of a size, of which each is read before the next. */
function* inParts<Each>(all: Iterable<Each>, size: number): Generator<Iterable<Each>> {
  const iterator = all[Symbol.iterator]();
  let next = iterator.next();
  function* part(): Generator<Each> {
    for (let n = 0; n < size && !next.done; n++, next = iterator.next()) yield next.value;
  }
  while (!next.done) yield part();
}
