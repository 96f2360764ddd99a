import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";

import type { Journal, JournalOptions } from "../../src/journal/journal.ts";
import { openJournal } from "../../src/journal/open-journal.ts";
import { SCHEMA_VERSION } from "../../src/journal/schema.ts";
import { openJournalReader } from "../../src/journal/reading.ts";
import { ConfigurationError } from "../../src/model/errors.ts";
import { failedRecord, sampleRecord } from "./sample-record.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const always = { from: new Date(0), to: new Date("2100-01-01") };

function openForTest(path: string, options?: JournalOptions): Journal {
  const journal = openJournal(path, options);
  onTestFinished(() => journal.close());
  return journal;
}

const ids = (path: string): string[] => {
  using reader = openJournalReader(path);
  return Array.from(reader.records(always), (record) => record.id);
};

test("a record comes back as it went in", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openForTest(path);
  journal.append(sampleRecord());
  journal.append(failedRecord());
  await journal.flush();
  using reader = openJournalReader(path);
  expect(reader.record("r1")).toStrictEqual(sampleRecord());
  expect(reader.record("failed")).toStrictEqual(failedRecord());
  expect([...journal.records(always)]).toStrictEqual([sampleRecord(), failedRecord()]);
  expect(reader.record("nobody")).toBeUndefined();
  expect(reader.extent()).toStrictEqual({ first: sampleRecord().startedAt, last: sampleRecord().startedAt });
});

test("labels and names are bounded, as in the totals, whatever they are called", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openForTest(path);
  const long = "x".repeat(16_384);
  const labels = { team: long, constructor: "acme" };
  journal.append(sampleRecord({ labels, model: long, requestedModel: long, respondedModel: long, endpoint: long }));
  await journal.flush();
  using reader = openJournalReader(path);
  const { model, requestedModel, respondedModel, endpoint, labels: kept } = reader.record("r1")!;
  expect(kept).toStrictEqual({ constructor: "acme", team: "x".repeat(128) });
  expect(model).toHaveLength(128);
  expect([requestedModel, respondedModel, endpoint].map((text) => text!.length)).toStrictEqual([512, 512, 512]);
});

test("no text of the provider's usage object is kept", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openForTest(path);
  journal.append(sampleRecord({ rawUsage: { tokens: 3, echo: "the prompt", deep: [{ text: "the answer", n: 1 }] } }));
  await journal.flush();
  using reader = openJournalReader(path);
  expect(reader.record("r1")?.rawUsage).toStrictEqual({ tokens: 3, deep: [{ n: 1 }] });
});

test("the same id is one request, within a batch, in a later one, and from another process", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const [first, second] = [openForTest(path), openForTest(path, { writer: "other" })];
  first.append(sampleRecord());
  first.append(sampleRecord());
  await first.flush();
  second.append(sampleRecord());
  await second.flush();
  expect(ids(path)).toStrictEqual(["r1"]);
});

test("writes by itself, without flush", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openForTest(path, { batchSeconds: 0.01 });
  journal.append(sampleRecord());
  expect(journal.status.waiting).toBe(1);
  await expect.poll(() => journal.status.waiting).toBe(0);
  expect(ids(path)).toStrictEqual(["r1"]);
});

test("a full batch is written at once, and a burst does not outgrow the memory limit", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openForTest(path, { batchSeconds: 3600, batchSize: 10, memoryLimit: 20 });
  for (let n = 0; n < 10; n++) journal.append(sampleRecord({ id: `a${n}` }));
  await expect.poll(() => journal.status.waiting).toBe(0);
  for (let n = 0; n < 45; n++) {
    journal.append(sampleRecord({ id: `b${n}` }));
    expect(journal.status.waiting).toBeLessThanOrEqual(20);
  }
  await journal.flush();
  expect(ids(path)).toHaveLength(55);
  expect(journal.status).toStrictEqual({ waiting: 0, summed: 0, lost: 0, errors: 0, degraded: false });
});

/** Counters of two series, one of which never changes. */
function sampleCounters(states = new Map<string, string>()) {
  const restored: ReadonlyMap<string, string>[] = [];
  return {
    states,
    restored,
    restore: (from: ReadonlyMap<string, string>) => void restored.push(from),
    series: () => states.keys(),
    stateOf: (series: string) => states.get(series),
  };
}

