import { ByRequest } from "./by-request.ts";
import { add, exactly, type Range } from "../../model/range.ts";
import type { Budget } from "../definition/budget.ts";
import type { Position } from "../definition/window.ts";

/**
 * What one account holds. The functions here are all that changes it: they take the time as an argument and do nothing
 * else. The Redis store's scripts follow them step by step; one contract suite holds both to it.
 */
export interface Holdings {
  windowStart: number;
  /** The sum of the slots from `windowStart` on. */
  used: Range;
  /** The sum of the reservations, in the budget's bound. */
  reserved: number;
  /** When anything was first spent; the rate is not known before. */
  firstSpendAt: number | undefined;
  /** Spend by the slot in which it became known. */
  readonly slots: Map<number, Range>;
  /** No reservation expires before this. */
  nothingExpiresBefore: number;
  /** By request. */
  readonly reservations: ByRequest<{ readonly amount: number; readonly expiresAt: number }>;
  /** For each threshold that was reported, the slot in which that was. */
  readonly reported: Map<number, number>;
}

/** A window that has ended. */
export interface EndedWindow {
  /** When it began, in milliseconds since 1970. */
  readonly windowStart: number;
  /** What it came to, in the criterion's unit. */
  readonly used: Range;
}

/** Differences below this share of a limit are rounding: a request that fits exactly is let in. */
const ROUNDING = 1e-9;

export const newHoldings = (position: Position): Holdings => ({
  windowStart: position.windowStart,
  used: exactly(0),
  reserved: 0,
  firstSpendAt: undefined,
  slots: new Map(),
  nothingExpiresBefore: Infinity,
  reservations: new ByRequest(),
  reported: new Map(),
});

/**
 * Moves the window on. It never moves back: after a clock has jumped back, spend goes on counting in the window that was
 * reached, so that no window begins twice.
 *
 * @returns the window that ended, when one did
 */
export function advance(holdings: Holdings, position: Position): EndedWindow | undefined {
  if (position.windowStart <= holdings.windowStart) return undefined;
  const ended = { windowStart: holdings.windowStart, used: holdings.used };
  holdings.windowStart = position.windowStart;
  let used = exactly(0);
  for (const [slot, spent] of holdings.slots) {
    if (slot < position.keepFrom) holdings.slots.delete(slot);
    else if (slot >= position.windowStart) used = add(used, spent);
  }
  holdings.used = used;
  return ended;
}

/** Gives back what was reserved by requests that were never settled. */
export function expire(holdings: Holdings, now: number): void {
  if (now < holdings.nothingExpiresBefore) return;
  holdings.nothingExpiresBefore = Infinity;
  for (const [id, { expiresAt }] of holdings.reservations.entries()) {
    if (expiresAt <= now) release(holdings, id);
    else holdings.nothingExpiresBefore = Math.min(holdings.nothingExpiresBefore, expiresAt);
  }
}

/** Whether `amount` more can be spent, should all that is reserved be spent as well. */
export const hasRoom = (holdings: Holdings, budget: Budget, amount: number): boolean =>
  holdings.used[budget.bound] + holdings.reserved + amount <= budget.limit * (1 + ROUNDING);

export function reserve(holdings: Holdings, id: string, amount: number, expiresAt: number): void {
  holdings.reservations.set(id, { amount, expiresAt });
  holdings.reserved += amount;
  holdings.nothingExpiresBefore = Math.min(holdings.nothingExpiresBefore, expiresAt);
}

export function release(holdings: Holdings, id: string): void {
  const reservation = holdings.reservations.delete(id);
  if (reservation === undefined) return;
  holdings.reserved = holdings.reservations.size === 0 ? 0 : Math.max(0, holdings.reserved - reservation.amount);
}

/** Counts what was spent, in the slot of the moment at which it became known. */
export function spend(holdings: Holdings, amount: Range, position: Position): void {
  const slot = Math.max(position.slot, holdings.windowStart);
  holdings.slots.set(slot, add(holdings.slots.get(slot) ?? exactly(0), amount));
  holdings.used = add(holdings.used, amount);
  holdings.firstSpendAt ??= position.now;
}

/** The thresholds that are reached and were not yet reported in this window; they now are. */
export function crossThresholds(holdings: Holdings, budget: Budget, position: Position): number[] {
  const ratio = holdings.used[budget.bound] / budget.limit;
  if (ratio < Math.min(budget.thresholds[0] ?? 1, 1) * (1 - ROUNDING)) return [];
  return watchedThresholds(budget).filter((threshold) => {
    if (ratio < threshold * (1 - ROUNDING) || (holdings.reported.get(threshold) ?? -Infinity) >= holdings.windowStart) {
      return false;
    }
    holdings.reported.set(threshold, Math.max(position.slot, holdings.windowStart));
    return true;
  });
}

/** The budget's thresholds, and the limit itself, which is always watched. */
export const watchedThresholds = (budget: Budget): readonly number[] =>
  budget.thresholds.includes(1) ? budget.thresholds : [...budget.thresholds, 1].sort((a, b) => a - b);
