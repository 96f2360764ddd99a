import type { Range } from "../../model/range.ts";
import type { Account } from "../definition/budget.ts";
import type { Position } from "../definition/window.ts";
import type { EndedWindow } from "./holdings.ts";

/** An amount to set aside in an account, in the budget's bound. */
export interface Hold {
  /** Where the amount is set aside. */
  readonly account: Account;
  /** How much, in the criterion's unit. */
  readonly amount: number;
}

/** What became of a hold: spent, or, without an amount, given back. */
export interface Booking {
  /** Whose balance changes. */
  readonly account: Account;
  /** By how much, in the criterion's unit. */
  readonly amount: Range | undefined;
}

/** What an account holds after a step, and what that step brought about. */
export interface Balance {
  /** Where the account's window stood by the store's clock when the step was taken. */
  readonly position: Position;
  /** The window that spend counts in: later than the position's after the clock was set back. */
  readonly windowStart: number;
  /** Spent in the window, in the criterion's unit. */
  readonly used: Range;
  /** Set aside for requests in flight, in the criterion's unit. */
  readonly reserved: number;
  /** The window that this step ended; reported to one caller only. */
  readonly ended: EndedWindow | undefined;
  /** The thresholds that this step was the first to reach in the window, ascending; reported to one caller only. */
  readonly crossed: readonly number[];
}

/** A balance with what a forecast needs. */
export interface Statement extends Balance {
  /** What was spent in each slot of a rolling window, in the criterion's unit. */
  readonly slots: ReadonlyMap<number, Range>;
  /** When the window's first spend was, in milliseconds since 1970. */
  readonly firstSpendAt: number | undefined;
}

/** In place of a balance: this account cannot be used, such as a key of another type in Redis; the others can. */
export interface AccountFault {
  /** What is wrong, for people. */
  readonly problem: string;
}

export const isFault = (answer: object): answer is AccountFault => "problem" in answer;

/** The answer to a reservation: a balance for each hold, in the same order, and whether it had room. */
export interface Verdict {
  /** Whether the holds are now set aside: all of them, or none. Accounts that cannot be used do not count. */
  readonly admitted: boolean;
  /** Of each account that was asked for, in that order. */
  readonly balances: readonly ((Balance & { readonly hadRoom: boolean }) | AccountFault)[];
}

/** The store has lost what it held, and took it up from the last balances that were known in this process. */
export interface DataLoss {
  /** How many accounts were taken up. */
  readonly accounts: number;
}

/**
 * No answer in time. It is not known whether the step was taken, and one late answer says nothing about the next:
 * the store counts as unreachable after several in a row. Any other rejection says so at once.
 */
export class LateAnswerError extends Error {
  /** `LateAnswerError`, whatever bundlers make of the class. */
  override readonly name = "LateAnswerError";
}

/**
 * Where the accounts are kept. A store has one clock, its own, by which it finds each account's place in its window and
 * lets reservations expire. Each step is atomic over all accounts that it names, and moves their windows on and drops
 * expired reservations first. A store that answers at once answers synchronously. A rejection means that it is not
 * known whether the step was taken; settling may therefore be repeated. No step throws.
 */
export interface BudgetStore {
  /**
   * Sets the holds aside under the request's id, unless an account of a budget in mode `refuse` has no room. A second
   * reservation under the same id changes nothing.
   *
   * @param seconds after how many the holds no longer count
   */
  reserve(id: string, holds: readonly Hold[], seconds: number): Verdict | Promise<Verdict>;

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
  ): readonly (Balance | AccountFault)[] | Promise<readonly (Balance | AccountFault)[]>;

  /** The statements of these accounts. One without slots has not changed since the last that had them. */
  read(
    accounts: readonly Account[],
  ): readonly (Statement | Balance | AccountFault)[] | Promise<readonly (Statement | Balance | AccountFault)[]>;

  /** How many processes share the store at the moment, as far as it knows. @default 1 */
  readonly replicas?: number;

  /** Calls the listener whenever the store has lost data. */
  onDataLoss?(listener: (loss: DataLoss) => void): void;
}
