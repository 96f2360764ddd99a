import type { Range } from "../../model/range.ts";
import type { Account } from "../definition/budget.ts";
import { ByRequest } from "../accounts/by-request.ts";
import * as arithmetic from "../accounts/holdings.ts";
import type { Balance, BudgetStore } from "../accounts/budget-store.ts";
import { windowClock, type Position, type WindowClock } from "../definition/window.ts";

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

interface OpenAccount {
  readonly clock: WindowClock;
  readonly holdings: arithmetic.Holdings;
}

/** An account with its window's place at some moment. */
interface PlacedAccount {
  readonly holdings: arithmetic.Holdings;
  readonly position: Position;
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

  function accountAt(account: Account, time: number): PlacedAccount {
    let open = accounts.get(account.key);
    if (open === undefined) {
      const clock = windowClock(account.budget.window);
      accounts.set(account.key, (open = { clock, holdings: arithmetic.newHoldings(clock(time)) }));
    }
    return { holdings: open.holdings, position: open.clock(time) };
  }

  function open(account: Account) {
    const { holdings, position } = accountAt(account, now());
    const ended = arithmetic.advance(holdings, position);
    arithmetic.expire(holdings, position.now);
    return { holdings, position, ended };
  }

  return {
    reserve(id, holds, seconds) {
      const opened = holds.map(({ account, amount }) => {
        const { holdings, position, ended } = open(account);
        const room = holdings.reservations.has(id) || arithmetic.hasRoom(holdings, account.budget, amount);
        return { account, amount, holdings, position, ended, room };
      });
      const admitted = opened.every(({ account, room }) => room || account.budget.mode !== "refuse");
      const balances = opened.map(({ amount, holdings, position, ended, room }) => {
        if (admitted && !holdings.reservations.has(id) && !settled.has(id)) {
          arithmetic.reserve(holdings, id, amount, position.now + seconds * 1000);
        }
        return { ...balance(holdings, position, ended, []), hadRoom: room };
      });
      return { admitted, balances };
    },

    settle(id, bookings, acknowledged) {
      for (const acknowledgedId of acknowledged) settled.delete(acknowledgedId);
      const before = settled.get(id);
      if (before !== undefined) return before;
      const balances = bookings.map(({ account, amount }) => {
        const { holdings, position, ended } = open(account);
        arithmetic.release(holdings, id);
        if (amount === undefined) return balance(holdings, position, ended, []);
        arithmetic.spend(holdings, amount, position);
        return balance(holdings, position, ended, arithmetic.crossThresholds(holdings, account.budget, position));
      });
      settled.set(id, balances);
      return balances;
    },

    read: (wanted) =>
      wanted.map((account) => {
        const { holdings, position, ended } = open(account);
        return {
          ...balance(holdings, position, ended, []),
          slots: new Map<number, Range>(holdings.slots),
          firstSpendAt: holdings.firstSpendAt,
        };
      }),

    restore(account, spends) {
      accounts.delete(account.key);
      for (const { at, amount } of spends) {
        const { holdings, position } = accountAt(account, at);
        arithmetic.advance(holdings, position);
        arithmetic.spend(holdings, amount, position);
        arithmetic.crossThresholds(holdings, account.budget, position);
      }
      open(account);
    },
  };
}

const balance = (
  { windowStart, used, reserved }: arithmetic.Holdings,
  position: Position,
  ended: arithmetic.EndedWindow | undefined,
  crossed: readonly number[],
): Balance => ({ position, windowStart, used, reserved, ended, crossed });
