import type { PastUse, PastUseQuery } from "../budgets/past-uses.ts";
import type { Journal, JournalOptions } from "../journal/journal.ts";
import { JournalError } from "../journal/journal-error.ts";
import { openJournal } from "../journal/open-journal.ts";
import { totalsCounters } from "../journal/totals-counters.ts";
import { checkNames, namesOf } from "../model/check-names.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { exactly } from "../model/range.ts";
import type { RequestRecord } from "../model/request.ts";
import type { AddedSample } from "../metrics/samples.ts";
import type { RecordSink } from "../records/record-sink.ts";
import type { LabelSet } from "../totals/label-sets.ts";
import type { Totals } from "../totals/totals.ts";
import type { Warnings } from "./warnings.ts";

/** How an SQLite file is written. */
type WritingOptions = Omit<JournalOptions, "counters" | "onError">;

/** Where a meter keeps its records: a file's path, or that and how to write it. */
export type JournalSetting = string | ({ readonly path: string } & WritingOptions);

/** A journal as a meter uses it: a sink that remembers. */
export interface MeterJournal extends RecordSink {
  /** The file. */
  readonly path: string;
  /** Whether it holds a request with this id. */
  has(id: string): boolean;
  readonly remember: Journal["remember"];
  readonly recall: Journal["recall"];
  /** As {@link flush}, but soon: what another process keeps from being written waits for the next. */
  flushForScrape(): Promise<void>;
  /** What this writer's requests have used, in the order in which it became known. */
  pastUses(query: PastUseQuery): Iterable<PastUse>;
  samples(): Iterable<AddedSample>;
}

const JOURNAL_OPTIONS = namesOf<WritingOptions>({
  writer: true,
  batchSeconds: true,
  batchSize: true,
  memoryLimit: true,
  keepRequestsDays: true,
  keepHoursDays: true,
});

/** How long a scrape waits for another process that is writing the file. */
const SCRAPE_SECONDS = 0.5;

const journalSamples = ({ status: { lost, summed, waiting } }: Journal): AddedSample[] => [
  { metric: "journalLost", labels: {}, value: lost },
  { metric: "journalSummed", labels: {}, value: summed },
  { metric: "journalWaiting", labels: {}, value: waiting },
];

/** What a journal needs of the meter that it belongs to. */
interface JournalContext {
  readonly totals: Totals;
  /** Everything in the totals that a record was added to. */
  readonly labelSetsOf: (record: RequestRecord) => readonly LabelSet[];
  readonly warnings: Warnings;
}

/**
 * A meter's journal, with the totals continued where its last process left them.
 *
 * @throws ConfigurationError for an option that does not exist, or a file that cannot be a journal
 */
export function openMeterJournal(
  setting: JournalSetting | undefined,
  { totals, labelSetsOf, warnings }: JournalContext,
): MeterJournal | undefined {
  if (setting === undefined) return undefined;
  const { path, ...options } = typeof setting === "string" ? { path: setting } : setting;
  checkNames("createMeter.journal", options, JOURNAL_OPTIONS);
  if (typeof path !== "string" || path === "") {
    throw new ConfigurationError(
      "createMeter.journal",
      `expected a path, got ${shown(path)}`,
      "Give the path of a file.",
    );
  }
  const counters = totalsCounters(totals);
  const journal = openJournal(path, {
    ...options,
    counters,
    onError(error) {
      totals.countError("journal");
      if (error instanceof JournalError) warnings.once("LLM_FOOTPRINT_JOURNAL", error.message);
    },
  });
  if (!journal.keepsCounters) {
    const reason = `another process or meter has the writer's name ${shown(options.writer ?? "main")}, or the file could not be read`;
    const remedy = `Give each a name of its own, such as journal: { path, writer: "worker-1" }`;
    warnings.once("LLM_FOOTPRINT_JOURNAL", `the counters in the journal ${path} do not go on: ${reason}. ${remedy}.`);
  }
  return {
    path,
    wanted: () => true,
    take: (record) =>
      record &&
      journal.append(
        record,
        labelSetsOf(record).flatMap((set) => counters.seriesOf(set)),
      ),
    has: (id) => journal.has(id),
    remember: (names) => journal.remember(names),
    recall: (name) => journal.recall(name),
    flushForScrape: () => journal.flush(SCRAPE_SECONDS).catch(() => undefined),
    *pastUses(query) {
      for (const { context, at, requests, tokens, criteria } of journal.pastSpends(query)) {
        const spend = {
          ...criteria,
          requests: exactly(requests),
          ...(tokens !== undefined && { tokens: exactly(tokens) }),
        };
        yield { subject: context, at, spend };
      }
    },
    samples: () => journalSamples(journal),
    flush: () => journal.flush(),
    async close() {
      await journal.close();
      const { lost } = journal.status;
      if (lost > 0) warnings.once("LLM_FOOTPRINT_JOURNAL", `the journal ${path} was closed with ${lost} records lost`);
    },
  };
}
