import { counter, gauge, type MetricDefinition, type Origin } from "./metric.ts";

const ADDED: Origin = { of: "added" };
const BUDGET_LABELS = ["budget", "criterion", "window", "group"];

const budgetGauge = (name: string, help: string, unit?: MetricDefinition["unit"]): MetricDefinition =>
  gauge(`budget_${name}`, help, ADDED, BUDGET_LABELS, "max", unit);

/** The metrics of budgets; the budgets room supplies their values. */
export const BUDGET_METRICS = {
  budgetLimit: budgetGauge("limit", "The limit of a budget, in the unit of its criterion."),
  budgetUsed: budgetGauge("used", "What is used of a budget in its present window, in the unit of its criterion."),
  budgetUsedRatio: budgetGauge("used_ratio", "What is used of a budget, as a share of its limit.", "ratio"),
  budgetReserved: budgetGauge(
    "reserved",
    "What a budget has set aside for requests in flight, in its criterion's unit.",
  ),
  budgetReset: budgetGauge(
    "reset_timestamp_seconds",
    "When a budget's present window ends, in seconds since the epoch.",
    "seconds",
  ),
  budgetForecastLow: budgetGauge("forecast_low", "What a budget will have used at the window's end, low estimate."),
  budgetForecastCentral: budgetGauge(
    "forecast_central",
    "What a budget will have used when its window ends if spending goes on at its present rate, central estimate.",
  ),
  budgetForecastHigh: budgetGauge("forecast_high", "What a budget will have used at the window's end, high estimate."),
  budgetExhaustedEarliest: budgetGauge(
    "exhausted_earliest_timestamp_seconds",
    "When a budget is used up by the high estimate, in seconds since the epoch.",
    "seconds",
  ),
  budgetExhausted: budgetGauge(
    "exhausted_timestamp_seconds",
    "When a budget is used up at the present rate, in seconds since the epoch; absent when not in its window.",
    "seconds",
  ),
  budgetExhaustedLatest: budgetGauge(
    "exhausted_latest_timestamp_seconds",
    "When a budget is used up by the low estimate, in seconds since the epoch.",
    "seconds",
  ),
  budgetRequests: counter(
    "budget_requests",
    "Requests by what a budget decided (admitted, degraded, unchecked, shadow_refused, refused).",
    ADDED,
    ["budget", "decision"],
  ),
  budgetUnattributed: counter(
    "budget_unattributed_requests",
    "Requests that count towards a budget but whose use is not known.",
    ADDED,
    ["budget"],
  ),
  budgetStoreReachable: gauge("budget_store_reachable", "Whether the budgets' store answers.", ADDED, [], "max"),
  budgetStoreErrors: counter("budget_store_errors", "Calls of the budgets' store that failed.", ADDED),
  budgetStoreDataLosses: counter(
    "budget_store_data_losses",
    "How often the budgets' store had lost data, which was taken up from the last balances known to this process.",
    ADDED,
  ),
  budgetStoreClockAhead: gauge(
    "budget_store_clock_ahead_seconds",
    "Seconds by which this process's clock is ahead of the budgets' store, by which windows go; negative where behind.",
    ADDED,
    [],
    "max",
    "seconds",
  ),
  budgetPendingSettlements: gauge(
    "budget_pending_settlements",
    "Settlements that wait for the budgets' store.",
    ADDED,
    [],
    "sum",
  ),
  budgetLostSettlements: counter(
    "budget_lost_settlements",
    "Settlements that were dropped because too many waited for the budgets' store.",
    ADDED,
  ),
  budgetHandlerErrors: counter("budget_handler_errors", "Errors thrown by the application's budget handlers.", ADDED),
} as const satisfies Record<string, MetricDefinition>;
