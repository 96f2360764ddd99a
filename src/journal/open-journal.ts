import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { ConfigurationError, shown } from "../model/errors.ts";
import { FileJournal } from "./file-journal.ts";
import type { Journal, JournalOptions } from "./journal.ts";

/**
 * Opens or makes a journal: an SQLite file with a row for each request, and the state of the counters. It is
 * consistent after a crash at any moment; several processes of one machine may share it.
 *
 * A file that cannot be written for now (full or read-only disk) is an error to count, not to throw: records
 * wait in memory.
 *
 * @throws ConfigurationError when `path` cannot be a journal: no such folder, another program's file, a newer
 *   version; when an option is out of range; or when this Node has no SQLite
 */
export function openJournal(path: string, options: JournalOptions = {}): Journal {
  const folder = dirname(resolve(path));
  if (!existsSync(folder)) {
    throw new ConfigurationError("journal", `the folder ${shown(folder)} does not exist`, "Make it, or name another.");
  }
  for (const name of ["batchSeconds", "batchSize", "memoryLimit", "keepRequestsDays", "keepHoursDays"] as const) {
    const value = options[name];
    if (value !== undefined && !(value > 0)) {
      throw new ConfigurationError(`journal.${name}`, `${shown(value)} is not above 0`, "Give a number above 0.");
    }
  }
  return new FileJournal(path, options);
}