test("counters continue where they stood: for one process of a writer's name, not for a second", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const counters = sampleCounters(
    new Map([
      ["chat", "1"],
      ["rest", "7"],
    ]),
  );
  const first = openJournal(path, { counters });
  expect(counters.restored).toStrictEqual([new Map()]);
  first.append(sampleRecord(), ["chat"]);
  await first.flush();
  counters.states.set("chat", "2").set("rest", "not changed by any request");
  first.append(sampleRecord({ id: "r2" }), ["chat"]);
  await first.flush();

  const ofSecond = sampleCounters(new Map([["chat", "overwritten"]]));
  const second = openForTest(path, { counters: ofSecond });
  second.append(sampleRecord({ id: "r3" }), ["chat"]);
  await second.flush();
  expect(ofSecond.restored).toStrictEqual([]);
  await first.close();

  const ofNext = sampleCounters(new Map([["chat by team", "3"]]));
  const next = openJournal(path, { counters: ofNext });
  expect(ofNext.restored).toStrictEqual([
    new Map([
      ["chat", "2"],
      ["rest", "7"],
    ]),
  ]);
  next.append(sampleRecord({ id: "r4" }), ["chat by team"]);
  await next.close();

  const ofLast = sampleCounters();
  openForTest(path, { counters: ofLast });
  expect(ofLast.restored).toStrictEqual([new Map([["chat by team", "3"]])]);
  expect(ids(path)).toStrictEqual(["r1", "r2", "r3", "r4"]);
});

test("sums over hours and days keep unknown apart from zero", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openForTest(path);
  journal.append(sampleRecord());
  journal.append(sampleRecord({ id: "r2", startedAt: new Date("2026-11-20T23:59:59Z") }));
  journal.append(sampleRecord({ id: "r3", startedAt: new Date("2026-11-21T00:00:00Z") }));
  journal.append(failedRecord());
  await journal.flush();
  const period = { from: new Date("2026-11-20"), to: new Date("2026-11-21") };
  using reader = openJournalReader(path);
  const [attributed, failed] = reader.sums(period);
  expect(attributed).toMatchObject({
    requests: 2,
    startedAt: period.from,
    usage: { inputTokens: 200, cacheReadTokens: 0, outputTokens: 800 },
    footprint: {
      co2eGrams: { low: 1.14, central: 2.28, high: 4.56 },
      energyJoules: { central: 40, phases: { usage: { central: 40 }, training: { central: 6 } } },
    },
  });
  expect(attributed!.usage).not.toHaveProperty("reasoningTokens");
  expect(attributed!.footprint).not.toHaveProperty("primaryEnergyJoules");
  expect(failed).toMatchObject({ requests: 1, attempts: 3, usage: {}, unattributedReason: "failed" });
  expect(failed!.footprint).toBeUndefined();

  const days = reader.sums(always, 86_400).map(({ startedAt, requests }) => [startedAt.toISOString(), requests]);
  expect(days).toStrictEqual([
    ["2026-11-20T00:00:00.000Z", 2],
    ["2026-11-20T00:00:00.000Z", 1],
    ["2026-11-21T00:00:00.000Z", 1],
  ]);
});

test("while the file cannot be written, rows wait, then sums are kept, and all arrives in the end", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const errors: Error[] = [];
  const journal = openForTest(path, { memoryLimit: 2, onError: (error) => errors.push(error) });
  const blocker = new DatabaseSync(path);
  blocker.exec("DROP TABLE note");
  journal.append(sampleRecord());
  await expect(journal.flush()).rejects.toThrow(`the journal ${path} cannot be written`);
  expect(journal.status).toMatchObject({ waiting: 1, errors: 1, degraded: true });
  for (let n = 2; n <= 5; n++) journal.append(sampleRecord({ id: `r${n}` }));
  expect(journal.status).toMatchObject({ waiting: 2, summed: 3, lost: 0 });
  expect(errors).toHaveLength(1);

  blocker.exec("CREATE TABLE note (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID");
  blocker.close();
  await journal.flush();
  expect(journal.status).toMatchObject({ waiting: 0, degraded: false });
  expect(ids(path)).toStrictEqual(["r1", "r2"]);
  using reader = openJournalReader(path);
  const sums = reader.sums(always);
  expect(sums).toHaveLength(1);
  expect(sums[0]).toMatchObject({
    requests: 5,
    usage: { outputTokens: 2000 },
    footprint: { co2eGrams: { low: expect.closeTo(2.85, 12) as number } },
  });
});

test("a disk that cannot be written from the start is counted, not thrown, and the records wait", async () => {
  const errors: Error[] = [];
  const journal = openForTest("/proc/self/footprint.db", { onError: (error) => errors.push(error) });
  journal.append(sampleRecord());
  await expect(journal.flush()).rejects.toThrow("the journal /proc/self/footprint.db cannot be written");
  expect(errors.map((error) => error.message)).toStrictEqual([
    "unable to open database file",
    "unable to open database file",
  ]);
  expect(journal.status).toMatchObject({ waiting: 1, lost: 0, errors: 2, degraded: true });
  expect([...journal.records(always)]).toStrictEqual([]);
  await journal.close();
  expect(journal.status.lost).toBe(1);
});

