import { add, exactly, type Range } from "../../../model/range.ts";
import type { Balance, Hold, Statement } from "../../accounts/budget-store.ts";
import type { Account } from "../../definition/budget.ts";

/** What the server last said of an account. */
export interface KnownBalance {
  readonly account: Account;
  readonly balance: Balance;
  readonly slots: ReadonlyMap<number, Range>;
  readonly firstSpendAt: number | undefined;
  /** How many changes the account had seen. */
  readonly changes: number;
  /** The number of changes at which the slots were read. */
  readonly slotsAt: number | undefined;
}

export type LastKnown = ReturnType<typeof createLastKnown>;

/** What this process knows of the accounts and has reserved in them: what a server that lost its data is given back. */
export function createLastKnown() {
  const accounts = new Map<string, KnownBalance>();
  const holdsOf = new Map<string, readonly Hold[]>();

  return {
    of: (account: Account): KnownBalance | undefined => accounts.get(account.key),

    all: (): Iterable<KnownBalance> => accounts.values(),

    note(account: Account, balance: Balance | Statement, changes: number): void {
      const before = accounts.get(account.key);
      const { slots, firstSpendAt, slotsAt } =
        "slots" in balance
          ? { ...balance, slotsAt: changes }
          : (before ?? { slots: new Map<number, Range>(), firstSpendAt: undefined, slotsAt: undefined });
      accounts.set(account.key, { account, balance, slots, firstSpendAt, changes, slotsAt });
    },

    /** Has the slots read again, whatever the number of changes. */
    slotsAreOld(account: Account): void {
      const known = accounts.get(account.key);
      if (known !== undefined) accounts.set(account.key, { ...known, slotsAt: undefined });
    },

    reserved: (id: string, holds: readonly Hold[]): void => void holdsOf.set(id, holds),
    ended: (id: string): void => void holdsOf.delete(id),

    /** The reservations that are open in any of these accounts. */
    *holdsIn(wanted: readonly Account[]): Generator<{ index: number; id: string; amount: number }> {
      const indexes = new Map(wanted.map(({ key }, index) => [key, index]));
      for (const [id, holds] of holdsOf) {
        for (const { account, amount } of holds) {
          const index = indexes.get(account.key);
          if (index !== undefined) yield { index, id, amount };
        }
      }
    },
  };
}

/** The slots of an account, with what was spent since they were read in the latest. */
export function slotsWithRemainder({ balance, slots }: KnownBalance): Map<number, Range> {
  const inWindow = [...slots].filter(([slot]) => slot >= balance.windowStart);
  const seen = inWindow.reduce((sum, [, spent]) => add(sum, spent), exactly(0));
  const remainder = {
    low: Math.max(0, balance.used.low - seen.low),
    central: Math.max(0, balance.used.central - seen.central),
    high: Math.max(0, balance.used.high - seen.high),
  };
  const latest = Math.max(balance.windowStart, balance.position.slot);
  const complete = new Map(slots);
  if (remainder.high > 0) complete.set(latest, add(complete.get(latest) ?? exactly(0), remainder));
  return complete;
}
