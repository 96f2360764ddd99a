import type { Range } from "../../model/range.ts";
import type { Account } from "../definition/budget.ts";
import * as arithmetic from "../accounts/holdings.ts";
import type { Balance, BudgetStore, Hold } from "../accounts/budget-store.ts";
import type { Position } from "../definition/window.ts";

/** Keeps the accounts in this process. */
export function memoryBudgetStore(): BudgetStore {
  const accounts = new Map<string, arithmetic.Holdings>();
  /** The answers to settlements that are not acknowledged yet. */
  const settled = new Map<string, readonly Balance[]>();

  function open(account: Account, position: Position): [arithmetic.Holdings, arithmetic.EndedWindow | undefined] {
    let holdings = accounts.get(account.key);
    if (holdings === undefined) accounts.set(account.key, (holdings = arithmetic.newHoldings(position)));
    const ended = arithmetic.advance(holdings, position);
    arithmetic.expire(holdings, position.now);
    return [holdings, ended];
  }

  return {
    reserve(id, holds, expiresAt) {
      const opened = holds.map((hold) => ({ hold, opened: open(hold.account, hold.position) }));
      const rooms = opened.map(
        ({ hold, opened: [holdings] }) =>
          holdings.reservations.has(id) || arithmetic.hasRoom(holdings, hold.account.budget, hold.amount),
      );
      const admitted = holds.every((hold, index) => rooms[index] === true || hold.account.budget.mode !== "refuse");
      const balances = opened.map(({ hold, opened: [holdings, ended] }, index) => {
        if (admitted && !holdings.reservations.has(id) && !settled.has(id)) {
          arithmetic.reserve(holdings, id, hold.amount, expiresAt);
        }
        return { ...balance(holdings, ended, []), hadRoom: rooms[index]! };
      });
      return { admitted, balances };
    },

    settle(id, bookings, acknowledged) {
      for (const acknowledgedId of acknowledged) settled.delete(acknowledgedId);
      const before = settled.get(id);
      if (before !== undefined) return before;
      const balances = bookings.map(({ account, position, amount }) => {
        const [holdings, ended] = open(account, position);
        arithmetic.release(holdings, id);
        if (amount === undefined) return balance(holdings, ended, []);
        arithmetic.spend(holdings, amount, position);
        return balance(holdings, ended, arithmetic.crossThresholds(holdings, account.budget, position));
      });
      settled.set(id, balances);
      return balances;
    },

    read: (wanted) =>
      wanted.map(({ account, position }: Pick<Hold, "account" | "position">) => {
        const [holdings, ended] = open(account, position);
        return {
          ...balance(holdings, ended, []),
          slots: new Map<number, Range>(holdings.slots),
          firstSpendAt: holdings.firstSpendAt,
        };
      }),
  };
}

const balance = (
  { windowStart, used, reserved }: arithmetic.Holdings,
  ended: arithmetic.EndedWindow | undefined,
  crossed: readonly number[],
): Balance => ({ windowStart, used, reserved, ended, crossed });
