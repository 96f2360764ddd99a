import { spendOf } from "../budgets/accounts/spend.ts";
import type { PastUse } from "../budgets/budgets.ts";
import type { JournalOptions } from "../journal/journal.ts";
import { openJournal } from "../journal/open-journal.ts";
import type { Period } from "../journal/reading.ts";
import { totalsCounters } from "../journal/totals-counters.ts";
import { checkNames, namesOf } from "../model/check-names.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import type { RequestRecord } from "../model/request.ts";
import type { RecordSink } from "../records/record-sink.ts";
import type { LabelSet } from "../totals/label-sets.ts";
import type { Totals } from "../totals/totals.ts";

type WritingOptions = Omit<JournalOptions, "counters" | "onError">;

/** Where a meter keeps its records: a file's path, or that and how to write it. */
export type JournalSetting = string | ({ readonly path: string } & WritingOptions);

/** A journal as a meter uses it: a sink whose records can be read back. */
export interface MeterJournal extends RecordSink {
  records(period: Period): Iterable<RequestRecord>;
}

const JOURNAL_OPTIONS = namesOf<WritingOptions>({
  writer: true,
  batchSeconds: true,
  batchSize: true,
  memoryLimit: true,
  keepRequestsDays: true,
  keepHoursDays: true,
});

/**
 * A meter's journal, with the totals continued where its last process left them.
 *
 * @param labelSetsOf everything in the totals that a record was added to
 * @throws ConfigurationError for an option that does not exist, or a file that cannot be a journal
 */
export function openMeterJournal(
  setting: JournalSetting | undefined,
  totals: Totals,
  labelSetsOf: (record: RequestRecord) => readonly LabelSet[],
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
  const journal = openJournal(path, { ...options, counters, onError: () => totals.countError("journal") });
  return {
    wanted: () => true,
    take: (record) =>
      record &&
      journal.append(
        record,
        labelSetsOf(record).flatMap((set) => counters.seriesOf(set)),
      ),
    records: (period) => journal.records(period),
    flush: () => journal.flush(),
    close: () => journal.close(),
  };
}

/** What budgets have to know of the time before this process, of which the longest window still holds something. */
export function* pastUses(journal: MeterJournal, windowSeconds: number): Generator<PastUse> {
  const to = new Date();
  const from = new Date(to.getTime() - windowSeconds * 1000);
  for (const record of journal.records({ from, to })) {
    yield {
      subject: record,
      at: record.startedAt.getTime() + record.durationSeconds * 1000,
      spend: spendOf(record.footprint, record.usage),
    };
  }
}
