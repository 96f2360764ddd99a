import type { DatabaseSync } from "node:sqlite";

import { isBusy, openDatabase } from "./sqlite.ts";

/**
 * Claims a writer's name for this process, so that two processes never continue the same counters. The
 * claim is an SQLite lock on a file beside the journal: the operating system drops it with the process,
 * however that dies.
 *
 * @returns what ends the claim; undefined when another process has it
 */
export function claimWriter(journalPath: string, writer: string): (() => void) | undefined {
  const path = `${journalPath}-writer-${encodeURIComponent(writer)}`;
  const database: DatabaseSync = openDatabase(path);
  try {
    // Within the lifetime of a process the file stays empty: an exclusive transaction that writes nothing.
    database.exec("BEGIN EXCLUSIVE");
    return () => database.close();
  } catch (error) {
    database.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}
