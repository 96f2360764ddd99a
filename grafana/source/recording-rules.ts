import type { MetricDefinition } from "../../src/metrics/metric.ts";
import { METRICS } from "../../src/metrics/metrics.ts";
import { GROUP } from "./thresholds.ts";

export interface RecordingRule {
  readonly record: string;
  readonly expr: string;
}
export interface AlertingRule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}
export interface RuleGroup<Rule> {
  readonly name: string;
  readonly interval: string;
  readonly rules: readonly Rule[];
}

/** The footprints that are recorded by month. */
export const FOOTPRINTS = [METRICS.co2e, METRICS.water, METRICS.energy] as const;

/** The names of what is recorded of a counter, as `level:metric:operations`. */
export function recorded({ name }: MetricDefinition) {
  const base = `${GROUP}:${name.replace(/_total$/, "")}`;
  return {
    increase1h: `${base}:increase1h`,
    monthToDate: `${base}:month_to_date`,
    monthBefore: `${base}:month_before`,
    monthForecast: `${base}:month_forecast`,
  };
}

export const CALENDAR = {
  month: "llm_footprint:calendar_month",
  monthBefore: "llm_footprint:calendar_month_before",
  monthSeconds: "llm_footprint:month_seconds",
  monthRemainingSeconds: "llm_footprint:month_remaining_seconds",
} as const;

const BUDGET_LABELS = METRICS.budgetLimit.labels.join(", ");

export const BUDGET = {
  limit: "budget:llm_footprint_budget_limit:max",
  used: "budget:llm_footprint_budget_used:max",
  usedRatio: "budget:llm_footprint_budget_used_ratio:max",
  forecast: "budget:llm_footprint_budget_forecast_central:max",
  burnRate: (window: BurnWindow): string => `budget:llm_footprint_budget_burn_rate:${window}`,
} as const;

export const BURN_WINDOWS = { "5m": 300, "30m": 1800, "1h": 3600, "6h": 21_600 } as const;
export type BurnWindow = keyof typeof BURN_WINDOWS;

/** Months are UTC's. PromQL has no ranges of changing length, so a month is the sum of its hours. */
const calendar: RuleGroup<RecordingRule> = {
  name: "llm-footprint.calendar",
  interval: "1m",
  rules: [
    { record: CALENDAR.month, expr: "month()" },
    { record: CALENDAR.monthBefore, expr: "month(time() - day_of_month() * 86400)" },
    { record: CALENDAR.monthSeconds, expr: "days_in_month() * 86400" },
    {
      record: CALENDAR.monthRemainingSeconds,
      expr: "(days_in_month() - day_of_month() + 1) * 86400 - (time() % 86400)",
    },
  ],
};

const hourly: RuleGroup<RecordingRule> = {
  name: "llm-footprint.hours",
  interval: "1m",
  rules: FOOTPRINTS.map((metric) => ({
    record: recorded(metric).increase1h,
    expr: `sum by (${GROUP}) (increase(${metric.name}[1h]))`,
  })),
};

const months: RuleGroup<RecordingRule> = {
  name: "llm-footprint.months",
  interval: "5m",
  rules: FOOTPRINTS.flatMap((metric) => {
    const { increase1h, monthToDate, monthBefore, monthForecast } = recorded(metric);
    return [
      // An hour belongs to the month that it began in. Without the second half the first hour would have no value.
      {
        record: monthToDate,
        expr: `sum_over_time((${increase1h} and on () (${CALENDAR.month} offset 1h == scalar(${CALENDAR.month} @ end())))[31d:1h]) or 0 * ${increase1h}`,
      },
      // What month to date had come to when the month before ended. Needs a retention of 32 days.
      {
        record: monthBefore,
        expr: `max_over_time((${monthToDate} and on () (${CALENDAR.month} == scalar(${CALENDAR.monthBefore} @ end())))[32d:1h])`,
      },
      // Three days even out day and night.
      {
        record: monthForecast,
        expr: `${monthToDate} + avg_over_time(${increase1h}[3d:1h]) / 3600 * on () group_left () ${CALENDAR.monthRemainingSeconds}`,
      },
    ];
  }),
};

/**
 * Each process shows the account as its store has it, so that the largest value is the newest. `budget_used` only
 * rises within its month and starts again with the next, as a counter does after a restart.
 */
const budgets: RuleGroup<RecordingRule> = {
  name: "llm-footprint.budgets",
  interval: "1m",
  rules: [
    { record: BUDGET.limit, expr: `max by (${BUDGET_LABELS}) (${METRICS.budgetLimit.name})` },
    { record: BUDGET.used, expr: `max by (${BUDGET_LABELS}) (${METRICS.budgetUsed.name})` },
    { record: BUDGET.usedRatio, expr: `max by (${BUDGET_LABELS}) (${METRICS.budgetUsedRatio.name})` },
    { record: BUDGET.forecast, expr: `max by (${BUDGET_LABELS}) (${METRICS.budgetForecastCentral.name})` },
    ...Object.entries(BURN_WINDOWS).map(([window, seconds]) => ({
      record: BUDGET.burnRate(window as BurnWindow),
      expr:
        `max by (${BUDGET_LABELS}) (increase(${METRICS.budgetUsed.name}{window=~"month.*"}[${window}])) ` +
        `/ ${BUDGET.limit} * on () group_left () ${CALENDAR.monthSeconds} / ${seconds}`,
    })),
  ],
};

export const RECORDING_RULES: readonly RuleGroup<RecordingRule>[] = [calendar, hourly, months, budgets];
