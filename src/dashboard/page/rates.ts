import type { HistoryBucket, PlottedCriterion } from "../history.ts";

export type Subject = PlottedCriterion | "requests";

/** What is plotted: how far back, from which stretches, in which steps. */
export interface Span {
  readonly seconds: number;
  /** Rates are per so many seconds. */
  readonly perSeconds: 60 | 3600;
  readonly title: string;
  /** Whether a journal has to be asked for it. */
  readonly isPast: boolean;
}

/** Times, and the rates at them; null where nothing can have been seen. */
export interface Rates {
  readonly times: number[];
  readonly low: (number | null)[];
  readonly central: (number | null)[];
  readonly high: (number | null)[];
  /** What it came to over the span, the present stretch included. */
  readonly total: number;
}

/** Points across the plot; each adds up the stretches that fall on it. */
const POINTS = 60;

/**
 * Low, central and high at even distances; a stretch without requests caused nothing, and of one before anything was
 * metered nothing is known. The present stretch is left out: it would look like a fall.
 *
 * @param seenSince when metering began, in seconds since 1970
 */
export function ratesOf(
  subject: Subject,
  span: Span,
  {
    at,
    bucketSeconds,
    buckets,
    seenSince,
  }: { at: number; bucketSeconds: number; buckets: readonly HistoryBucket[]; seenSince: number },
): Rates {
  const step = Math.max(bucketSeconds, Math.ceil(span.seconds / POINTS / bucketSeconds) * bucketSeconds);
  const last = Math.floor(at / step) - 1;
  const first = last - Math.floor(span.seconds / step);
  const times = Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
  const nothing = (): (number | null)[] => times.map((time) => (time + step <= seenSince ? null : 0));
  const [low, central, high] = [nothing(), nothing(), nothing()];
  let total = 0;
  for (const bucket of buckets) {
    const amount = amountOf(subject, bucket);
    if (bucket.startSeconds >= at - span.seconds) total += amount.central;
    const index = Math.floor(bucket.startSeconds / step) - first;
    if (!(index >= 0 && index < times.length)) continue;
    const rate = span.perSeconds / step;
    low[index] = (low[index] ?? 0) + amount.low * rate;
    central[index] = (central[index] ?? 0) + amount.central * rate;
    high[index] = (high[index] ?? 0) + amount.high * rate;
  }
  return { times, low, central, high, total };
}

function amountOf(subject: Subject, bucket: HistoryBucket): { low: number; central: number; high: number } {
  if (subject !== "requests") return bucket[subject] ?? { low: 0, central: 0, high: 0 };
  return { low: bucket.requests, central: bucket.requests, high: bucket.requests };
}
