import type { RequestRecord } from "../model/request.ts";
import { QuarterSums, type QuarterSum } from "./quarter-sums.ts";
import { addStep, stepOf, type RatioSteps } from "../model/ratio-steps.ts";
import { shareValues } from "./model-shares.ts";
import { contextValues, summedValues } from "./row.ts";

export const HOUR_MILLISECONDS = 3_600_000;

/** What is left of requests when their rows are gone: their sums within an hour. */
export interface HourSum {
  readonly startedAt: number;
  readonly context: (string | null)[];
  requests: number;
  readonly sums: (number | null)[];
  /** What models other than the one that answered used, by model. */
  readonly shares: ReadonlyMap<string, (number | null)[]>;
  /** How many were how far from what the factors say. */
  readonly ratios: RatioSteps;
}

/**
 * Sums of records for which there was no room in memory while the file could not be written. Bounded: by
 * hours and kinds of request.
 */
export class Overflow {
  readonly #hours = new Map<string, HourSum & { readonly shares: Shares; readonly ratios: Map<number, number> }>();
  readonly #spent = new QuarterSums();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get hours(): readonly HourSum[] {
    return [...this.#hours.values()];
  }

  /** What the requests in {@link hours} have spent. */
  get spent(): readonly QuarterSum[] {
    return this.#spent.all;
  }

  /**
   * @param at when the record became known, in milliseconds since 1970
   * @returns false when there is no room for this record either: it is lost
   */
  fold(record: RequestRecord, at: number): boolean {
    const startedAt = Math.floor(record.startedAt.getTime() / HOUR_MILLISECONDS) * HOUR_MILLISECONDS;
    const context = contextValues(record);
    const key = JSON.stringify([startedAt, ...context]);
    const values = summedValues(record);
    const hour = this.#hours.get(key);
    if (hour) {
      this.#spent.add(record, context, at);
      hour.requests++;
      addValues(hour.sums, values);
      addShares(hour.shares, record);
      addRatio(hour.ratios, record);
      return true;
    }
    if (this.#hours.size >= this.#limit) return false;
    this.#spent.add(record, context, at);
    const shares: Shares = new Map();
    addShares(shares, record);
    const ratios = new Map<number, number>();
    addRatio(ratios, record);
    this.#hours.set(key, { startedAt, context, requests: 1, sums: values, shares, ratios });
    return true;
  }

  clear(): void {
    this.#hours.clear();
    this.#spent.clear();
  }
}

function addValues(sums: (number | null)[], values: readonly (number | null)[]): void {
  for (const [index, value] of values.entries()) {
    if (value !== null) sums[index] = (sums[index] ?? 0) + value;
  }
}

type Shares = Map<string, (number | null)[]>;

function addShares(shares: Shares, record: RequestRecord): void {
  for (const [model, values] of shareValues(record)) {
    const before = shares.get(model);
    if (before) addValues(before, values);
    else shares.set(model, values);
  }
}

function addRatio(ratios: Map<number, number>, { statedToEstimatedRatio: ratio }: RequestRecord): void {
  if (ratio !== undefined) addStep(ratios, stepOf(ratio), 1);
}
