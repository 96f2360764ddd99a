import type { KnownAccount } from "./overview.ts";

/** The metrics of the budgets: name, type and help, as they are exported. */
export const BUDGET_METRICS = {
  llm_footprint_budget_limit: ["gauge", "The limit, in the unit of the criterion."],
  llm_footprint_budget_used: ["gauge", "What is used of the limit in this window, in the unit of the criterion."],
  llm_footprint_budget_used_ratio: ["gauge", "What is used in this window, as a share of the limit."],
  llm_footprint_budget_reserved: ["gauge", "What is set aside for requests in flight, in the unit of the criterion."],
  llm_footprint_budget_window_end_timestamp_seconds: ["gauge", "When the window ends."],
  llm_footprint_budget_forecast_low: ["gauge", "What will be used at the window's end at the current rate: low value."],
  llm_footprint_budget_forecast_central: ["gauge", "What will be used at the window's end at the current rate."],
  llm_footprint_budget_forecast_high: [
    "gauge",
    "What will be used at the window's end at the current rate: high value.",
  ],
  llm_footprint_budget_exhausted_earliest_timestamp_seconds: [
    "gauge",
    "When the limit is reached at the current rate, by the factors' high values.",
  ],
  llm_footprint_budget_exhausted_timestamp_seconds: [
    "gauge",
    "When the limit is reached at the current rate; absent when that is not within the window.",
  ],
  llm_footprint_budget_exhausted_latest_timestamp_seconds: [
    "gauge",
    "When the limit is reached at the current rate, by the factors' low values.",
  ],
  llm_footprint_budget_requests_total: ["counter", "Requests by what the budget decided."],
  llm_footprint_budget_unattributed_requests_total: [
    "counter",
    "Requests that count towards the budget but whose use is not known.",
  ],
  llm_footprint_budget_store_reachable: ["gauge", "Whether the store answered when it was last asked."],
  llm_footprint_budget_store_errors_total: ["counter", "Failed calls of the store."],
  llm_footprint_budget_pending_settlements: ["gauge", "Settlements that wait for the store."],
  llm_footprint_budget_lost_settlements_total: [
    "counter",
    "Settlements dropped because too many waited for the store.",
  ],
  llm_footprint_budget_handler_errors_total: ["counter", "Errors thrown by the application's budget handlers."],
} as const satisfies Record<`llm_footprint_budget_${string}`, readonly ["gauge" | "counter", string]>;
export type BudgetMetric = keyof typeof BUDGET_METRICS;

export interface BudgetSample {
  readonly metric: BudgetMetric;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The samples of one account; times in seconds since the epoch. What is not known is absent. */
export function* accountSamples({ account, position, statement, forecast }: KnownAccount): Generator<BudgetSample> {
  const { budget, group } = account;
  const labels = { budget: budget.name, criterion: budget.criterion, ...group };
  const values: Partial<Record<BudgetMetric, number | undefined>> = {
    llm_footprint_budget_limit: budget.limit,
    llm_footprint_budget_used: statement.used[budget.bound],
    llm_footprint_budget_used_ratio: statement.used[budget.bound] / budget.limit,
    llm_footprint_budget_reserved: statement.reserved,
    llm_footprint_budget_window_end_timestamp_seconds: position.windowEnd / 1000,
    llm_footprint_budget_forecast_low: forecast?.used.low,
    llm_footprint_budget_forecast_central: forecast?.used.central,
    llm_footprint_budget_forecast_high: forecast?.used.high,
    llm_footprint_budget_exhausted_earliest_timestamp_seconds: seconds(forecast?.exhaustedAt.earliest),
    llm_footprint_budget_exhausted_timestamp_seconds: seconds(forecast?.exhaustedAt.central),
    llm_footprint_budget_exhausted_latest_timestamp_seconds: seconds(forecast?.exhaustedAt.latest),
  };
  for (const [metric, value] of Object.entries(values)) {
    if (value !== undefined) yield { metric: metric as BudgetMetric, labels, value };
  }
}

const seconds = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : milliseconds / 1000;
