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

/** What the store said last, and when it last said them, the slots: every request brings a balance, few bring slots. */
interface Entry {
  readonly account: Account;
  balance: Balance;
  slots: Statement["slots"];
  firstSpendAt: number | undefined;
}

const NOTHING = { used: exactly(0), reserved: 0, ended: undefined, crossed: [] };

/**
 * Keeps what the store last said of each account, so that gauges and the state page can be read at any time, and reports
 * what each answer brought about.
 *
 * @param positionOf where an account's window stands, as far as can be known without the store
 */
export function createKnownAccounts(positionOf: (account: Account) => Position, emit: (event: BudgetEvent) => void) {
  const known = new Map<string, Entry>();
  const refusals = new Map<string, Refusals>();

  function empty(account: Account): Balance {
    const position = positionOf(account);
    return { position, windowStart: position.windowStart, ...NOTHING };
  }

  function note(account: Account, balance: Balance | Statement): void {
    let entry = known.get(account.key);
    if (!entry) known.set(account.key, (entry = { account, balance, slots: new Map(), firstSpendAt: undefined }));
    entry.balance = balance;
    if ("slots" in balance) {
      entry.slots = balance.slots;
      entry.firstSpendAt = balance.firstSpendAt;
    }
    if (balance.ended === undefined && balance.crossed.length === 0) return;
    for (const event of eventsOf(account, balance)) emit(event);
  }

  return {
    note,

    /** Empty for an account of which the store has not said anything yet. */
    balanceOf: (account: Account): Balance => known.get(account.key)?.balance ?? empty(account),

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
      for (const { account, balance, slots, firstSpendAt } of known.values()) {
        const statement = { ...balance, slots, firstSpendAt };
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
