import type { DatabaseSync } from "node:sqlite";

import { isRunning, processIdentity } from "./process-identity.ts";
import { isBusy, openDatabase } from "./sqlite.ts";
import type { Store } from "./store.ts";

/**
 * Claims a writer's name for this process, so that two processes never continue the same counters. The
 * claim is an SQLite lock on a file beside the journal: the operating system drops it with the process,
 * however that dies.
 *
 * @param journalPath the journal's one name: {@link canonicalPath}
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

const noteOf = (writer: string): string => `writer ${writer}`;

/** What the journal itself remembers of a claim, since the lock's file can be removed while it is locked. */
export function claimNote(writer: string): Readonly<Record<string, string>> {
  const identity = processIdentity();
  return identity === undefined ? {} : { [noteOf(writer)]: identity };
}

/** Whether another process that is still running has the name, by what the journal remembers. */
export function isClaimedByAnother(store: Store, writer: string): boolean {
  const identity = store.note(noteOf(writer));
  return identity !== undefined && identity !== processIdentity() && isRunning(identity);
}
