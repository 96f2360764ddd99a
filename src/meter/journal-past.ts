import type { Past } from "../dashboard/handler.ts";
import { PLOTTED_CRITERIA, type HistoryBucket } from "../dashboard/history.ts";
import type { JournalSum } from "../journal/journal-sum.ts";
import { openJournalReader, type JournalReader } from "../journal/reading.ts";
import { add } from "../model/range.ts";

/** What a journal holds of the time before this process, for the live page. What cannot be read is not there. */
export function journalPast(path: string): Past {
  let first: Date | undefined;
  const reading = <Result>(read: (journal: JournalReader) => Result): Result | undefined => {
    try {
      using journal = openJournalReader(path);
      return read(journal);
    } catch {
      return undefined;
    }
  };
  return {
    since: () => (first ??= reading((journal) => journal.extent()?.first)),
    buckets: (from, to, bucketSeconds) =>
      reading((journal) => byStretch(journal.sums({ from, to }, bucketSeconds))) ?? [],
  };
}

/** The sums of all kinds of request together. */
function byStretch(sums: readonly JournalSum[]): HistoryBucket[] {
  const byStart = Map.groupBy(sums, ({ startedAt }) => startedAt.getTime() / 1000);
  return Array.from(byStart, ([startSeconds, ofStretch]) => ({
    startSeconds,
    requests: ofStretch.reduce((count, { requests }) => count + requests, 0),
    ...Object.fromEntries(
      PLOTTED_CRITERIA.flatMap((criterion) => {
        const [one, ...others] = ofStretch.flatMap(({ footprint }) => footprint?.[criterion] ?? []);
        if (!one) return [];
        const { low, central, high } = others.reduce<{ low: number; central: number; high: number }>(add, one);
        return [[criterion, { low, central, high }]];
      }),
    ),
  }));
}
