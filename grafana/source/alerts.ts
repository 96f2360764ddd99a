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

/** The budget, and its group where it has one. */
const of = "{{ $labels.budget }}{{ with $labels.group }} ({{ . }}){{ end }}, which counts {{ $labels.criterion }},";

function burn(name: string, severity: Severity, { long, short, rate, for: duration }: BurnThreshold): AlertingRule {
  return alert(
    name,
    severity,
    `${BUDGET.burnRate(long)} > ${rate} and ${BUDGET.burnRate(short)} > ${rate}`,
    {
      summary: `Budget {{ $labels.budget }} burns ${rate} times too fast`,
      description: `Budget ${of} is used {{ $value | printf "%.1f" }} times as fast over the last ${long} as would use it up at the end of the month. Next: look under "The ten largest causes" of the last ${long} for a loop or a runaway agent, and stop it.`,
    },
    duration,
  );
}

/** An amount with its unit: `61.23kg of CO2e`. */
const AMOUNT =
  '{{ if eq $labels.criterion "co2eGrams" }}{{ $value | humanize }}g of CO2e' +
  '{{ else if eq $labels.criterion "waterLitres" }}{{ $value | humanize }}L of water' +
  '{{ else if eq $labels.criterion "energyJoules" }}{{ $value | humanize }}J of electricity' +
  '{{ else if eq $labels.criterion "primaryEnergyJoules" }}{{ $value | humanize }}J of primary energy' +
  '{{ else if eq $labels.criterion "abioticDepletionGramsSbEq" }}{{ $value | humanize }}g Sb eq' +
  "{{ else }}{{ $value | humanize }} {{ $labels.criterion }}{{ end }}";

const percent = (share: number): string => `${share * 100} %`;

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
        description: `Going on as now, budget ${of} will come to ${AMOUNT} by the end of its window, more than its limit. Next: decide whether the use or the limit has to change, before the window ends.`,
      },
      THRESHOLDS.forecastFor,
    ),
    alert(
      "BudgetNearlyUsed",
      "info",
      `${BUDGET.usedRatio} >= ${THRESHOLDS.budgetNearlyUsed} < ${THRESHOLDS.budgetExhausted}`,
      {
        summary: `Budget {{ $labels.budget }} is ${percent(THRESHOLDS.budgetNearlyUsed)} used`,
        description: `{{ $value | humanizePercentage }} of budget ${of} is used. Next: see on the dashboard Budgets when it will be gone; nothing is stopped yet.`,
      },
    ),
    alert("BudgetExhausted", "warning", `${BUDGET.usedRatio} >= ${THRESHOLDS.budgetExhausted}`, {
      summary: "Budget {{ $labels.budget }} is used up",
      description: `{{ $value | humanizePercentage }} of budget ${of} is used. Next: if it refuses, requests fail until its window ends; raise the limit or let it be.`,
    }),
    alert("BudgetRefusing", "warning", `${refused} > 0`, {
      summary: "Budget {{ $labels.budget }} refuses requests",
      description: `Budget {{ $labels.budget }} refused {{ $value | printf "%.0f" }} requests within ${THRESHOLDS.refusedWithin}. It need not be used up: an estimate that does not fit is refused. Next: see which callers get BudgetExceededError or status 429.`,
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
          "For {{ $value | humanizePercentage }} of the requests of {{ $labels.job }} the provider reported no usage, so it was estimated or is missing. Next: let streams state it (includeUsage), and run llm-footprint doctor.",
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
          "{{ $value | humanizePercentage }} of the answered requests of {{ $labels.job }} have no footprint. Next: run llm-footprint doctor --metrics on it; it names the models and APIs.",
      },
      THRESHOLDS.coverageFor,
    ),
    alert(
      "FactorsStale",
      "info",
      `time() - max by (job) (${METRICS.factorsPublished.name}) > ${THRESHOLDS.factorsStaleSeconds}`,
      {
        summary: "Emission factors are more than a year old",
        description:
          "The catalogue that {{ $labels.job }} uses was published {{ $value | humanizeDuration }} ago. Next: update llm-footprint, and restate what was reported.",
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
        'The meter of {{ $labels.job }} had {{ $value | printf "%.0f" }} errors in its stage {{ $labels.stage }} in 15 minutes. Requests are not disturbed, but may be missing from the totals. Next: the runbook says what each stage means.',
    }),
    alert(
      "MeterDown",
      "warning",
      `(up == 0 and on (job, instance) max_over_time(${METRICS.build.name}[${THRESHOLDS.meterMissedFor}])) or absent(${METRICS.build.name})`,
      {
        summary: "No footprint metrics arrive",
        description:
          "Prometheus gets no footprint metrics from {{ with $labels.instance }}{{ . }}{{ else }}any application{{ end }}. Next: see whether the application runs, and Status > Targets in Prometheus.",
      },
      THRESHOLDS.meterDownFor,
    ),
    alert("LabelOverflow", "info", `sum by (job, label) (increase(${METRICS.labelOverflow.name}[1h])) > 0`, {
      summary: "Labels have too many values",
      description:
        "Values of label {{ $labels.label }} of {{ $labels.job }} are counted under other. Totals are right, but these values cannot be distinguished. Next: take ids of users or requests out of this label, or raise maxLabelValues.",
    }),
  ],
};

export const ALERTING_RULES: readonly RuleGroup<AlertingRule>[] = [budgets, quality, meter];
