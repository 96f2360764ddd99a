import type { Range } from "../../model/range.ts";
import type { Account } from "../definition/budget.ts";
import type { EndedWindow } from "./holdings.ts";
import type { Position } from "../definition/window.ts";

/** An amount to set aside in an account, in the budget's bound. */
export interface Hold {
  readonly account: Account;
  readonly position: Position;
  readonly amount: number;
}

/** What became of a hold: spent, or, without an amount, given back. */
export interface Booking {
  readonly account: Account;
  readonly position: Position;
  readonly amount: Range | undefined;
}

/** What an account holds after a step, and what that step brought about. */
export interface Balance {
  readonly windowStart: number;
  readonly used: Range;
  readonly reserved: number;
  /** The window that this step ended; told to one caller only. */
  readonly ended: EndedWindow | undefined;
  /** The thresholds that this step was the first to reach in the window, ascending; told to one caller only. */
  readonly crossed: readonly number[];
}

/** The answer to a reservation: a balance for each hold, in the same order, and whether it had room. */
export interface Verdict {
  /** Whether the holds are now set aside: all of them, or none. */
  readonly admitted: boolean;
  readonly balances: readonly (Balance & { readonly hadRoom: boolean })[];
}

/** A balance with what a forecast needs. */
export interface Statement extends Balance {
  readonly slots: ReadonlyMap<number, Range>;
  readonly firstSpendAt: number | undefined;
}

/**
 * Where the accounts are kept. Each step is atomic over all accounts it names, and moves their windows on and drops
 * expired reservations first. A store that answers at once answers synchronously. A rejection means that it is not known
 * whether the step was taken; settling may therefore be repeated. No step throws.
 */
export interface BudgetStore {
  /**
   * Sets the holds aside under the request's id, unless an account of a budget in mode `refuse` has no room. A second
   * reservation under the same id changes nothing.
   *
   * @param expiresAt milliseconds since the epoch from which the holds no longer count
   */
  reserve(id: string, holds: readonly Hold[], expiresAt: number): Verdict | Promise<Verdict>;

  /**
   * Books what a request has spent, whether its reservation still stands, has expired, or never arrived. Under the same
   * id a second time it changes nothing and gives the first answer again, until that id is acknowledged.
   *
   * @param acknowledged requests whose settlement was answered, so that the store may forget them
   */
  settle(
    id: string,
    bookings: readonly Booking[],
    acknowledged: readonly string[],
  ): readonly Balance[] | Promise<readonly Balance[]>;

  read(accounts: readonly Pick<Hold, "account" | "position">[]): readonly Statement[] | Promise<readonly Statement[]>;
}
