import { spawn } from "node:child_process";
import { once } from "node:events";
import { linkSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";

import {
  ADDED_CONTEXT_COLUMNS,
  FIRST_SUMMED_COLUMNS,
  STATEMENT_COLUMN,
  VIDEO_CLASSES,
} from "../../src/journal/columns.ts";
import type { Journal, JournalOptions } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/open-journal.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { SCHEMA_VERSION } from "../../src/journal/schema.ts";
import { sampleRecord } from "./sample-record.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const always = { from: new Date(0), to: new Date("2200-01-01") };

/** A journal with a counter of its records, and what it reported. */
function openForTest(path: string, options?: JournalOptions) {
  const errors: string[] = [];
  let records = 0;
  let restored: string | undefined;
  const journal = openJournal(path, {
    counters: {
      restore: (states) => (restored = states.get("all")),
      series: () => ["all"],
      stateOf: () => String(records),
    },
    onError: (error) => errors.push(error.message),
    ...options,
  });
  onTestFinished(() => journal.close());
  const append = (...ids: string[]): void => {
    for (const id of ids) {
      records += 1;
      journal.append(sampleRecord({ id }), ["all"]);
    }
  };
  return { journal, append, errors, restored: () => restored };
}

const ids = (path: string): string[] => {
  using reader = openJournalReader(path);
  return Array.from(reader.records(always), ({ id }) => id);
};
const counter = (path: string): unknown => {
  using database = new DatabaseSync(path);
  return database.prepare("SELECT state FROM counter").get()?.["state"];
};
const remove = (path: string): void => {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(path + suffix, { force: true });
};

test("a journal that is deleted begins anew at the next flush; what went with it is counted, and counters go on", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const { journal, append, errors } = openForTest(path);
  append("a", "b", "c");
  await journal.flush();
  remove(path);
  await journal.flush();
  expect(ids(path)).toStrictEqual([]);
  append("d");
  await journal.flush();
  expect(ids(path)).toStrictEqual(["d"]);
  expect(counter(path)).toBe("4");
  expect(journal.status).toMatchObject({ lost: 3, errors: 1, degraded: false });
  expect(errors).toStrictEqual([`the journal ${path} was moved or deleted, with 3 records lost; it begins anew`]);
});

test("a journal that is renamed keeps its records under the new name, and goes on under the old one", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const { journal, append } = openForTest(path);
  append("a", "b");
  await journal.flush();
  for (const suffix of ["", "-wal", "-shm"]) renameSync(path + suffix, `${path}.1${suffix}`);
  append("c");
  await journal.flush();
  expect(ids(`${path}.1`)).toStrictEqual(["a", "b"]);
  expect(ids(path)).toStrictEqual(["c"]);
  expect(counter(path)).toBe("3");
  expect(journal.status).toMatchObject({ lost: 0, errors: 1 });
});

test("a journal that is replaced by another goes on in that one", async () => {
  const folder = temporaryFolder();
  const [path, other] = [join(folder, "footprint.db"), join(folder, "other.db")];
  const backup = openForTest(other);
  backup.append("old");
  await backup.journal.close();
  const { journal, append } = openForTest(path);
  append("a");
  await journal.flush();
  remove(path);
  renameSync(other, path);
  append("b");
  await journal.flush();
  expect(ids(path).sort()).toStrictEqual(["b", "old"]);
  expect(counter(path)).toBe("2");
});

test("while another program's file stands in its place, records wait; none is lost", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const { journal, append } = openForTest(path);
  await journal.flush();
  remove(path);
  writeFileSync(path, "another program's\n".repeat(1000));
  append("a");
  await expect(journal.flush()).rejects.toThrow(`the journal ${path} cannot be written`);
  expect(journal.status).toMatchObject({ waiting: 1, lost: 0 });
  remove(path);
  await journal.flush();
  expect(ids(path)).toStrictEqual(["a"]);
});

test("a newer schema written meanwhile stops the writing, and every record that does not get in is counted", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const { journal, append, errors } = openForTest(path);
  append("a");
  await journal.flush();
  using newer = new DatabaseSync(path);
  newer.exec("PRAGMA user_version = 99");
  append("b", "c");
  await expect(journal.flush()).rejects.toThrow("cannot be written");
  append("d");
  await expect(journal.flush()).rejects.toThrow("cannot be written");
  expect(newer.prepare("SELECT count(*) AS rows FROM request").get()!["rows"]).toBe(1);
  expect(journal.status).toMatchObject({ waiting: 0, lost: 3, errors: 1, degraded: true });
  expect(errors).toStrictEqual([
    `the journal has schema version 99 since another process opened it, and this process knows ${SCHEMA_VERSION}: restart it with the newer version`,
  ]);
});

test("another process that holds the file is waited for no longer than asked, and does not block this one", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const { journal, append } = openForTest(path);
  await journal.flush();
  using other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  append("a");
  let turns = 0;
  const timer = setInterval(() => (turns += 1), 5);
  const began = performance.now();
  await expect(journal.flush(0.3)).rejects.toThrow("cannot be written");
  clearInterval(timer);
  expect(performance.now() - began).toBeLessThan(3_000);
  expect(turns).toBeGreaterThan(10);
  other.exec("ROLLBACK");
  await journal.flush();
  expect(ids(path)).toStrictEqual(["a"]);
});

