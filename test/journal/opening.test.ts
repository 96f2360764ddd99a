import { once } from "node:events";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

import { openJournal } from "../../src/journal/open-journal.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Begins to write to a file, and lets it go 300 ms later. */
const HOLDER = `
const { DatabaseSync } = require("node:sqlite");
const { parentPort, workerData } = require("node:worker_threads");
const database = new DatabaseSync(workerData.path);
if (workerData.isWal) database.exec("PRAGMA journal_mode = WAL");
database.exec("BEGIN IMMEDIATE");
parentPort.postMessage("held");
setTimeout(() => { database.exec("COMMIT"); database.close(); }, 300);
`;

test.for([false, true])("a new file that another process is making is waited for (WAL already: %s)", async (isWal) => {
  const path = join(temporaryFolder(), "footprint.db");
  const holder = new Worker(HOLDER, { eval: true, workerData: { path, isWal } });
  await once(holder, "message");
  const errors: Error[] = [];
  const journal = openJournal(path, { onError: (error) => errors.push(error) });
  expect(errors).toStrictEqual([]);
  expect(journal.keepsCounters).toBe(true);
  await journal.close();
  await once(holder, "exit");
});
