import { openJournalReader } from "../../src/journal/reading.ts";
import { Store } from "../../src/journal/store.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import { readJournalEntries } from "../../src/report/journal-source.ts";
import { buildReport, type FactorReference, type Report } from "../../src/report/report.ts";

const period = { from: new Date("2026-11-19"), to: new Date("2026-11-22") };

const sampleFactor: FactorReference = {
  id: "mistral-large-2-lca@1",
  title: "Life-cycle analysis of Mistral Large 2",
  publisher: "Mistral AI",
  url: "https://mistral.ai/news/our-contribution-to-a-global-environmental-standard-for-ai",
  published: "2025-07-22",
  retrieved: "2026-11-01",
  licence: "facts only",
  boundary: "inference with embodied impacts, without the user's terminal",
};

/** A journal of these records at `path`. */
export function writeJournal(path: string, records: readonly RequestRecord[]): void {
  const store = new Store(path, { writer: "main", busySeconds: 1 });
  store.write({ records, hours: [], states: [], synchronous: false });
  store.close();
}

export function reportOf(path: string, groupBy: readonly string[] = ["team", "model"]): Report {
  using journal = openJournalReader(path);
  return buildReport(readJournalEntries(journal, period, 86_400), {
    ...period,
    groupBy,
    bucketSeconds: 86_400,
    source: "footprint.db",
    generatedAt: new Date("2026-11-23T08:00:00Z"),
    catalogueSha256: "c0ffee",
    factor: (id) => (id === sampleFactor.id ? sampleFactor : undefined),
  });
}
