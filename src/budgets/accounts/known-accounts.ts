import { exactly } from "../../model/range.ts";
import type { Account } from "../definition/budget.ts";
import { eventsOf, type BudgetEvent } from "./events.ts";
import { forecast, type Forecast } from "./forecast.ts";
import type { Balance, Statement } from "./budget-store.ts";
import type { Position } from "../definition/window.ts";

/** An account as it is known here: what the store last said of it. */
export interface KnownAccount {
  readonly account: Account;
  readonly position: Position;
  readonly statement: Statement;
  readonly forecast: Forecast | undefined;
  readonly refused: Refusals | undefined;
}

/** What this process refused for one account, or in mode `shadow` would have refused, since it started. */
interface Refusals {
  readonly requests: number;
  /** Milliseconds since the epoch. */
  readonly lastAt: number;
}

export type KnownAccounts = ReturnType<typeof createKnownAccounts>;

const NOTHING = { used: exactly(0), reserved: 0, ended: undefined, crossed: [] };

/**
 * Keeps what the store last said of each account, so that gauges and the state page can be read at any time, and reports
 * what each answer brought about.
 */
export function createKnownAccounts(emit: (event: BudgetEvent) => void) {
  const known = new Map<string, { account: Account; position: Position; statement: Statement }>();
  const refusals = new Map<string, Refusals>();

  function note(account: Account, position: Position, balance: Balance | Statement): void {
    const before = known.get(account.key)?.statement;
    const { slots, firstSpendAt } =
      "slots" in balance ? balance : (before ?? { slots: new Map(), firstSpendAt: undefined });
    known.set(account.key, { account, position, statement: { ...balance, slots, firstSpendAt } });
    if (balance.ended === undefined && balance.crossed.length === 0) return;
    for (const event of eventsOf(account, position, balance)) emit(event);
  }

  return {
    note,

    /** Empty for an account of which the store has not said anything yet. */
    balanceOf: (account: Account, { windowStart }: Position): Balance =>
      known.get(account.key)?.statement ?? { windowStart, ...NOTHING },

    /** Shows an account before the store was asked for it. */
    open(account: Account, position: Position): void {
      if (!known.has(account.key)) note(account, position, { windowStart: position.windowStart, ...NOTHING });
    },

    refused({ key }: Account, { now }: Position): void {
      refusals.set(key, { requests: (refusals.get(key)?.requests ?? 0) + 1, lastAt: now });
    },

    accounts: (): Account[] => Array.from(known.values(), ({ account }) => account),

    *[Symbol.iterator](): Iterator<KnownAccount> {
      for (const { account, position, statement } of known.values()) {
        yield {
          account,
          position,
          statement,
          forecast: forecast(account.budget, position, statement),
          refused: refusals.get(account.key),
        };
      }
    },
  };
}
