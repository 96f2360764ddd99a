import type { SQLInputValue } from "node:sqlite";

import { offsetOfSlot, type Amounts } from "../../model/amounts.ts";
import { BOUNDS } from "../../model/range.ts";
import type { RequestRecord } from "../../model/request.ts";
import { USAGE_CLASSES } from "../../model/usage.ts";
import { SUMMED_COLUMNS } from "../columns.ts";
import { OWN_COLUMNS, ownValues, summedValues, type JournalledRecord, type OwnPart } from "../row.ts";

/** The columns of a request that are known, and their values: what is unknown need not be written. */
export interface KnownColumns {
  /** The same list for all requests of which the same columns are known. */
  readonly columns: readonly string[];
  readonly values: SQLInputValue[];
}

/** The numbers of a request that is not a record. */
export type Flat = OwnPart & Pick<RequestRecord, "attempts" | "durationSeconds" | "usage">;

const [FIRST_USAGE, FIRST_AMOUNT] = [2, 2 + USAGE_CLASSES.length];

const lists = new Map<string, readonly string[]>();

/** The columns of a record. */
export function columnsOfRecord(record: JournalledRecord): KnownColumns {
  return known(ownValues(record), summedValues(record));
}

/**
 * The columns of a request by its flat amounts.
 *
 * @param slots a bit per slot of `amounts` that has a value
 */
export function columnsOfFlat(request: Flat, amounts: Amounts, slots: number): KnownColumns {
  const sums: (number | null)[] = [request.attempts, request.durationSeconds];
  const { usage } = request;
  for (let index = 0; index < USAGE_CLASSES.length; index++) {
    sums[FIRST_USAGE + index] = usage?.[USAGE_CLASSES[index]!] ?? null;
  }
  for (let slot = 0, rest = slots; rest !== 0; slot++, rest >>>= 1) {
    if ((rest & 1) === 0) continue;
    for (let bound = 0; bound < BOUNDS.length; bound++) {
      sums[FIRST_AMOUNT + slot * BOUNDS.length + bound] = amounts[offsetOfSlot(slot) + bound]!;
    }
  }
  return known(ownValues(request), sums);
}

const WORD_BITS = 30;

function known(own: readonly SQLInputValue[], sums: readonly (number | null | undefined)[]): KnownColumns {
  const values: SQLInputValue[] = [];
  // Which columns they are, in words that fit a 32-bit integer.
  const words = [0, 0, 0];
  const take = (bit: number, value: SQLInputValue | undefined): void => {
    if (value === null || value === undefined) return;
    words[(bit / WORD_BITS) | 0]! |= 1 << (bit % WORD_BITS);
    values.push(value);
  };
  for (let index = 0; index < own.length; index++) take(index, own[index]);
  for (let index = 0; index < sums.length; index++) take(index + own.length, sums[index]);
  return { columns: listOf(words), values };
}

function listOf(words: readonly number[]): readonly string[] {
  const key = words.join();
  let list = lists.get(key);
  if (!list) {
    const all = [...OWN_COLUMNS, ...SUMMED_COLUMNS];
    list = all.filter((_, bit) => ((words[(bit / WORD_BITS) | 0]! >>> (bit % WORD_BITS)) & 1) === 1);
    lists.set(key, list);
  }
  return list;
}
