import type { DuckDBConnection } from "@duckdb/node-api";

import { ConfigurationError } from "../model/errors.ts";

/**
 * Opens DuckDB, in memory.
 *
 * @param part what asks for it, for the message
 * @param settings of DuckDB, such as `threads`
 * @throws ConfigurationError where the optional package is not installed
 */
export async function openDuckDb(
  part: string,
  settings?: Readonly<Record<string, string>>,
): Promise<DuckDBConnection & Disposable> {
  let api: typeof import("@duckdb/node-api");
  try {
    api = await import("@duckdb/node-api");
  } catch (cause) {
    throw new ConfigurationError(
      part,
      "Parquet files are written and read by DuckDB, which is not installed",
      "Install it beside this package: npm install @duckdb/node-api",
      { cause },
    );
  }
  const instance = await api.DuckDBInstance.create(":memory:", settings);
  const connection = await instance.connect();
  return Object.assign(connection, {
    [Symbol.dispose]: () => {
      connection.closeSync();
      instance.closeSync();
    },
  });
}

/** A text as SQL writes it. */
export const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
