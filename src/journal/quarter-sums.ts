import type { RequestRecord } from "../model/request.ts";
import { QUARTER_MILLISECONDS } from "./quarter-tables.ts";
import { SPEND_COLUMNS, spendValues } from "./spend-columns.ts";

/** What requests of one kind have spent that became known within a quarter of an hour. */
export interface QuarterSum {
  readonly startedAt: number;
  readonly context: (string | null)[];
  /** When the last of them became known. */
  lastAt: number;
  /** The first of their rows; beyond all rows where they have none. */
  readonly firstSequence: number;
  readonly sums: (number | null)[];
}

const NO_ROW = Number.MAX_SAFE_INTEGER;

/** Adds up what requests have spent. */
export class QuarterSums {
  readonly #quarters = new Map<string, QuarterSum>();

  get all(): readonly QuarterSum[] {
    return [...this.#quarters.values()];
  }

  /** @param at when the request became known, in milliseconds since 1970 */
  add(record: RequestRecord, context: (string | null)[], at: number, sequence = NO_ROW): void {
    const values = spendValues(record);
    if (values === undefined) return;
    const startedAt = Math.floor(at / QUARTER_MILLISECONDS) * QUARTER_MILLISECONDS;
    const key = `${startedAt} ${JSON.stringify(context)}`;
    let quarter = this.#quarters.get(key);
    if (quarter === undefined) {
      const sums = SPEND_COLUMNS.map(() => null);
      this.#quarters.set(key, (quarter = { startedAt, context, lastAt: at, firstSequence: sequence, sums }));
    }
    quarter.lastAt = Math.max(quarter.lastAt, at);
    for (const [index, value] of values.entries()) {
      if (value !== null) quarter.sums[index] = (quarter.sums[index] ?? 0) + value;
    }
  }

  clear(): void {
    this.#quarters.clear();
  }
}
