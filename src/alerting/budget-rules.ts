import { writeYaml } from "../lazy/yaml.ts";
import { FOOTPRINT_METRIC_KEYS } from "../metrics/footprint-metrics.ts";
import { METRICS, type MetricKey } from "../metrics/metrics.ts";
import type { Budget } from "../budgets/definition/budget.ts";
import { CALENDAR_PACE, calendarRules, windowSelector } from "./calendar-rules.ts";
import type { Rule } from "./rule.ts";
import { nameOfWindow, type CalendarWindow } from "../budgets/definition/window.ts";

/** How the rules of budgets are written. */
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
 * @example
 * ```ts
 * const rules = budgetRules(loadBudgetFile("budgets.yaml", { labelNames: ["team"] }));
 * writeFileSync("budget-rules.yaml", rules); // for rule_files in prometheus.yml
 * ```
 * @returns a rule file, as YAML
 */
export function budgetRules(budgets: readonly Budget[], { from = new Date() }: RuleOptions = {}): string {
  // One group, because its rules are evaluated in order, and each needs what those before it have recorded. What the
  // counters show is recorded last: until then the recorded values are those of the evaluation before.
  const counters = new Set(budgets.filter(({ window }) => window.kind === "calendar").map(counterOf));
  const rules = [
    ...calendarRules(budgets, from),
    ...budgets.flatMap(recordings),
    ...budgets.flatMap(alerts),
    ...Array.from(counters, (counter) => ({ record: lastSeen(counter), expr: counter })),
  ];
  const groups = [{ name: "llm_footprint.budgets", rules }];
  return writeYaml({ groups });
}

/** The counter that a budget counts. */
function counterOf({ criterion, bound }: Budget): string {
  const key: MetricKey =
    criterion === "tokens" || criterion === "requests" ? criterion : FOOTPRINT_METRIC_KEYS[criterion][bound];
  return METRICS[key].name;
}

/** The recorded series of what a counter showed at the last evaluation. */
const lastSeen = (counter: string): string => `llm_footprint:last_seen:${counter.replace(/^llm_footprint_/, "")}`;

/** What narrows a counter to what a budget matches. */
function matchersOf({ criterion, match }: Budget): string {
  const matchers = Object.entries(match).map(([label, values]) =>
    values.length === 1
      ? `${label}=${JSON.stringify(values[0])}`
      : `${label}=~${JSON.stringify(values.map(escapeRegularExpression).join("|"))}`,
  );
  // A request that failed gives back what it had reserved.
  if (criterion === "requests") matchers.push('outcome!="failed"');
  return `{${matchers.join(",")}}`;
}

const escapeRegularExpression = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** For how long before an evaluation the last value of a counter, and of what was recorded, is looked for. */
const COUNTER_GAP = "6h";
const RECORDED_GAP = "7d";

/**
 * What was used in the present calendar window: what was recorded at the last evaluation, however long ago, and what the
 * counters have grown by since. What they grew by until the first evaluation of a window is taken for the end of the one
 * before.
 */
function accumulated(budget: Budget, window: CalendarWindow): string {
  const counter = `${counterOf(budget)}${matchersOf(budget)}`;
  const before = `last_over_time(${lastSeen(counterOf(budget))}${matchersOf(budget)}[${COUNTER_GAP}])`;
  // A counter that is lower than before has begun at zero again.
  const grown = summedBy(budget, `(${counter} - ${before} >= 0) or (${counter} and ${before})`);
  const number = `llm_footprint:budget_window${windowSelector(window)}`;
  const same = `scalar(${number} == bool last_over_time(${number}[${RECORDED_GAP}] offset 1s))`;
  const recorded = summedBy(budget, `last_over_time(llm_footprint:budget_used${selectorOf(budget)}[${RECORDED_GAP}])`);
  return `((${recorded} + ${grown}) or ${recorded} or ${grown}) * ${same}`;
}

const summedBy = ({ groupBy }: Budget, expression: string): string => `sum by (${groupBy.join(", ")}) (${expression})`;

function recordings(budget: Budget): Rule[] {
  const { window, limit } = budget;
  const labels = labelsOf(budget);
  const used = `llm_footprint:budget_used${selectorOf(budget)}`;
  const counter = `${counterOf(budget)}${matchersOf(budget)}`;
  const rateOver = (range: string): string => summedBy(budget, `rate(${counter}[${range}])`);
  const [expr, forecast] =
    window.kind === "rolling"
      ? [
          summedBy(budget, `increase(${counter}[${window.durationSeconds}s])`),
          `${rateOver(`${Math.ceil(window.durationSeconds / 10)}s`)} * ${window.durationSeconds}`,
        ]
      : [
          accumulated(budget, window),
          `${used} + ${onGroup(budget)} ${rateOver(CALENDAR_PACE[window.unit].rate)} * ` +
            `scalar(llm_footprint:budget_window_remaining_seconds${windowSelector(window)})`,
        ];
  return [
    { record: "llm_footprint:budget_limit", expr: `vector(${limit})`, labels },
    { record: "llm_footprint:budget_used", expr, labels },
    { record: "llm_footprint:budget_used_ratio", expr: `${used} / ${limit}`, labels },
    { record: "llm_footprint:budget_forecast", expr: forecast, labels },
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
          ? CALENDAR_PACE[budget.window.unit].patience
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
