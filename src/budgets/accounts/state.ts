import type { Range } from "../../model/range.ts";
import type { Labels } from "../../model/request.ts";
import type { Bound } from "../../model/range.ts";
import type { BudgetCriterion, Mode } from "../definition/budget.ts";
import type { KnownAccount } from "./known-accounts.ts";

/** How a budget stands for one group: JSON as it is. Amounts in the criterion's unit, instants as ISO 8601. */
export interface BudgetState {
  /** The budget's name. */
  readonly budget: string;
  /** What is limited; its unit is in the name. */
  readonly criterion: BudgetCriterion;
  /** What happens at the limit. */
  readonly mode: Mode;
  /** Which value of a range counts against the limit. */
  readonly bound: Bound;
  /** The labels and values of this account; empty for a budget without groups. */
  readonly group: Labels;
  /** In the criterion's unit. */
  readonly limit: number;
  /** Spent in this window, in the criterion's unit. */
  readonly used: Range;
  /** `used` at the bound in parts of `limit`; more than 1 where it is exceeded. */
  readonly usedRatio: number;
  /** Set aside for requests in flight, in the criterion's unit. */
  readonly reserved: number;
  /** What is left of the limit once all that is reserved is spent; never below 0. */
  readonly remaining: number;
  /** ISO 8601, in UTC. */
  readonly windowStart: string;
  /** When the window ends: ISO 8601, in UTC. */
  readonly resetsAt: string;
  /**
   * What this process refused since it started; in mode `shadow`, what it would have refused. Absent while that is
   * nothing. A budget can refuse well below its limit: it does when the next request's estimate does not fit.
   */
  readonly refused?: { readonly requests: number; readonly lastAt: string };
  /** Absent until spending has been seen for a sixtieth of the window. */
  readonly forecast?: {
    readonly ratePerSecond: Range;
    readonly used: Range;
    /** Absent where the limit is not reached within the window. */
    readonly exhaustedAt: Readonly<Partial<Record<"earliest" | "central" | "latest", string>>>;
  };
}

export function budgetState({ account, statement, forecast, refused }: KnownAccount): BudgetState {
  const { budget, group } = account;
  const used = statement.used[budget.bound];
  return {
    budget: budget.name,
    criterion: budget.criterion,
    mode: budget.mode,
    bound: budget.bound,
    group,
    limit: budget.limit,
    used: statement.used,
    usedRatio: used / budget.limit,
    reserved: statement.reserved,
    remaining: Math.max(0, budget.limit - used - statement.reserved),
    windowStart: isoTime(statement.windowStart),
    resetsAt: isoTime(statement.position.windowEnd),
    ...(refused && { refused: { requests: refused.requests, lastAt: isoTime(refused.lastAt) } }),
    ...(forecast && {
      forecast: {
        ratePerSecond: forecast.ratePerSecond,
        used: forecast.used,
        exhaustedAt: Object.fromEntries(
          Object.entries(forecast.exhaustedAt).flatMap(([bound, at]) =>
            at === undefined ? [] : [[bound, isoTime(at)]],
          ),
        ),
      },
    }),
  };
}

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();
