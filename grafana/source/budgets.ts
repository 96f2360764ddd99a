import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import type { MetricDefinition } from "../../src/metrics/metric.ts";
import { CRITERION_TITLES } from "../../src/report/quantity.ts";
import { METRICS } from "../../src/metrics/metrics.ts";
import { dashboard, filter } from "./dashboard.ts";
import { budgetThresholds, UNITS, type Size, type Unit } from "./panel-frame.ts";
import { band, bars, numbers, overTime, row, rows, states, withAlertLine } from "./panels.ts";
import { BUDGET, recorded } from "./recording-rules.ts";
import { BURN_FAST, BURN_SLOW, THRESHOLDS } from "./thresholds.ts";

const HALF = { width: 12, height: 9 };

const CHOSEN = 'budget=~"$budget", criterion=~"$criterion"';
const of = (metric: MetricDefinition): string =>
  `max by (${METRICS.budgetLimit.labels.join(", ")}) (${metric.name}{${CHOSEN}})`;
const NAME = "{{budget}} ({{group}})";

interface BudgetTable {
  readonly title: string;
  readonly criteria: string;
  readonly unit: Unit;
  /** What one of the unit is of the criterion's own. @default 1 */
  readonly perUnit?: number;
  readonly size: Size;
}

/** A table has one unit per column, so that each unit has a table of its own. */
const UNITS_OF_CRITERIA: readonly BudgetTable[] = [
  {
    title: "CO2e",
    criteria: "co2eGrams|abioticDepletionGramsSbEq",
    unit: UNITS.grams,
    size: { width: 14, height: 8 },
  },
  { title: "Water", criteria: "waterLitres", unit: UNITS.litres, size: { width: 12, height: 6 } },
  {
    title: "Energy",
    criteria: "energyJoules|primaryEnergyJoules",
    unit: UNITS.wattHours,
    perUnit: 3600,
    size: { width: 12, height: 6 },
  },
  { title: "Tokens and requests", criteria: "tokens|requests", unit: UNITS.count, size: HALF },
];

/** What people call a criterion, as a column has room for. */
const CRITERION_NAMES = {
  ...CRITERION_TITLES,
  co2eGrams: "CO2e",
  tokens: "Tokens",
  requests: "Requests",
};

function gone({ title, criteria, unit, perUnit = 1, size }: BudgetTable): ReturnType<typeof rows> {
  const ofUnit = (metric: MetricDefinition): string =>
    `max by (${METRICS.budgetLimit.labels.join(", ")}) (${metric.name}{${CHOSEN}, criterion=~"${criteria}"})`;
  const amount = (metric: MetricDefinition): string => ofUnit(metric) + (perUnit === 1 ? "" : ` / ${perUnit}`);
  return rows(
    {
      title: `${title}: when it will be gone`,
      description:
        "Limit, use and forecast; when the window ends and, if that comes first, when the budget is used up at the present rate.",
    },
    size,
    ["budget", "group", "criterion"],
    [
      { name: "used", unit: UNITS.share, expr: ofUnit(METRICS.budgetUsedRatio) },
      { name: "limit", unit, expr: amount(METRICS.budgetLimit) },
      { name: "amount used", unit, expr: amount(METRICS.budgetUsed) },
      { name: "forecast", unit, expr: amount(METRICS.budgetForecastCentral) },
      { name: "gone", unit: UNITS.since, expr: `${ofUnit(METRICS.budgetExhausted)} * 1000` },
      { name: "window ends", unit: UNITS.since, expr: `${ofUnit(METRICS.budgetReset)} * 1000` },
    ],
  ).overrideByName("criterion", [
    {
      id: "mappings",
      value: [
        {
          type: "value",
          options: Object.fromEntries(
            Object.entries(CRITERION_NAMES).map(([name, text], index) => [name, { text, index }]),
          ),
        },
      ],
    },
  ]);
}