test("another process that writes for long is waited for", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openForTest(path);
  const other = new DatabaseSync(path);
  other.exec("BEGIN IMMEDIATE");
  journal.append(sampleRecord());
  const flushed = journal.flush();
  setTimeout(() => other.exec("COMMIT"), 150);
  await flushed;
  other.close();
  expect(ids(path)).toStrictEqual(["r1"]);
  expect(journal.status.errors).toBe(0);
});

test("a record that SQLite cannot hold is counted and does not keep the others back", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const errors: Error[] = [];
  const journal = openForTest(path, { onError: (error) => errors.push(error) });
  journal.append(sampleRecord({ durationSeconds: NaN }));
  journal.append(sampleRecord({ startedAt: new Date(NaN) }));
  journal.append(sampleRecord({ rawUsage: { n: 1n } }));
  journal.append(sampleRecord({ id: "good" }));
  await journal.flush();
  expect(ids(path)).toStrictEqual(["good"]);
  expect(journal.status.lost).toBe(3);
  expect(errors.map((error) => error.message)).toStrictEqual([
    "a record holds the number NaN",
    "a record's startedAt is not a date",
    "Do not know how to serialize a BigInt",
  ]);
});

test("what ends after close is counted as lost", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openJournal(path);
  journal.append(sampleRecord());
  await journal.close();
  journal.append(sampleRecord({ id: "late" }));
  await journal.flush();
  expect(journal.status.lost).toBe(1);
  expect(ids(path)).toStrictEqual(["r1"]);
});

test("a file that is not a journal is a configuration error, and stays as it is", () => {
  const folder = temporaryFolder();
  const [text, foreign, newer] = ["text.db", "foreign.db", "newer.db"].map((name) => join(folder, name));
  writeFileSync(text!, "not a database, but long enough to be looked at".repeat(100));
  using foreignDatabase = new DatabaseSync(foreign!);
  foreignDatabase.exec("CREATE TABLE theirs (x)");
  using newerDatabase = new DatabaseSync(newer!);
  newerDatabase.exec("PRAGMA application_id = 0x6c6c6d66; PRAGMA user_version = 99; CREATE TABLE x (x)");
  expect(() => openJournal(text!)).toThrow("the file is not an SQLite database");
  expect(() => openJournal(foreign!)).toThrow("the database belongs to another program");
  expect(() => openJournal(newer!)).toThrow(`the file has schema version 99, this program knows ${SCHEMA_VERSION}`);
  expect(() => openJournal(join(folder, "no", "where.db"))).toThrow(ConfigurationError);
  expect(() => openJournal(join(folder, "f.db"), { batchSize: 0 })).toThrow("journal.batchSize: 0 is not above 0");
  expect(() => openJournalReader(join(folder, "none.db"))).toThrow("the file cannot be opened");
  expect(readdirSync(folder)).not.toContain("none.db");
});

test("rows become hours when they are old enough, and hours go when they are", async () => {
  vi.useFakeTimers({ toFake: ["setInterval", "clearInterval", "Date"], now: new Date("2026-11-20T10:30:00Z") });
  onTestFinished(() => void vi.useRealTimers());
  const path = join(temporaryFolder(), "footprint.db");
  const minute = 1 / 1440;
  const journal = openForTest(path, { keepRequestsDays: 5 * minute, keepHoursDays: 90 * minute });
  for (let n = 0; n < 3; n++) journal.append(sampleRecord({ id: `r${n}` }));
  await journal.flush();
  using reader = openJournalReader(path);
  const counts = () => [
    [...reader.records(always)].length,
    reader.sums(always).reduce((sum, { requests }) => sum + requests, 0),
  ];
  vi.advanceTimersByTime(5 * 60_000);
  expect(counts()).toStrictEqual([3, 3]);
  vi.advanceTimersByTime(2 * 60_000);
  expect(counts()).toStrictEqual([0, 3]);
  vi.advanceTimersByTime(60 * 60_000);
  expect(counts()).toStrictEqual([0, 0]);
});

test("a copy of the file taken while it is written opens", async () => {
  const folder = temporaryFolder();
  const path = join(folder, "footprint.db");
  const journal = openForTest(path);
  journal.append(sampleRecord());
  await journal.flush();
  for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, join(folder, `copy.db${suffix}`));
  expect(ids(join(folder, "copy.db"))).toStrictEqual(["r1"]);
});
