import type { DuckDBConnection } from "@duckdb/node-api";

/** A column of texts or of numbers. */
export type Column = readonly [name: string, type: "VARCHAR" | "DOUBLE"];

/** As many as one of DuckDB's chunks holds. */
const CHUNK_ROWS = 2048;

/**
 * Makes a table anew from rows. A number that is unknown stands in it as NaN, which {@link numberSql} turns into NULL:
 * to mark each as missing on this side of DuckDB takes longer than all else.
 *
 * @returns how many rows
 */
export async function fillTable(
  connection: DuckDBConnection,
  table: string,
  columns: readonly Column[],
  rows: Iterable<readonly unknown[]>,
): Promise<number> {
  const { DuckDBDataChunk, DOUBLE, VARCHAR } = await import("@duckdb/node-api");
  await connection.run(
    `CREATE OR REPLACE TABLE ${table} (${columns.map(([name, type]) => `"${name}" ${type}`).join(", ")})`,
  );
  const appender = await connection.createAppender(table);
  const chunk = DuckDBDataChunk.create(columns.map(([, type]) => (type === "VARCHAR" ? VARCHAR : DOUBLE)));
  const append = (batch: readonly (readonly unknown[])[]): void => {
    if (chunk.rowCount !== batch.length) chunk.rowCount = batch.length;
    for (const [index, [, type]] of columns.entries()) {
      const missing = type === "VARCHAR" ? null : NaN;
      const vector = chunk.getColumnVector(index);
      for (let row = 0; row < batch.length; row++) vector.setItem(row, (batch[row]![index] ?? missing) as number);
      vector.flush();
    }
    appender.appendDataChunk(chunk);
  };
  let count = 0;
  let batch: (readonly unknown[])[] = [];
  for (const row of rows) {
    batch.push(row);
    if (batch.length < CHUNK_ROWS) continue;
    append(batch);
    count += batch.length;
    batch = [];
  }
  if (batch.length > 0) append(batch);
  appender.closeSync();
  return count + batch.length;
}

/** A number of a table that {@link fillTable} made, in SQL. */
export const numberSql = (name: string): string => `nullif("${name}", 'NaN'::DOUBLE)`;
