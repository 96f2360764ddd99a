import { add, type Range } from "../model/range.ts";
import type { RequestRecord } from "../model/request.ts";

/** The criteria that have a course of time on the page. */
export const PLOTTED_CRITERIA = ["co2eGrams", "waterLitres", "energyJoules"] as const;
export type PlottedCriterion = (typeof PLOTTED_CRITERIA)[number];

/** The spans that a journal is asked for, and how long their stretches are. */
export const PAST_SPANS = [
  { seconds: 86_400, bucketSeconds: 1800 },
  { seconds: 7 * 86_400, bucketSeconds: 3 * 3600 },
  { seconds: 30 * 86_400, bucketSeconds: 12 * 3600 },
] as const;

/** What ended within one stretch of time. A criterion is absent when no request had it. */
export interface HistoryBucket extends Partial<Record<PlottedCriterion, Range>> {
  /** Seconds since 1970. */
  readonly startSeconds: number;
  readonly requests: number;
}

type GrowingBucket = { -readonly [Field in keyof HistoryBucket]: HistoryBucket[Field] };

/** The recent course of time, in stretches of `bucketSeconds`; those without requests are left out. */
export class History {
  readonly bucketSeconds: number;
  readonly #capacity: number;
  readonly #buckets: GrowingBucket[] = [];

  constructor(bucketSeconds: number, capacity: number) {
    this.bucketSeconds = bucketSeconds;
    this.#capacity = capacity;
  }

  add(record: RequestRecord, endedAt: Date): void {
    const bucket = this.#bucketAt(Math.floor(endedAt.getTime() / 1000 / this.bucketSeconds) * this.bucketSeconds);
    bucket.requests++;
    for (const criterion of PLOTTED_CRITERIA) {
      const impact = record.footprint?.[criterion];
      if (!impact) continue;
      const before = bucket[criterion];
      bucket[criterion] = before
        ? add(before, impact)
        : { low: impact.low, central: impact.central, high: impact.high };
    }
  }

  since(startSeconds: number): readonly HistoryBucket[] {
    return this.#buckets.filter((bucket) => bucket.startSeconds >= startSeconds);
  }

  #bucketAt(startSeconds: number): GrowingBucket {
    const last = this.#buckets.at(-1);
    // A clock that was set back does not reopen what has passed.
    if (last && last.startSeconds >= startSeconds) return last;
    const bucket: GrowingBucket = { startSeconds, requests: 0 };
    this.#buckets.push(bucket);
    if (this.#buckets.length > this.#capacity) this.#buckets.shift();
    return bucket;
  }
}
