import { METRICS } from "../../src/metrics/metrics.ts";
import { BUDGET, type AlertingRule, type RuleGroup } from "./recording-rules.ts";
import { BURN_FAST, BURN_SLOW, RUNBOOK_URL, THRESHOLDS, type BurnThreshold } from "./thresholds.ts";

type Severity = "critical" | "warning" | "info";

/** Every alert has a severity, a summary, a description and a runbook entry. */
function alert(
  name: string,
  severity: Severity,
  expr: string,
  text: { readonly summary: string; readonly description: string },
  duration?: string,
): AlertingRule {
  const alertName = `LlmFootprint${name}`;
  return {
    alert: alertName,
    expr,
    ...(duration !== undefined && { for: duration }),
    labels: { severity },
    annotations: { ...text, runbook_url: `${RUNBOOK_URL}#${alertName.toLowerCase()}` },
  };
}

function burn(name: string, severity: Severity, { long, short, rate, for: duration }: BurnThreshold): AlertingRule {
  return alert(
    name,
    severity,
    `${BUDGET.burnRate(long)} > ${rate} and ${BUDGET.burnRate(short)} > ${rate}`,
    {
      summary: `Budget {{ $labels.budget }} burns ${rate} times too fast`,
      description: `Budget {{ $labels.budget }} ({{ $labels.criterion }}, {{ $labels.group }}) is used {{ $value | printf "%.1f" }} times as fast over the last ${long} as would use it up at the end of the month.`,
    },
    duration,
  );
}

const percent = (share: number): string => `${share * 100} %`;

const of = "{{ $labels.budget }} ({{ $labels.criterion }}, {{ $labels.group }})";

const refused = `sum by (budget) (increase(${METRICS.budgetRequests.name}{decision="refused"}[${THRESHOLDS.refusedWithin}]))`;

const budgets: RuleGroup<AlertingRule> = {
  name: "llm-footprint.budget-alerts",
  interval: "1m",
  rules: [
    burn("BudgetBurnFast", "critical", BURN_FAST),
    burn("BudgetBurn", "warning", BURN_SLOW),
    alert(
      "BudgetForecastExceeded",
      "warning",
      `${BUDGET.forecast} > ${BUDGET.limit}`,
      {
        summary: "Budget {{ $labels.budget }} will not last",
        description: `Going on as now, budget ${of} will come to {{ $value | printf "%.4g" }} by the end of its window, more than its limit.`,
      },
      THRESHOLDS.forecastFor,
    ),
    alert(
      "BudgetNearlyUsed",
      "info",
      `${BUDGET.usedRatio} >= ${THRESHOLDS.budgetNearlyUsed} < ${THRESHOLDS.budgetExhausted}`,
      {
        summary: `Budget {{ $labels.budget }} is ${percent(THRESHOLDS.budgetNearlyUsed)} used`,
        description: `{{ $value | humanizePercentage }} of budget ${of} is used.`,
      },
    ),
    alert("BudgetExhausted", "warning", `${BUDGET.usedRatio} >= ${THRESHOLDS.budgetExhausted}`, {
      summary: "Budget {{ $labels.budget }} is used up",
      description: `{{ $value | humanizePercentage }} of budget ${of} is used.`,
    }),
    alert("BudgetRefusing", "warning", `${refused} > 0`, {
      summary: "Budget {{ $labels.budget }} refuses requests",
      description: `Budget {{ $labels.budget }} refused {{ $value | printf "%.0f" }} requests within ${THRESHOLDS.refusedWithin}. It need not be used up: an estimate that does not fit is refused.`,
    }),
  ],
};

const unreported =
  `sum by (job) (increase(${METRICS.usageRequests.name}{usage_source!="reported"}[1h])) ` +
  `/ sum by (job) (increase(${METRICS.usageRequests.name}[1h]))`;
const unattributed =
  `sum by (job) (increase(${METRICS.unattributedRequests.name}{reason!="failed"}[1h])) ` +
  `/ sum by (job) (increase(${METRICS.requests.name}{outcome!="failed"}[1h]))`;

const quality: RuleGroup<AlertingRule> = {
  name: "llm-footprint.quality-alerts",
  interval: "1m",
  rules: [
    alert(
      "CoverageLow",
      "warning",
      `${unreported} > ${THRESHOLDS.unreportedUsageShare}`,
      {
        summary: "Usage figures are incomplete",
        description:
          "For {{ $value | humanizePercentage }} of the requests of {{ $labels.job }} the provider reported no usage.",
      },
      THRESHOLDS.coverageFor,
    ),
    alert(
      "UnattributedShareHigh",
      "warning",
      `${unattributed} > ${THRESHOLDS.unattributedShare}`,
      {
        summary: "Requests are missing from the footprint",
        description:
          "{{ $value | humanizePercentage }} of the answered requests of {{ $labels.job }} have no footprint.",
      },
      THRESHOLDS.coverageFor,
    ),
    alert(
      "FactorsStale",
      "info",
      `time() - max by (job) (${METRICS.factorsPublished.name}) > ${THRESHOLDS.factorsStaleSeconds}`,
      {
        summary: "Emission factors are more than a year old",
        description: "The catalogue that {{ $labels.job }} uses was published {{ $value | humanizeDuration }} ago.",
      },
    ),
  ],
};

const meter: RuleGroup<AlertingRule> = {
  name: "llm-footprint.meter-alerts",
  interval: "1m",
  rules: [
    alert("MeterErrors", "warning", `sum by (job, stage) (increase(${METRICS.meterErrors.name}[15m])) > 0`, {
      summary: "The meter has errors of its own",
      description:
        'The meter of {{ $labels.job }} had {{ $value | printf "%.0f" }} errors in its stage {{ $labels.stage }} in 15 minutes. Requests are not disturbed, but may be missing from the totals.',
    }),
    alert(
      "MeterDown",
      "warning",
      `(up == 0 and on (job, instance) max_over_time(${METRICS.build.name}[${THRESHOLDS.meterMissedFor}])) or absent(${METRICS.build.name})`,
      {
        summary: "No footprint metrics arrive",
        description:
          "Prometheus gets no footprint metrics from {{ with $labels.instance }}{{ . }}{{ else }}any application{{ end }}.",
      },
      THRESHOLDS.meterDownFor,
    ),
    alert("LabelOverflow", "info", `sum by (job, label) (increase(${METRICS.labelOverflow.name}[1h])) > 0`, {
      summary: "Labels have too many values",
      description:
        "Values of label {{ $labels.label }} of {{ $labels.job }} are counted under other. Totals are right, but these values cannot be distinguished.",
    }),
  ],
};

export const ALERTING_RULES: readonly RuleGroup<AlertingRule>[] = [budgets, quality, meter];
