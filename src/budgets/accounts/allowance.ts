import type { Account } from "../definition/budget.ts";
import type { Position } from "../definition/window.ts";
import type { Balance, Booking, Hold } from "./budget-store.ts";

interface Parts {
  /** What the store last said of an account; empty where it has not said anything. */
  readonly balanceOf: (account: Account) => Balance;
  readonly positionOf: (account: Account) => Position;
  /** How many processes share the store, as last known. */
  readonly replicas: () => number;
}

interface Allowance {
  readonly windowStart: number;
  /** What this process may use until the store is back, in the budget's bound. */
  readonly share: number;
  /** Spent and set aside. */
  taken: number;
  readonly holds: Map<string, number>;
}

export type Allowances = ReturnType<typeof createAllowances>;

/**
 * What this process may let pass of a budget while the store cannot be reached: an even share of what was left at the
 * last known balance. All processes together pass the limit by no more than their shares, whatever the others do.
 */
export function createAllowances({ balanceOf, positionOf, replicas }: Parts) {
  const allowances = new Map<string, Allowance>();

  function allowanceOf(account: Account): Allowance {
    const { windowStart } = positionOf(account);
    const known = allowances.get(account.key);
    if (known !== undefined && known.windowStart >= windowStart) return known;
    const { limit, bound } = account.budget;
    const balance = balanceOf(account);
    const used = balance.windowStart >= windowStart ? balance.used[bound] : 0;
    const share = Math.max(0, limit - used - balance.reserved) / Math.max(1, replicas());
    const allowance = { windowStart, share, taken: 0, holds: new Map<string, number>() };
    allowances.set(account.key, allowance);
    return allowance;
  }

  return {
    /** Sets the amounts aside, all or none. @returns the hold that has no room, if one has not */
    take(id: string, holds: readonly Hold[]): Hold | undefined {
      const open = holds.map((hold) => ({ hold, allowance: allowanceOf(hold.account) }));
      const without = open.find(({ hold, allowance: { share, taken } }) => taken + hold.amount > share);
      if (without !== undefined) return without.hold;
      for (const { hold, allowance } of open) {
        allowance.taken += hold.amount;
        allowance.holds.set(id, hold.amount);
      }
      return undefined;
    },

    /** Counts what a request has spent that this process let pass by itself; others are not its to count. */
    settle(id: string, bookings: readonly Booking[]): void {
      if (allowances.size === 0) return;
      for (const { account, amount } of bookings) {
        const allowance = allowances.get(account.key);
        const held = allowance?.holds.get(id);
        if (allowance === undefined || held === undefined) continue;
        allowance.holds.delete(id);
        allowance.taken += (amount?.[account.budget.bound] ?? 0) - held;
      }
    },

    /** The store is back, and counts by itself. */
    end: (): void => allowances.clear(),
  };
}
