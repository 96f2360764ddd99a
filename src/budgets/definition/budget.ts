import { CRITERIA } from "../../model/footprint.ts";
import type { Bound } from "../../model/range.ts";
import type { Labels } from "../../model/request.ts";
import type { Window } from "./window.ts";

/** What a budget can limit: a criterion of the footprint, the tokens of all classes, or the number of requests. */
export const BUDGET_CRITERIA = [...CRITERIA, "tokens", "requests"] as const;
export type BudgetCriterion = (typeof BUDGET_CRITERIA)[number];

/** Criteria that are counted, not attributed: exact, so that all bounds are the same. */
export const COUNTED_CRITERIA: readonly BudgetCriterion[] = ["tokens", "requests"];

/**
 * What happens when a request finds no room. `warn`: nothing but the threshold events; `shadow`: it is sent, and what
 * `refuse` would have done is reported; `refuse`: it is not sent.
 */
export const MODES = ["warn", "shadow", "refuse"] as const;
export type Mode = (typeof MODES)[number];

/**
 * What a refusing budget does while its store cannot be reached. `open`: let requests pass; `closed`: refuse them;
 * `allowance`: let pass what fits into this process's share of what was left at the last known balance.
 */
export const STORE_FAILURES = ["open", "closed", "allowance"] as const;
export type StoreFailure = (typeof STORE_FAILURES)[number];

/** What a budget can select and group by, beside the declared labels. */
export const SUBJECT_NAMES = ["provider", "model", "operation"] as const;

/** A limit on a footprint, per group of labels, per window: checked, in the criterion's unit. */
export interface Budget {
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
export interface Account {
  /** The budget that is spent from. */
  readonly budget: Budget;
  /** The labels and values that it is grouped by; empty for a budget without groups. */
  readonly group: Labels;
  /** Unique among all budgets and groups, stable across processes. */
  readonly key: string;
}
