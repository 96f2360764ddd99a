import { exactly } from "../../model/range.ts";
import type { Account } from "../definition/budget.ts";
import type { Position } from "../definition/window.ts";
import type { Balance, Statement } from "./budget-store.ts";
import { eventsOf, type BudgetEvent } from "./events.ts";
import { forecast, type Forecast } from "./forecast.ts";

/** An account as it is known here: what the store last said of it. */
export interface KnownAccount {
  readonly account: Account;
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
 *
 * @param positionOf where an account's window stands, as far as can be known without the store
 */
export function createKnownAccounts(positionOf: (account: Account) => Position, emit: (event: BudgetEvent) => void) {
  const known = new Map<string, { readonly account: Account; readonly statement: Statement }>();
  const refusals = new Map<string, Refusals>();

  function empty(account: Account): Balance {
    const position = positionOf(account);
    return { position, windowStart: position.windowStart, ...NOTHING };
  }

  function note(account: Account, balance: Balance | Statement): void {
    const before = known.get(account.key)?.statement;
    const { slots, firstSpendAt } =
      "slots" in balance ? balance : (before ?? { slots: new Map(), firstSpendAt: undefined });
    known.set(account.key, { account, statement: { ...balance, slots, firstSpendAt } });
    if (balance.ended === undefined && balance.crossed.length === 0) return;
    for (const event of eventsOf(account, balance)) emit(event);
  }

  return {
    note,

    /** Empty for an account of which the store has not said anything yet. */
    balanceOf: (account: Account): Balance => known.get(account.key)?.statement ?? empty(account),

    /** Shows an account before the store was asked for it. */
    open(account: Account): void {
      if (!known.has(account.key)) note(account, empty(account));
    },

    refused(account: Account): void {
      const requests = (refusals.get(account.key)?.requests ?? 0) + 1;
      refusals.set(account.key, { requests, lastAt: positionOf(account).now });
    },

    accounts: (): Account[] => Array.from(known.values(), ({ account }) => account),

    *[Symbol.iterator](): Iterator<KnownAccount> {
      for (const { account, statement } of known.values()) {
        yield {
          account,
          statement,
          forecast: forecast(account.budget, statement.position, statement),
          refused: refusals.get(account.key),
        };
      }
    },
  };
}
