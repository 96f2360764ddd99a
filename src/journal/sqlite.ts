import type { DatabaseSync } from "node:sqlite";

import { ConfigurationError } from "../model/errors.ts";

/** SQLite's result codes that call for something other than "try again later": https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_NOT_A_DATABASE = 26;

interface SqliteError extends Error {
  readonly errcode: number;
}

const isSqliteError = (error: unknown): error is SqliteError =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number";

/** Another connection is writing; the low byte is the primary code. */
export const isBusy = (error: unknown): boolean => isSqliteError(error) && (error.errcode & 0xff) === SQLITE_BUSY;

export const isNotADatabase = (error: unknown): boolean =>
  isSqliteError(error) && (error.errcode & 0xff) === SQLITE_NOT_A_DATABASE;

/**
 * Opens an SQLite file. `node:sqlite` is loaded only here, so that an application without a journal never
 * loads it.
 *
 * @param busySeconds how long one statement may block while another process writes
 * @throws ConfigurationError when the runtime has no `node:sqlite`
 */
export function openDatabase(
  path: string,
  { readOnly = false, busySeconds = 0 }: { readOnly?: boolean; busySeconds?: number } = {},
): DatabaseSync {
  const { DatabaseSync } = loadSqlite();
  const database = new DatabaseSync(path, { readOnly });
  waitForOthers(database, busySeconds);
  return database;
}

/** How long one statement may block, from now on. As a pragma, since Node 22.13 does not know the option of that name. */
export function waitForOthers(database: DatabaseSync, seconds: number): void {
  database.exec(`PRAGMA busy_timeout = ${seconds * 1000}`);
}

/** Bun and Deno call themselves Node, too. */
function runtime(): string {
  const { bun, deno, node } = process.versions;
  if (bun !== undefined) return `Bun ${bun}`;
  return deno !== undefined ? `Deno ${deno}` : `Node ${node}`;
}

function loadSqlite(): typeof import("node:sqlite") {
  // Node 22 prints "SQLite is an experimental feature" on first use; that is our choice, not the user's news.
  const { emitWarning } = process as { emitWarning: (...parts: unknown[]) => void };
  process.emitWarning = (...parts: unknown[]) => {
    if (!String(parts[0]).includes("SQLite")) Reflect.apply(emitWarning, process, parts);
  };
  try {
    const sqlite = process.getBuiltinModule("node:sqlite" as string) as typeof import("node:sqlite") | undefined;
    if (!sqlite) {
      throw new ConfigurationError(
        "journal",
        `expected a runtime with node:sqlite, got ${runtime()}`,
        "Run on Node 22.13 or newer, Bun 1.4 or Deno 2.2, or leave `journal` out.",
      );
    }
    return sqlite;
  } finally {
    process.emitWarning = emitWarning;
  }
}
