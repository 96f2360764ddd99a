import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test } from "vitest";

import { restate } from "../../src/attribution/views/restate.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { compactSlice } from "../../src/journal/compaction.ts";
import { openJournal } from "../../src/journal/open-journal.ts";
import { openJournalReader, type Period } from "../../src/journal/reading.ts";
import { Store } from "../../src/journal/store.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import { readRestatedEntries } from "../../src/report/restatement.ts";
import { sampleFootprint, sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

const always: Period = { from: new Date("2026-11-01"), to: new Date("2026-12-01") };

/** A cheap model's answer with which a dear one helped, as Anthropic's advisor does: nearly all of it is the helper's. */
const divided: RequestRecord = sampleRecord({
  id: "divided",
  provider: "anthropic",
  requestedModel: "claude-haiku-4-5",
  respondedModel: "claude-haiku-4-5",
  model: "claude-haiku-4-5",
  usage: { inputTokens: 1100, outputTokens: 2050 },
  usageByModel: {
    "claude-haiku-4-5": { inputTokens: 100, outputTokens: 50 },
    "claude-opus-4-5": { inputTokens: 1000, outputTokens: 2000 },
  },
});
const { usageByModel: _, ...kind } = divided;
const plain: RequestRecord = { ...kind, id: "plain", usage: { inputTokens: 100, outputTokens: 50 } };
const helpersOnly: RequestRecord = {
  ...divided,
  id: "helpers only",
  usage: { outputTokens: 20 },
  usageByModel: { "claude-opus-4-5": { outputTokens: 20 } },
};

const grams = (records: readonly RequestRecord[]) => restate(records, defaultCatalogue()).totals.co2eGrams.after;

function restated(path: string) {
  using journal = openJournalReader(path);
  const entries = readRestatedEntries(journal, always, 3600, {});
  return { requests: entries.reduce((sum, { requests }) => sum + requests, 0), of: entries[0]!.impacts.co2eGrams! };
}

test("a restatement counts what helping models used by their own factors, of rows and of hours", async () => {
  for (const records of [[divided], [divided, plain], [divided, divided, plain], [helpersOnly]]) {
    const path = join(temporaryFolder(), "footprint.db");
    const numbered = records.map((record, index) => ({ ...record, id: `${index}` }));
    const journal = openJournal(path);
    for (const record of numbered) journal.append(record);
    await journal.close();
    const expected = grams(numbered);
    const ofRows = restated(path);
    expect(ofRows.requests).toBe(records.length);
    expect(ofRows.of.central).toBeCloseTo(expected.central, 9);
    expect(ofRows.of.low).toBeLessThanOrEqual(expected.low * (1 + 1e-12));
    expect(ofRows.of.high).toBeGreaterThanOrEqual(expected.high * (1 - 1e-12));
    const store = new Store(path, { writer: "other" });
    compactSlice(store, Date.now() + 86_400_000);
    expect(store.database.prepare("SELECT count(*) AS rows FROM request").get()).toEqual({ rows: 0 });
    store.close();
    const ofHours = restated(path);
    expect(ofHours.requests).toBe(records.length);
    for (const bound of ["low", "central", "high"] as const) {
      expect(ofHours.of[bound]).toBeCloseTo(ofRows.of[bound], 9);
    }
  }
});

test("what helping models used is kept of requests of which memory kept only the sums", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const journal = openJournal(path, { memoryLimit: 1 });
  const holder = new DatabaseSync(path);
  onTestFinished(() => holder.close());
  holder.exec("BEGIN IMMEDIATE");
  for (const id of ["1", "2", "3"]) journal.append({ ...divided, id });
  expect(journal.status.summed).toBe(2);
  holder.exec("ROLLBACK");
  await journal.close();
  const { requests, of } = restated(path);
  expect(requests).toBe(3);
  expect(of.central).toBeCloseTo(3 * grams([divided]).central, 9);
});

test("a restatement leaves alone what rests on the provider's own statement", async () => {
  const path = join(temporaryFolder(), "footprint.db");
  const statement = {
    source: "measured",
    accounting: "unknown",
    method: "nvml",
    boundary: "gpu",
    raw: { joules: 5 },
  } as const;
  const footprint = { ...sampleFootprint, evidence: "stated_measured" } as const;
  const stated = sampleRecord({ footprint, stated: { ...statement, energyJoules: 5 } });
  const journal = openJournal(path);
  journal.append(stated);
  await journal.close();
  using reader = openJournalReader(path);
  expect([...reader.records(always)][0]!.stated).toStrictEqual(stated.stated);
  expect(restated(path).of.central).toBeCloseTo(sampleFootprint.co2eGrams!.central, 12);
});
