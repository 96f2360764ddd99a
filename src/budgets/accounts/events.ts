import type { Range } from "../../model/range.ts";
import type { Labels } from "../../model/request.ts";
import type { Account, BudgetCriterion, Mode } from "../definition/budget.ts";
import type { EndedWindow } from "./holdings.ts";
import type { Balance } from "./budget-store.ts";

/** How an account stood when an event happened; amounts in the criterion's unit. */
export interface AccountEvent {
  readonly at: Date;
  readonly budget: string;
  readonly criterion: BudgetCriterion;
  readonly mode: Mode;
  readonly group: Labels;
  readonly limit: number;
  readonly used: Range;
  /** In the bound that the budget counts by, as a share of the limit. */
  readonly usedRatio: number;
  readonly reserved: number;
  readonly resetsAt: Date;
}

/** A threshold was reached: once per threshold, group and window, also across replicas that share a store. */
export interface ThresholdEvent extends AccountEvent {
  readonly type: "threshold";
  readonly threshold: number;
}

/** The limit was reached: once per group and window. */
export interface ExhaustedEvent extends AccountEvent {
  readonly type: "exhausted";
}

/** A request was refused or, in mode `shadow`, would have been. */
export interface RefusedEvent extends AccountEvent {
  readonly type: "refused";
  readonly requestId: string;
  readonly reason: "exhausted" | "store_unreachable";
  readonly estimate: number;
}

/** A calendar window ended, and its budget begins anew. */
export interface ResetEvent extends AccountEvent {
  readonly type: "reset";
  /** The budget's thresholds, none of which is reached any more. */
  readonly thresholds: readonly number[];
  /** What the ended window used. */
  readonly ended: { readonly startedAt: Date; readonly used: Range; readonly usedRatio: number };
}

/** The store could not be reached, or can be again. */
export interface StoreEvent {
  readonly type: "store";
  readonly at: Date;
  readonly reachable: boolean;
  /** The store's own words on why it could not be reached. */
  readonly problem: string | undefined;
}

/** The store had lost its data, and took it up from the last balances that were known here. */
export interface DataLossEvent {
  readonly type: "data_loss";
  readonly at: Date;
  /** How many accounts were taken up. */
  readonly accounts: number;
}

/** The clock of this process is far from that of the store, by which the budgets go. */
export interface ClockEvent {
  readonly type: "clock";
  readonly at: Date;
  /** By how much this process is ahead of the store; negative where it is behind. */
  readonly aheadSeconds: number;
}

/** How one account stands. */
export type AccountBudgetEvent = ThresholdEvent | ExhaustedEvent | RefusedEvent | ResetEvent;

/** What happened to a budget, for `meter.on("budget", …)`; the `type` says which. */
export type BudgetEvent = AccountBudgetEvent | StoreEvent | DataLossEvent | ClockEvent;

/** What a step brought about in an account, in the order in which it happened. */
export function eventsOf(account: Account, balance: Balance): AccountBudgetEvent[] {
  const common = accountEvent(account, balance);
  const events: AccountBudgetEvent[] = [];
  if (balance.ended !== undefined && account.budget.window.kind === "calendar") {
    events.push({
      type: "reset",
      ...common,
      thresholds: account.budget.thresholds,
      ended: endedWindow(account, balance.ended),
    });
  }
  for (const threshold of balance.crossed) {
    if (account.budget.thresholds.includes(threshold)) events.push({ type: "threshold", threshold, ...common });
    if (threshold === 1) events.push({ type: "exhausted", ...common });
  }
  return events;
}

export function accountEvent({ budget, group }: Account, balance: Balance): AccountEvent {
  return {
    at: new Date(balance.position.now),
    budget: budget.name,
    criterion: budget.criterion,
    mode: budget.mode,
    group,
    limit: budget.limit,
    used: balance.used,
    usedRatio: balance.used[budget.bound] / budget.limit,
    reserved: balance.reserved,
    resetsAt: new Date(balance.position.windowEnd),
  };
}

const endedWindow = ({ budget }: Account, { windowStart, used }: EndedWindow): ResetEvent["ended"] => ({
  startedAt: new Date(windowStart),
  used,
  usedRatio: used[budget.bound] / budget.limit,
});
