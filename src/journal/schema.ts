import type { DatabaseSync } from "node:sqlite";

import { ConfigurationError } from "../model/errors.ts";
import { ADDED_CONTEXT_COLUMNS, FIRST_CONTEXT_COLUMNS, FIRST_SUMMED_COLUMNS, VIDEO_CLASSES } from "./columns.ts";
import { IMPORTS_SCHEMA } from "./imports/import-tables.ts";
import { SHARES_SCHEMA } from "./model-shares.ts";
import { SEEN_SCHEMA, SEEN_WITHIN_SCHEMA } from "./seen-names.ts";
import { RATIOS_SCHEMA } from "./stated-ratios.ts";
import { QUARTERS_SCHEMA } from "./quarter-tables.ts";
import { SIX_HOURS_SCHEMA } from "./six-hour-table.ts";
import { isBusy, isNotADatabase } from "./sqlite.ts";

/** Marks the file as ours (SQLite's `application_id`): "llmf" in ASCII. */
const APPLICATION_ID = 0x6c6c6d66;

const sums = FIRST_SUMMED_COLUMNS.map((column) => `${column} REAL`).join(", ");

/** Requests and hours together. */
const entryView = (summed: readonly string[]): string => `
  CREATE VIEW entry AS
    SELECT startedAt, contextId, requests, ${summed.join(", ")} FROM request
    UNION ALL
    SELECT startedAt, contextId, requests, ${summed.join(", ")} FROM hour;
`;

/** Videos, their lengths and sizes. */
const VIDEOS_SCHEMA = `
  ${["request", "hour", "share"].flatMap((table) => VIDEO_CLASSES.map((name) => `ALTER TABLE ${table} ADD COLUMN ${name} REAL;`)).join(" ")}
  DROP VIEW entry;
  ${entryView([...FIRST_SUMMED_COLUMNS, ...VIDEO_CLASSES])}
`;

/** One step per schema version; step n takes a file from version n to n + 1. Steps already released never change. */
const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE context (
    contextId INTEGER PRIMARY KEY,
    digest TEXT NOT NULL UNIQUE,
    ${FIRST_CONTEXT_COLUMNS.map((column) => `${column} TEXT`).join(", ")}
  );
  CREATE TABLE request (
    sequence INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    contextId INTEGER NOT NULL REFERENCES context,
    recordedAt INTEGER NOT NULL,
    startedAt INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    timeToFirstTokenSeconds REAL,
    gridGramsPerKilowattHour REAL,
    rawUsage TEXT,
    ${sums}
  );
  CREATE INDEX requestByStart ON request (startedAt);
  CREATE TABLE hour (
    startedAt INTEGER NOT NULL,
    contextId INTEGER NOT NULL REFERENCES context,
    requests INTEGER NOT NULL,
    ${sums},
    PRIMARY KEY (startedAt, contextId)
  ) WITHOUT ROWID;
  CREATE TABLE counter (
    writer TEXT NOT NULL,
    series TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (writer, series)
  ) WITHOUT ROWID;
  CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  ${entryView(FIRST_SUMMED_COLUMNS)}
  `,
  IMPORTS_SCHEMA,
  // What each of several models used for one answer, as JSON.
  "ALTER TABLE request ADD COLUMN usageByModel TEXT;",
  QUARTERS_SCHEMA,
  // Who says the zone, what stands in for an unknown model, and the effort that was asked for.
  ADDED_CONTEXT_COLUMNS.map((column) => `ALTER TABLE context ADD COLUMN ${column} TEXT;`).join(" "),
  SHARES_SCHEMA,
  // What the provider said of the request's footprint, as JSON without its text.
  "ALTER TABLE request ADD COLUMN stated TEXT;",
  RATIOS_SCHEMA,
  SEEN_SCHEMA,
  SEEN_WITHIN_SCHEMA,
  SIX_HOURS_SCHEMA,
  VIDEOS_SCHEMA,
];

const WAL_RETRY_MILLISECONDS = 5;

/** The version that this program reads and writes (SQLite's `user_version`). */
export const SCHEMA_VERSION = MIGRATIONS.length;

/**
 * Brings a journal file to {@link SCHEMA_VERSION}; safe when several processes open the same new file at once.
 *
 * @throws ConfigurationError when the file is something else, or from a newer version of this program
 */
export function migrate(database: DatabaseSync, path: string): void {
  if (checkedVersion(database, path) === SCHEMA_VERSION) return;
  becomeWal(database);
  database.exec("BEGIN IMMEDIATE");
  try {
    for (let version = checkedVersion(database, path); version < SCHEMA_VERSION; version++) {
      database.exec(MIGRATIONS[version]!);
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${SCHEMA_VERSION}; COMMIT`);
  } catch (error) {
    database.exec("ROLLBACK");
    throw error;
  }
}

/** SQLite itself waits for nobody here: of several connections to a new file, some are told at once that it is busy. */
function becomeWal(database: DatabaseSync): void {
  const { timeout } = database.prepare("PRAGMA busy_timeout").get() as { timeout: number };
  const limit = performance.now() + timeout;
  for (;;) {
    try {
      database.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (!isBusy(error) || performance.now() >= limit) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, WAL_RETRY_MILLISECONDS);
    }
  }
}

/**
 * The file's schema version; 0 for a new file.
 *
 * @throws ConfigurationError when the file is not a journal, or a newer one than this program knows
 */
export function checkedVersion(database: DatabaseSync, path: string): number {
  const part = `journal ${path}`;
  let state: { version: number; application: number; tables: number };
  try {
    state = database
      .prepare(
        `SELECT (SELECT user_version FROM pragma_user_version) AS version,
                (SELECT application_id FROM pragma_application_id) AS application,
                (SELECT count(*) FROM sqlite_schema) AS tables`,
      )
      .get() as typeof state;
  } catch (error) {
    if (!isNotADatabase(error)) throw error;
    throw new ConfigurationError(part, "the file is not an SQLite database", "Name a new file, or a journal.", {
      cause: error,
    });
  }
  if (state.application !== APPLICATION_ID && state.tables > 0) {
    throw new ConfigurationError(part, "the database belongs to another program", "Name a new file, or a journal.");
  }
  if (state.version > SCHEMA_VERSION) {
    throw new ConfigurationError(
      part,
      `the file has schema version ${state.version}, this program knows ${SCHEMA_VERSION}`,
      "Use the version of llm-footprint that wrote it, or a newer one.",
    );
  }
  return state.version;
}
