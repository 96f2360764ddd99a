import { Bound, Labels, Range } from "./shared-request.js";

// dist/budgets/definition/window.d.ts
declare const CALENDAR_UNITS: readonly ["day", "week", "month", "quarter", "year"];
type CalendarUnit = (typeof CALENDAR_UNITS)[number];
/** In the order of ISO 8601, which numbers Monday 1. */
declare const WEEKDAYS: readonly ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
type Weekday = (typeof WEEKDAYS)[number];
/** The time over which a budget's limit holds. */
type Window = CalendarWindow | {
  readonly kind: "rolling";
  readonly durationSeconds: number;
};
interface CalendarWindow {
  readonly kind: "calendar";
  readonly unit: CalendarUnit;
  readonly timeZone: string;
  /** The day that a week begins on. @default "monday" */
  readonly weekStart?: Weekday | undefined;
}
/**
 * An instant's place in a window. Times are milliseconds since the epoch. Spend is kept in slots: a rolling window moves
 * on slot by slot, and the recent rate is read from them.
 */
interface Position {
  /** By the store's clock, in milliseconds since 1970. */
  readonly now: number;
  /** Spend in slots from here on counts. */
  readonly windowStart: number;
  /** When all that is spent by now will have left the window. */
  readonly windowEnd: number;
  /** The slot that `now` lies in. */
  readonly slot: number;
  /** How long each slot of a rolling window is. */
  readonly slotMilliseconds: number;
  /** Slots before this are of no more use. */
  readonly keepFrom: number;
}
/** What a budget can limit: a criterion of the footprint, the tokens of all classes, or the number of requests. */
declare const BUDGET_CRITERIA: readonly [...("co2eGrams" | "waterLitres" | "energyJoules" | "primaryEnergyJoules" | "abioticDepletionGramsSbEq")[], "tokens", "requests"];
type BudgetCriterion = (typeof BUDGET_CRITERIA)[number];
/**
 * What happens when a request finds no room. `warn`: nothing but the threshold events; `shadow`: it is sent, and what
 * `refuse` would have done is reported; `refuse`: it is not sent.
 */
declare const MODES: readonly ["warn", "shadow", "refuse"];
type Mode = (typeof MODES)[number];
/**
 * What a refusing budget does while its store cannot be reached. `open`: let requests pass; `closed`: refuse them;
 * `allowance`: let pass what fits into this process's share of what was left at the last known balance.
 */
declare const STORE_FAILURES: readonly ["open", "closed", "allowance"];
type StoreFailure = (typeof STORE_FAILURES)[number];
/** A limit on a footprint, per group of labels, per window: checked, in the criterion's unit. */
interface Budget {
  /** Unique among the budgets of a meter; stands in metrics and events. */
  readonly name: string;
  /** What is limited; its unit is in the name. */
  readonly criterion: BudgetCriterion;
  /** In the criterion's unit; above 0. */
  readonly limit: number;
  /** For each name, the values that count towards this budget; a request must match all names. */
  readonly match: Readonly<Record<string, readonly string[]>>;
  /** Each combination of values of these has the limit for itself. */
  readonly groupBy: readonly string[];
  /** Over which time the limit holds. */
  readonly window: Window;
  /** Shares of the limit that are reported when they are reached, ascending; 1 is the limit. */
  readonly thresholds: readonly number[];
  /** Which value of a footprint's range counts. */
  readonly bound: Exclude<Bound, "low">;
  /** What happens at the limit: a warning, a refusal, or a refusal on paper only. */
  readonly mode: Mode;
  /** What happens to requests while the shared store cannot be reached. */
  readonly onStoreFailure: StoreFailure;
}
/** A budget for one group: what has an amount of its own. */
interface Account {
  /** The budget that is spent from. */
  readonly budget: Budget;
  /** The labels and values that it is grouped by; empty for a budget without groups. */
  readonly group: Labels;
  /** Unique among all budgets and groups, stable across processes. */
  readonly key: string;
}
/** A window that has ended. */
interface EndedWindow {
  /** When it began, in milliseconds since 1970. */
  readonly windowStart: number;
  /** What it came to, in the criterion's unit. */
  readonly used: Range;
}
/** An amount to set aside in an account, in the budget's bound. */
interface Hold {
  /** Where the amount is set aside. */
  readonly account: Account;
  /** How much, in the criterion's unit. */
  readonly amount: number;
}
/** What became of a hold: spent, or, without an amount, given back. */
interface Booking {
  /** Whose balance changes. */
  readonly account: Account;
  /** By how much, in the criterion's unit. */
  readonly amount: Range | undefined;
}
/** What an account holds after a step, and what that step brought about. */
interface Balance {
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
interface Statement extends Balance {
  /** What was spent in each slot of a rolling window, in the criterion's unit. */
  readonly slots: ReadonlyMap<number, Range>;
  /** When the window's first spend was, in milliseconds since 1970. */
  readonly firstSpendAt: number | undefined;
}
/** In place of a balance: this account cannot be used, such as a key of another type in Redis; the others can. */
interface AccountFault {
  /** What is wrong, for people. */
  readonly problem: string;
}
/** The answer to a reservation: a balance for each hold, in the same order, and whether it had room. */
interface Verdict {
  /** Whether the holds are now set aside: all of them, or none. Accounts that cannot be used do not count. */
  readonly admitted: boolean;
  /** Of each account that was asked for, in that order. */
  readonly balances: readonly ((Balance & {
    readonly hadRoom: boolean;
  }) | AccountFault)[];
}
/** The store has lost what it held, and took it up from the last balances that were known in this process. */
interface DataLoss {
  /** How many accounts were taken up. */
  readonly accounts: number;
}
/**
 * No answer in time. It is not known whether the step was taken, and one late answer says nothing about the next:
 * the store counts as unreachable after several in a row. Any other rejection says so at once.
 */
declare class LateAnswerError extends Error {
  /** `LateAnswerError`, whatever bundlers make of the class. */
  readonly name = "LateAnswerError";
}
/**
 * Where the accounts are kept. A store has one clock, its own, by which it finds each account's place in its window and
 * lets reservations expire. Each step is atomic over all accounts that it names, and moves their windows on and drops
 * expired reservations first. A store that answers at once answers synchronously. A rejection means that it is not
 * known whether the step was taken; settling may therefore be repeated. No step throws.
 */
interface BudgetStore {
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
  settle(id: string, bookings: readonly Booking[], acknowledged: readonly string[]): readonly (Balance | AccountFault)[] | Promise<readonly (Balance | AccountFault)[]>;
  /** The statements of these accounts. One without slots has not changed since the last that had them. */
  read(accounts: readonly Account[]): readonly (Statement | Balance | AccountFault)[] | Promise<readonly (Statement | Balance | AccountFault)[]>;
  /** How many processes share the store at the moment, as far as it knows. @default 1 */
  readonly replicas?: number;
  /** Calls the listener whenever the store has lost data. */
  onDataLoss?(listener: (loss: DataLoss) => void): void;
}
export { Account, AccountFault, Balance, Booking, Budget, BudgetCriterion, BudgetStore, DataLoss, EndedWindow, Hold, LateAnswerError, Mode, Position, Statement, StoreFailure, Verdict, Weekday, Window };