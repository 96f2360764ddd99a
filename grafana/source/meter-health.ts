import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import type { MetricDefinition } from "../../src/metrics/metric.ts";
import { METRICS } from "../../src/metrics/metrics.ts";
import { dashboard, filter } from "./dashboard.ts";
import { UNITS } from "./panel-frame.ts";
import { facts, numbers, overTime, row, withThreshold } from "./panels.ts";
import { bucketsOf, perJob } from "./queries.ts";

const FIFTH = { width: 6, height: 5 };
const HALF = { width: 12, height: 8 };

const increase = (metric: MetricDefinition, by: string): string =>
  `sum by (${by}) (increase(${perJob(metric)}[$__rate_interval]))`;

const running = [
  numbers({ title: "Processes", description: "Processes that export footprint metrics." }, FIFTH, UNITS.count, [
    { expr: `count(${perJob(METRICS.build)})`, name: "processes" },
  ]),
  withThreshold(
    numbers(
      {
        title: "Errors of the meter",
        description: "Errors of the meter itself over the time shown. Requests are never disturbed by one.",
      },
      FIFTH,
      UNITS.count,
      [{ expr: `sum(increase(${perJob(METRICS.meterErrors)}[$__range]))`, name: "errors" }],
      0,
    ),
    [
      { value: null, color: "text" },
      { value: 1, color: "orange" },
    ],
  ),
  withThreshold(
    numbers(
      {
        title: "Label-set capacity used",
        description:
          "Label sets with running totals as a share of those that there is room for, in the fullest process. Beyond it, labels become other.",
      },
      FIFTH,
      UNITS.share,
      [{ expr: `max(${perJob(METRICS.labelSets)} / ${perJob(METRICS.labelSetsLimit)})`, name: "used" }],
      1,
    ),
    [
      { value: null, color: "text" },
      { value: 0.8, color: "orange" },
      { value: 1, color: "red" },
    ],
  ),
  numbers(
    { title: "Age of the factors", description: "Time since the catalogue of factors in use was published." },
    FIFTH,
    UNITS.seconds,
    [{ expr: `time() - max(${perJob(METRICS.factorsPublished)})`, name: "age" }],
    0,
  ),
];

const meterErrors = [
  overTime(
    {
      title: "Errors by stage",
      description:
        "Errors of the meter itself, by the stage in which they happened. The runbook says what to do for each.",
    },
    HALF,
    UNITS.count,
    [{ expr: increase(METRICS.meterErrors, "stage"), name: "{{stage}}" }],
  ),
  overTime(
    {
      title: "Labels counted under other",
      description: "How often a label's value was replaced by other because a cap was reached, by label.",
    },
    HALF,
    UNITS.count,
    [{ expr: increase(METRICS.labelOverflow, "label"), name: "{{label}}" }],
  ),
  overTime(
    { title: "Targets", description: "Whether Prometheus could scrape each process: 1 is yes." },
    HALF,
    UNITS.count,
    [{ expr: 'up{job=~"$job"}', name: "{{job}} {{instance}}" }],
  ),
  overTime({ title: "Duration of a scrape", description: "How long each scrape took." }, HALF, UNITS.seconds, [
    { expr: 'scrape_duration_seconds{job=~"$job"}', name: "{{job}} {{instance}}" },
  ]),
];

const slow = (metric: MetricDefinition): string =>
  `histogram_quantile(0.95, sum by (le, model) (rate(${perJob(bucketsOf(metric))}[$__rate_interval])))`;

const clients = [
  overTime(
    {
      title: "Duration of a request, 95th percentile",
      description:
        "From a request's first attempt to the end of its answer: 95 of 100 requests are quicker. From buckets that double.",
    },
    HALF,
    UNITS.seconds,
    [{ expr: slow(METRICS.requestDuration), name: "{{model}}" }],
  ).interval("15m"),
  overTime(
    {
      title: "Time to the first token, 95th percentile",
      description: "From a streamed request's first attempt to its first content: 95 of 100 are quicker.",
    },
    HALF,
    UNITS.seconds,
    [{ expr: slow(METRICS.timeToFirstToken), name: "{{model}}" }],
  ).interval("15m"),
  overTime(
    {
      title: "Attempts per request",
      description: "HTTP exchanges per logical request, by provider: more than 1 means retries.",
    },
    HALF,
    UNITS.times,
    [
      {
        expr: `sum by (provider) (rate(${perJob(METRICS.attempts)}[$__rate_interval])) / sum by (provider) (rate(${perJob(METRICS.requests)}[$__rate_interval]))`,
        name: "{{provider}}",
      },
    ],
  ),
  overTime(
    {
      title: "Requests per hour, by outcome",
      description: "Requests per hour that completed, that the application abandoned, and that failed.",
    },
    HALF,
    UNITS.count,
    [{ expr: `sum by (outcome) (rate(${perJob(METRICS.requests)}[$__rate_interval])) * 3600`, name: "{{outcome}}" }],
    "stacked",
  ),
];

const store = [
  numbers(
    {
      title: "Store of the budgets",
      description: "Whether the shared store of the budgets answers: 1 is yes. Empty without a shared store.",
    },
    FIFTH,
    UNITS.count,
    [{ expr: `min(${perJob(METRICS.budgetStoreReachable)})`, name: "answers" }],
  ),
  overTime(
    { title: "Calls of the store that failed", description: "Failed calls of the budgets' store." },
    { width: 9, height: 5 },
    UNITS.count,
    [{ expr: increase(METRICS.budgetStoreErrors, "instance"), name: "{{instance}}" }],
  ),
  overTime(
    {
      title: "Settlements that wait, and that were lost",
      description: "Settlements that wait for the budgets' store, and those that were dropped because too many waited.",
    },
    { width: 9, height: 5 },
    UNITS.count,
    [
      { expr: `sum(${perJob(METRICS.budgetPendingSettlements)})`, name: "waiting" },
      { expr: `sum(increase(${perJob(METRICS.budgetLostSettlements)}[$__rate_interval]))`, name: "lost" },
    ],
  ),
];

const versions = [
  facts(
    { title: "Versions", description: "The version of llm-footprint in each process." },
    HALF,
    ["job", "instance", "version"],
    perJob(METRICS.build),
  ),
  facts(
    {
      title: "Catalogues",
      description:
        "The catalogue of factors in each process. More than one version means that figures differ between processes.",
    },
    HALF,
    ["job", "instance", "catalogue_version"],
    perJob(METRICS.factors),
  ),
];

export const meterHealth = (): Dashboard =>
  dashboard(
    {
      uid: "llm-footprint-meter-health",
      title: "Meter health",
      description: "Whether the meter itself works, and what it runs with.",
    },
    [filter("job", "Job", METRICS.build.name)],
    [
      ...running,
      row("What went wrong"),
      ...meterErrors,
      row("The metered clients"),
      ...clients,
      row("Store of the budgets"),
      ...store,
      row("What runs"),
      ...versions,
    ],
  );
