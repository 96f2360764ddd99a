import type { Range } from "../../model/range.ts";
import type { Account } from "../definition/budget.ts";
import { ByRequest } from "../accounts/by-request.ts";
import * as arithmetic from "../accounts/holdings.ts";
import type { Balance, BudgetStore } from "../accounts/budget-store.ts";
import type { Budget } from "../definition/budget.ts";
import { nameOfWindow, windowClock, type Position, type WindowClock } from "../definition/window.ts";

/** The store in this process: it alone can be given what was spent before it was made. */
export interface MemoryBudgetStore extends BudgetStore {
  /**
   * Begins an account with what was spent in the past, in the order in which it became known. No threshold that this
   * reaches is reported, then or later.
   */
  restore(account: Account, spends: Iterable<PastSpend>): void;
}

/** What became known at one moment of the past. */
export interface PastSpend {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly amount: Range;
}

/** An account with its window's place, and the window that has ended, when it was last looked at. */
interface OpenAccount {
  readonly clock: WindowClock;
  readonly holdings: arithmetic.Holdings;
  position: Position;
  ended: arithmetic.EndedWindow | undefined;
}

/**
 * Keeps the accounts in this process.
 *
 * @param now the clock, in milliseconds since the epoch. @default the system's
 */
export function memoryBudgetStore(now: () => number = Date.now): MemoryBudgetStore {
  const accounts = new Map<string, OpenAccount>();
  /** The answers to settlements that are not acknowledged yet. */
  const settled = new ByRequest<readonly Balance[]>();

  /** Accounts over equal windows go by one clock, which need not look twice in a millisecond. */
  const clocks = new Map<string, WindowClock>();

  function clockOf({ window }: Budget): WindowClock {
    const name = nameOfWindow(window);
    let clock = clocks.get(name);
    if (clock === undefined) clocks.set(name, (clock = oncePerMoment(windowClock(window))));
    return clock;
  }

  function accountAt(account: Account, time: number): OpenAccount {
    let open = accounts.get(account.key);
    if (open === undefined) {
      const clock = clockOf(account.budget);
      const position = clock(time);
      open = { clock, holdings: arithmetic.newHoldings(position), position, ended: undefined };
      accounts.set(account.key, open);
    } else open.position = open.clock(time);
    open.ended = arithmetic.advance(open.holdings, open.position);
    return open;
  }

  function openAt(account: Account, time: number): OpenAccount {
    const open = accountAt(account, time);
    arithmetic.expire(open.holdings, open.position.now);
    return open;
  }

  return {
    reserve(id, holds, seconds) {
      const time = now();
      const opened = holds.map(({ account, amount }) => {
        const open = openAt(account, time);
        const isReserved = open.holdings.reservations.has(id);
        const hadRoom = isReserved || arithmetic.hasRoom(open.holdings, account.budget, amount);
        return { open, amount, isReserved, hadRoom, refuses: !hadRoom && account.budget.mode === "refuse" };
      });
      const admitted = !opened.some(({ refuses }) => refuses);
      const reserves = admitted && !settled.has(id);
      const balances = opened.map(({ open, amount, isReserved, hadRoom }) => {
        const { holdings, position } = open;
        if (reserves && !isReserved) arithmetic.reserve(holdings, id, amount, position.now + seconds * 1000);
        return { ...balance(open, []), hadRoom };
      });
      return { admitted, balances };
    },

    settle(id, bookings, acknowledged) {
      for (const acknowledgedId of acknowledged) settled.delete(acknowledgedId);
      const before = settled.get(id);
      if (before !== undefined) return before;
      const time = now();
      const balances = bookings.map(({ account, amount }) => {
        const open = openAt(account, time);
        const { holdings, position } = open;
        arithmetic.release(holdings, id);
        if (amount === undefined) return balance(open, []);
        arithmetic.spend(holdings, amount, position);
        return balance(open, arithmetic.crossThresholds(holdings, account.budget, position));
      });
      settled.set(id, balances);
      return balances;
    },

    read: (wanted) =>
      wanted.map((account) => {
        const open = openAt(account, now());
        const { slots, firstSpendAt } = open.holdings;
        return { ...balance(open, []), slots: new Map<number, Range>(slots), firstSpendAt };
      }),

    restore(account, spends) {
      accounts.delete(account.key);
      for (const { at, amount } of spends) {
        const { holdings, position } = accountAt(account, at);
        arithmetic.spend(holdings, amount, position);
        arithmetic.crossThresholds(holdings, account.budget, position);
      }
      openAt(account, now());
    },
  };
}

const balance = (
  { holdings: { windowStart, used, reserved }, position, ended }: OpenAccount,
  crossed: readonly number[],
): Balance => ({ position, windowStart, used, reserved, ended, crossed });

/** A clock that gives the same answer for the same moment. */
function oncePerMoment(clock: WindowClock): WindowClock {
  let latest: Position | undefined;
  return (now) => (latest?.now === now ? latest : (latest = clock(now)));
}
