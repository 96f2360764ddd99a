import { writeYaml } from "../lazy/yaml.ts";
import { FOOTPRINT_METRIC_KEYS } from "../metrics/footprint-metrics.ts";
import { METRICS, type MetricKey } from "../metrics/metrics.ts";
import type { Budget } from "../budgets/definition/budget.ts";
import { calendarRules, CALENDAR_STEPS, windowSelector } from "./calendar-rules.ts";
import type { Rule } from "./rule.ts";
import { nameOfWindow } from "../budgets/definition/window.ts";

export interface RuleOptions {
  /** When the rules come into use; calendars are foreseen for ten years from then. @default now */
  readonly from?: Date;
}

const RUNBOOK = "https://github.com/llm-footprint/llm-footprint/blob/main/docs/budgets.md";

/**
 * Prometheus rules that watch the budgets from the exported counters, across all replicas, whether or not the budgets are
 * also enforced in the processes: recording rules `llm_footprint:budget_…` and an alert per threshold, for exhaustion and
 * for the forecast.
 *
 * @returns a rule file, as YAML
 */
export function budgetRules(budgets: readonly Budget[], { from = new Date() }: RuleOptions = {}): string {
  // One group, because its rules are evaluated in order, and each needs what those before it have recorded.
  const rules = [...calendarRules(budgets, from), ...budgets.flatMap(recordings), ...budgets.flatMap(alerts)];
  const groups = [{ name: "llm_footprint.budgets", rules }];
  return writeYaml({ groups });
}

/** The counter that a budget counts, narrowed to what it matches. */
function series({ criterion, bound, match }: Budget): string {
  const key: MetricKey =
    criterion === "tokens" || criterion === "requests" ? criterion : FOOTPRINT_METRIC_KEYS[criterion][bound];
  const { name } = METRICS[key];
  const matchers = Object.entries(match).map(([label, values]) =>
    values.length === 1
      ? `${label}=${JSON.stringify(values[0])}`
      : `${label}=~${JSON.stringify(values.map(escapeRegularExpression).join("|"))}`,
  );
  // A request that failed gives back what it had reserved.
  if (criterion === "requests") matchers.push('outcome!="failed"');
  return `${name}{${matchers.join(",")}}`;
}

const escapeRegularExpression = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

function recordings(budget: Budget): Rule[] {
  const { groupBy, window } = budget;
  const labels = labelsOf(budget);
  const summed = (expression: string): string => `sum by (${groupBy.join(", ")}) (${expression})`;
  const used = `llm_footprint:budget_used${selectorOf(budget)}`;
  const limit: Rule = { record: "llm_footprint:budget_limit", expr: `vector(${budget.limit})`, labels };
  const ratio: Rule = { record: "llm_footprint:budget_used_ratio", expr: `${used} / ${budget.limit}`, labels };
  if (window.kind === "rolling") {
    const duration = `${window.durationSeconds}s`;
    const rate = summed(`rate(${series(budget)}[${Math.ceil(window.durationSeconds / 10)}s])`);
    return [
      limit,
      { record: "llm_footprint:budget_used", expr: summed(`increase(${series(budget)}[${duration}])`), labels },
      ratio,
      { record: "llm_footprint:budget_forecast", expr: `${rate} * ${window.durationSeconds}`, labels },
    ];
  }
  const { step, range, rate } = CALENDAR_STEPS[window.unit];
  const perStep = `llm_footprint:budget_used:increase${step}`;
  const current = `llm_footprint:budget_window${windowSelector(window)}`;
  const remaining = `llm_footprint:budget_window_remaining_seconds${windowSelector(window)}`;
  const own = `${perStep}${selectorOf(budget)}`;
  return [
    limit,
    { record: perStep, expr: summed(`increase(${series(budget)}[${step}])`), labels },
    {
      record: "llm_footprint:budget_used",
      // The offset gives a step to the window that it began in; without the second part the first step has no value.
      expr: `sum_over_time((${own} and on() (${current} offset ${step} == scalar(${current} @ end())))[${range}:${step}]) or 0 * ${own}`,
      labels,
    },
    ratio,
    {
      record: "llm_footprint:budget_forecast",
      expr: `${used} + ${onGroup(budget)} ${summed(`rate(${series(budget)}[${rate}])`)} * scalar(${remaining})`,
      labels,
    },
  ];
}

/** The sum over groups on the right has none of the budget's own labels. */
const onGroup = ({ groupBy }: Budget): string => `on(${groupBy.join(", ")})`;

function alerts(budget: Budget): Rule[] {
  const labels = labelsOf(budget);
  const selector = selectorOf(budget);
  const group = budget.groupBy.map((name) => ` ${name}={{ $labels.${name} }}`).join("");
  const annotated = (summary: string, description: string) => ({
    summary: `Budget ${budget.name}${group}: ${summary}`,
    description: `${description} The limit is ${budget.limit} ${budget.criterion} per ${nameOfWindow(budget.window)}.`,
    runbook_url: `${RUNBOOK}#alerts`,
  });
  const reached = (threshold: number): string => `llm_footprint:budget_used_ratio${selector} >= ${threshold}`;
  const used = "{{ $value | humanizePercentage }} used";
  return [
    ...budget.thresholds
      .filter((threshold) => threshold !== 1)
      .map((threshold) => ({
        alert: "LlmFootprintBudgetLimitThreshold",
        expr: reached(threshold),
        labels: { ...labels, severity: "info", threshold: String(threshold) },
        annotations: annotated(used, `The threshold of ${threshold * 100} % is reached.`),
      })),
    {
      alert: "LlmFootprintBudgetLimitExhausted",
      expr: reached(1),
      labels: { ...labels, severity: "warning" },
      annotations: annotated(used, "Nothing is left in this window."),
    },
    {
      alert: "LlmFootprintBudgetLimitForecastExceeded",
      expr: `llm_footprint:budget_forecast${selector} > ${budget.limit} and llm_footprint:budget_used_ratio${selector} < 1`,
      for:
        budget.window.kind === "calendar"
          ? CALENDAR_STEPS[budget.window.unit].patience
          : `${Math.ceil(budget.window.durationSeconds / 120)}s`,
      labels: { ...labels, severity: "warning" },
      annotations: annotated(
        "will be exceeded",
        "At the current rate {{ $value | humanize }} will be used when the window ends.",
      ),
    },
  ];
}

const labelsOf = ({ name, criterion }: Budget): Record<string, string> => ({ budget: name, criterion });

const selectorOf = ({ name }: Budget): string => `{budget=${JSON.stringify(name)}}`;