const danger = [
  bars(
    {
      title: "Used of each budget",
      description: `What is used of each budget in its present window. Orange from ${THRESHOLDS.budgetNearlyUsed * 100} %, red when used up. From the budgets' own account.`,
    },
    { width: 10, height: 8 },
    budgetThresholds(THRESHOLDS.budgetNearlyUsed, THRESHOLDS.budgetExhausted),
    { expr: of(METRICS.budgetUsedRatio), name: "{{budget}} ({{group}})" },
  ),
  ...UNITS_OF_CRITERIA.map(gone),
  overTime(
    {
      title: "Used over time",
      description: "What is used of each budget as a share of its limit. A fall to zero is the start of a window.",
    },
    HALF,
    UNITS.share,
    [{ expr: of(METRICS.budgetUsedRatio), name: NAME }],
  ),
  band(
    {
      title: "Forecast as a share of the limit",
      description:
        "The largest forecast of the chosen budgets for the end of its window, as a share of its limit: central estimate within low to high. Choose one budget to see its own.",
    },
    { width: 24, height: 8 },
    UNITS.share,
    { expr: `max(${of(METRICS.budgetForecastCentral)} / ${of(METRICS.budgetLimit)})`, name: "central" },
    { expr: `max(${of(METRICS.budgetForecastLow)} / ${of(METRICS.budgetLimit)})`, name: "low" },
    { expr: `max(${of(METRICS.budgetForecastHigh)} / ${of(METRICS.budgetLimit)})`, name: "high" },
  ),
];

const burn = [
  withAlertLine(
    overTime(
      {
        title: "Burn rate over an hour",
        description: `Multiples of the rate that would use a monthly budget up exactly at its end. 1 is the plan; an alert comes at ${BURN_FAST.rate}.`,
      },
      HALF,
      UNITS.times,
      [{ expr: `${BUDGET.burnRate("1h")}{${CHOSEN}}`, name: NAME }],
    ),
    BURN_FAST.rate,
  ),
  withAlertLine(
    overTime(
      {
        title: "Burn rate over six hours",
        description: `Multiples of the rate that would use a monthly budget up exactly at its end. 1 is the plan; an alert comes at ${BURN_SLOW.rate}.`,
      },
      HALF,
      UNITS.times,
      [{ expr: `${BUDGET.burnRate("6h")}{${CHOSEN}}`, name: NAME }],
    ),
    BURN_SLOW.rate,
  ),
  states({ title: "Alerts", description: "Alerts of the footprint that were firing, and when." }, HALF, {
    expr: 'max by (alertname, budget) (ALERTS{alertname=~"LlmFootprint.*", alertstate="firing"})',
    name: "{{alertname}} {{budget}}",
  }),
  overTime(
    {
      title: "Decisions per hour",
      description:
        "Requests per hour by what a budget decided: admitted, degraded to something smaller, unchecked because the store did not answer, refused, or refused only on paper (shadow). An alert comes with the first refused one, however much of the budget is left.",
    },
    HALF,
    UNITS.count,
    [
      {
        expr: `sum by (budget, decision) (rate(${METRICS.budgetRequests.name}{budget=~"$budget"}[$__rate_interval])) * 3600`,
        name: "{{budget}} {{decision}}",
      },
    ],
    "stacked",
  ),
];

const consumers = [
  rows(
    {
      title: "Teams since the month began",
      description:
        "CO2e, water and electricity of each team in this calendar month (UTC) up to the last full hour. From recording rules.",
    },
    { width: 16, height: 8 },
    ["team"],
    [
      { name: "CO2e", unit: UNITS.grams, expr: recorded(METRICS.co2e).monthToDate },
      { name: "CO2e, forecast", unit: UNITS.grams, expr: recorded(METRICS.co2e).monthForecast },
      { name: "water", unit: UNITS.litres, expr: recorded(METRICS.water).monthToDate },
      { name: "electricity", unit: UNITS.wattHours, expr: `${recorded(METRICS.energy).monthToDate} / 3600` },
    ],
  ),
  numbers(
    {
      title: "Counted without a figure",
      description:
        "Requests over the time shown that count towards a budget but whose use is not known: the budget is lower than it should be by these.",
    },
    { width: 8, height: 8 },
    UNITS.count,
    [{ expr: `sum(increase(${METRICS.budgetUnattributed.name}{budget=~"$budget"}[$__range]))`, name: "requests" }],
  ),
];

export const budgets = (): Dashboard =>
  dashboard(
    {
      uid: "llm-footprint-budgets",
      title: "Budgets",
      description: "Whether a footprint budget is in danger, when it will be gone, and who uses it.",
    },
    [filter("budget", "Budget", METRICS.budgetLimit.name), filter("criterion", "Criterion", METRICS.budgetLimit.name)],
    [...danger, row("How fast it is used"), ...burn, row("By whom"), ...consumers],
  );