test.each([
  ["a symbolic link", symlinkSync],
  ["a hard link", linkSync],
])("a writer's name is taken under %s as well, and no record is lost", async (_, link) => {
  const folder = temporaryFolder();
  const [path, other] = [join(folder, "footprint.db"), join(folder, "other.db")];
  const first = openForTest(path);
  first.append("a");
  await first.journal.flush();
  link(path, other);
  const second = openForTest(other);
  second.append("b");
  await second.journal.flush();
  expect(second.restored()).toBeUndefined();
  expect(ids(path)).toStrictEqual(["a", "b"]);
  expect(counter(path)).toBe("1");
});

test("a writer's name stays taken when the file that claims it is removed", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const child = spawn(process.execPath, [join(import.meta.dirname, "claiming-writer.ts"), path]);
  onTestFinished(() => void child.stdin.end());
  await once(child.stdout, "data");
  rmSync(`${path}-writer-main`);
  const second = openForTest(path);
  second.append("b");
  await second.journal.flush();
  expect(second.restored()).toBeUndefined();
  expect(ids(path)).toStrictEqual(["held", "b"]);
  child.stdin.end();
  await once(child, "exit");
  await second.journal.close();
  const third = openForTest(path);
  expect(third.restored()).toBe("1");
});

test("a clock that shows the year 2100 makes nothing old", async () => {
  const now = new Date("2026-11-20T10:30:00Z");
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"], now });
  onTestFinished(() => void vi.useRealTimers());
  const path = join(temporaryFolder(), "footprint.db");
  const first = openForTest(path);
  first.append("a", "b");
  await first.journal.close();
  vi.setSystemTime(new Date("2100-01-01T00:00:00Z"));
  const { journal, append } = openForTest(path, { keepRequestsDays: 90, keepHoursDays: 365 });
  append("c");
  await journal.flush();
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(ids(path)).toStrictEqual(["a", "b", "c"]);
});

/** As sums of quarters of an hour, and of six hours. */
const spent = (journal: Journal, from = 0): number[] =>
  [from, Infinity].map((fineFrom) =>
    journal
      .pastSpends({ from, fineFrom, slotMilliseconds: 86_400_000, criteria: new Set() })
      .reduce((sum, { requests }) => sum + requests, 0),
  );

test("what a writer has spent outlives its rows, and is nobody else's", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const mine = openForTest(path, { writer: "mine" });
  const others = openForTest(path, { writer: "other" });
  const nameless = openForTest(path, { writer: "mine" });
  mine.append("a", "b");
  others.append("c");
  nameless.append("d");
  for (const { journal } of [mine, others, nameless]) await journal.flush();
  using database = new DatabaseSync(path);
  database.exec("DELETE FROM request");
  expect([mine, others, nameless].map(({ journal }) => spent(journal))).toStrictEqual([
    [2, 2],
    [1, 1],
    [0, 0],
  ]);
  expect(spent(mine.journal, Date.now() + 3_600_000)).toStrictEqual([0, 0]);
});

/** Takes a file back to the version before videos had classes of their own. */
const WITHOUT_VIDEOS = [
  "DROP VIEW entry",
  ...["request", "hour", "share"].flatMap((table) =>
    VIDEO_CLASSES.map((name) => `ALTER TABLE ${table} DROP COLUMN ${name}`),
  ),
  `CREATE VIEW entry AS SELECT startedAt, contextId, requests, ${FIRST_SUMMED_COLUMNS.join(", ")} FROM request UNION ALL
   SELECT startedAt, contextId, requests, ${FIRST_SUMMED_COLUMNS.join(", ")} FROM hour`,
];

test("a file from before videos had classes of their own is read as it was, and takes new records of videos", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const before = openForTest(path);
  before.append("a");
  await before.journal.close();
  {
    using database = new DatabaseSync(path);
    database.exec([...WITHOUT_VIDEOS, `PRAGMA user_version = ${SCHEMA_VERSION - 1}`].join("; "));
  }
  const { journal } = openForTest(path);
  const usage = { videos: 4, videoSeconds: 32, videoMegapixelSeconds: 66.3552 };
  const video = sampleRecord({ id: "b", operation: "videos", usage });
  journal.append(video);
  await journal.flush();
  using reader = openJournalReader(path);
  expect(reader.record("a")).toStrictEqual(sampleRecord({ id: "a" }));
  expect(reader.record("b")).toStrictEqual(video);
  expect(reader.sums(always).find(({ operation }) => operation === "videos")!.usage).toStrictEqual(usage);
});

test("a file of an earlier version, with one writer, keeps what it has spent", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const before = openForTest(path);
  before.append("a", "b");
  await before.journal.close();
  {
    using database = new DatabaseSync(path);
    database.exec(
      [
        "DROP TABLE sixHours",
        ...WITHOUT_VIDEOS,
        "DROP TABLE quarter",
        "DROP TABLE share",
        "DROP TABLE ratio",
        "DROP TABLE seen",
        "DROP INDEX comparedRequest",
        ...["writer", ...ADDED_CONTEXT_COLUMNS, STATEMENT_COLUMN].map(
          (column) => `ALTER TABLE context DROP COLUMN ${column}`,
        ),
        ...["stated", "statedToEstimatedRatio"].map((column) => `ALTER TABLE request DROP COLUMN ${column}`),
        `PRAGMA user_version = ${SCHEMA_VERSION - 9}`,
      ].join("; "),
    );
  }
  const { journal, append } = openForTest(path);
  append("c");
  await journal.flush();
  expect(spent(journal)).toStrictEqual([3, 3]);
  expect(ids(path)).toStrictEqual(["a", "b", "c"]);
});
