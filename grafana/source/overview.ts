import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";

import type { MetricDefinition } from "../../src/metrics/metric.ts";
import { METRICS } from "../../src/metrics/metrics.ts";
import { dashboard, filter } from "./dashboard.ts";
import { EQUIVALENTS } from "./equivalents.ts";
import { UNITS, type Query, type Unit } from "./panel-frame.ts";
import { band, distribution, facts, numbers, overTime, row, rows, withThreshold, words } from "./panels.ts";
import { bucketsOf, filtered, inRange, perHour, perJob, perModel } from "./queries.ts";
import { recorded } from "./recording-rules.ts";

const TILE = { width: 5, height: 4 };
const THIRD = { width: 8, height: 8 };
/** Tall enough for the course below a number. */
const MONTH = { width: 8, height: 5 };
const HALF = { width: 12, height: 9 };

const co2eInRange = inRange(filtered(METRICS.co2e));
const requestsInRange = inRange(filtered(METRICS.requests));

/** The share of the CO2e whose requests state this too: of the rest, it is not known. */
const knownShare = (metric: MetricDefinition): string => {
  const by = "provider, model, operation, team, feature, job";
  const co2e = `sum by (${by}) (increase(${filtered(METRICS.co2e)}[$__range]))`;
  return `sum(${co2e} and sum by (${by}) (increase(${filtered(metric)}[$__range])) > 0) / ${co2eInRange}`;
};
const KNOWN = "known share";
const withKnownShare = (panel: ReturnType<typeof numbers>): ReturnType<typeof numbers> =>
  panel.overrideByName(KNOWN, [
    { id: "unit", value: UNITS.share },
    { id: "decimals", value: 0 },
  ]);

const totals = [
  numbers(
    {
      title: "CO2e, low to high",
      description:
        "Greenhouse gases over the time shown, usage and embodied: low, central and high estimate. Training is not part of it.",
    },
    { width: 9, height: 4 },
    UNITS.grams,
    [
      { expr: inRange(filtered(METRICS.co2eLow)), name: "low" },
      { expr: co2eInRange, name: "central" },
      { expr: inRange(filtered(METRICS.co2eHigh)), name: "high" },
    ],
  ),
  withKnownShare(
    numbers(
      {
        title: "Water",
        description:
          "Water consumed over the time shown, on site and for electricity, central estimate, and for which share of the CO2e it is known.",
      },
      TILE,
      UNITS.litres,
      [
        { expr: inRange(filtered(METRICS.water)), name: "Water" },
        { expr: knownShare(METRICS.water), name: KNOWN },
      ],
    ),
  ),
  withKnownShare(
    numbers(
      {
        title: "Electricity",
        description:
          "Electricity used over the time shown, central estimate, and for which share of the CO2e it is known: models that are attributed by a life-cycle assessment state none.",
      },
      TILE,
      UNITS.wattHours,
      [
        { expr: `${inRange(filtered(METRICS.energy))} / 3600`, name: "Electricity" },
        { expr: knownShare(METRICS.energy), name: KNOWN },
      ],
    ),
  ),
  numbers(
    {
      title: "Requests",
      description: "Logical requests over the time shown, whatever became of them; retries belong to their request.",
    },
    TILE,
    UNITS.count,
    [{ expr: requestsInRange, name: "Requests" }],
  ),
];

const month = ({ monthBefore, monthToDate, monthForecast }: ReturnType<typeof recorded>): Query[] => [
  { expr: `sum(${monthBefore}{team=~"$team"})`, name: "month before" },
  { expr: `sum(${monthToDate}{team=~"$team"})`, name: "so far", hasCourse: true },
  { expr: `sum(${monthForecast}{team=~"$team"})`, name: "forecast", hasCourse: true },
];

const monthText = (what: string) => ({
  title: `${what} by calendar month`,
  description: `${what} of the whole month before, of this month up to the last full hour, and of this month if the mean of the last three days goes on, each with its course over the time shown. Months are UTC's, whatever time is shown; only the team filter applies. From recording rules.`,
});

const months = [
  numbers(monthText("CO2e"), MONTH, UNITS.grams, month(recorded(METRICS.co2e))),
  numbers(monthText("Water"), MONTH, UNITS.litres, month(recorded(METRICS.water))),
  numbers(
    monthText("Electricity"),
    MONTH,
    UNITS.wattHours,
    month(recorded(METRICS.energy)).map((query) => ({ ...query, expr: `${query.expr} / 3600` })),
  ),
];

const byTeamAndModel = (selector: string): string => `sum by (team, feature, model) (increase(${selector}[$__range]))`;
const before = (metric: MetricDefinition): string => `sum(increase(${filtered(metric)}[$__range] offset $__range))`;
const change = (metric: MetricDefinition): string => `${inRange(filtered(metric))} / (${before(metric)} > 0) - 1`;
const tokens = `sum(increase(${filtered(METRICS.tokens)}[$__range]))`;

const now = byTeamAndModel(filtered(METRICS.co2e));
/** What was not there before has grown by all that it is. */
const difference = `(${now} - (sum by (team, feature, model) (increase(${filtered(METRICS.co2e)}[$__range] offset $__range)) or 0 * ${now}))`;

/** Over the time shown, against the same time before it: choose a week to compare weeks. */
const changes = [
  numbers(
    {
      title: "Against the same time before",
      description:
        "How much more than over the same stretch of time before the one shown: with the last 7 days, than in the week before.",
    },
    { width: 9, height: 4 },
    UNITS.share,
    [
      { expr: change(METRICS.co2e), name: "CO2e" },
      { expr: change(METRICS.water), name: "water" },
      { expr: change(METRICS.requests), name: "requests" },
    ],
    0,
  ),
  numbers(
    {
      title: "Intensity",
      description:
        "CO2e per 1,000 tokens and per request over the time shown, central estimate: what a change of models moves.",
    },
    { width: 9, height: 4 },
    UNITS.grams,
    [
      { expr: `1000 * ${co2eInRange} / (${tokens} > 0)`, name: "per 1,000 tokens" },
      { expr: `${co2eInRange} / (${requestsInRange} > 0)`, name: "per request" },
    ],
  ),
  numbers(
    {
      title: "By stand-in figures",
      description:
        "The share of the CO2e that rests on the figures of a named stand-in, since nobody has published any of the model. Team and feature do not narrow it down.",
    },
    { width: 6, height: 4 },
    UNITS.share,
    [
      {
        expr: `(${inRange(perModel(METRICS.attributedCo2e, 'evidence="proxy"'))} or vector(0)) / ${inRange(perModel(METRICS.attributedCo2e))}`,
        name: "stand-in",
      },
    ],
    0,
  ),
  rows(
    {
      title: "What changed",
      description:
        "The ten combinations of team, feature and model whose CO2e differs most from that over the same stretch of time before.",
    },
    { width: 24, height: 7 },
    ["team", "feature", "model"],
    [
      {
        name: "more than before",
        unit: UNITS.grams,
        expr: `${difference} and topk(10, abs(${difference}))`,
      },
      { name: "CO2e", unit: UNITS.grams, expr: `${now} and topk(10, abs(${difference}))` },
    ],
  ),
];

const hourly = (metric: MetricDefinition, by: string): Query => ({
  expr: perHour(filtered(metric), by),
  name: `{{${by}}}`,
});

/** What is known by model only, per hour. */
const hourlyByModel = (
  title: string,
  description: string,
  [unit, metric, by, perUnit = 1]: readonly [unit: Unit, metric: MetricDefinition, by: string, perUnit?: number],
): ReturnType<typeof overTime> =>
  overTime(
    { title, description: `${description} Team and feature do not narrow it down.` },
    { width: 8, height: 8 },
    unit,
    [{ expr: perHour(perModel(metric), by) + (perUnit === 1 ? "" : ` / ${perUnit}`), name: `{{${by}}}` }],
    "stacked",
  );

const perRequest = `${byTeamAndModel(filtered(METRICS.co2e))} / ${byTeamAndModel(filtered(METRICS.requests))}`;

const causes = [
  overTime(
    {
      title: "CO2e per hour, by model",
      description: "Rate of greenhouse gases in grams per hour, central estimate, by model.",
    },
    HALF,
    UNITS.grams,
    [hourly(METRICS.co2e, "model")],
    "stacked",
  ),
  overTime(
    {
      title: "CO2e per hour, by team",
      description: "Rate of greenhouse gases in grams per hour, central estimate, by team.",
    },
    HALF,
    UNITS.grams,
    [hourly(METRICS.co2e, "team")],
    "stacked",
  ),
  rows(
    {
      title: "The ten largest causes",
      description:
        "The ten combinations of team, feature and model with most CO2e over the time shown, with their share of the whole.",
    },
    { width: 24, height: 8 },
    ["team", "feature", "model"],
    [
      { name: "CO2e", unit: UNITS.grams, expr: `topk(10, ${byTeamAndModel(filtered(METRICS.co2e))})` },
      {
        name: "share",
        unit: UNITS.share,
        expr: `topk(10, ${byTeamAndModel(filtered(METRICS.co2e))} / ignoring (team, feature, model) group_left () ${co2eInRange})`,
      },
      {
        name: "water",
        unit: UNITS.litres,
        expr: `${byTeamAndModel(filtered(METRICS.water))} and topk(10, ${byTeamAndModel(filtered(METRICS.co2e))})`,
      },
      {
        name: "requests",
        unit: UNITS.count,
        expr: `${byTeamAndModel(filtered(METRICS.requests))} and topk(10, ${byTeamAndModel(filtered(METRICS.co2e))})`,
      },
      {
        name: "CO2e per request",
        unit: UNITS.grams,
        expr: `${perRequest} and topk(10, ${byTeamAndModel(filtered(METRICS.co2e))})`,
      },
    ],
  ),
  overTime(
    {
      title: "Water per hour, by provider",
      description: "Rate of water consumption in litres per hour, central estimate, by provider.",
    },
    THIRD,
    UNITS.litres,
    [hourly(METRICS.water, "provider")],
    "stacked",
  ),
  overTime(
    {
      title: "Electricity per hour, by model",
      description: "Rate of electricity use in watt-hours per hour, central estimate, by model.",
    },
    THIRD,
    UNITS.wattHours,
    [{ expr: `${perHour(filtered(METRICS.energy), "model")} / 3600`, name: "{{model}}" }],
    "stacked",
  ),
  overTime(
    {
      title: "Tokens per hour, by class",
      description:
        "Tokens per hour by disjoint class: fresh input, read from or written to the provider's cache, visible output, hidden reasoning.",
    },
    THIRD,
    UNITS.count,
    [hourly(METRICS.tokens, "token_type")],
    "stacked",
  ),
];

const quantile = (share: number): string =>
  `histogram_quantile(${share}, sum by (le, model) (rate(${perModel(bucketsOf(METRICS.requestCo2e))}[$__rate_interval])))`;

const requests = [
  distribution(
    {
      title: "CO2e of a request",
      description:
        "How many requests per second had which CO2e. Buckets are 1, 2, 5 in each decade; team and feature do not narrow it down.",
    },
    HALF,
    UNITS.grams,
    `sum by (le) (rate(${perModel(bucketsOf(METRICS.requestCo2e))}[$__rate_interval]))`,
  ),
  overTime(
    {
      title: "CO2e of a median request, by model",
      description:
        "Median of the CO2e per request, from buckets: up to 12 % off. Team and feature do not narrow it down.",
    },
    HALF,
    UNITS.grams,
    [{ expr: quantile(0.5), name: "{{model}}" }],
  ).interval("1h"),
];

const all = (metric: MetricDefinition): string => `sum(rate(${filtered(metric)}[$__rate_interval])) * 3600`;

const certainty = [
  band(
    {
      title: "CO2e per hour, with its range",
      description:
        "Central estimate within the band from low to high. The bounds are summed request by request: they assume that all errors lie on the same side.",
    },
    { width: 16, height: 9 },
    UNITS.grams,
    { expr: all(METRICS.co2e), name: "central" },
    { expr: all(METRICS.co2eLow), name: "low" },
    { expr: all(METRICS.co2eHigh), name: "high" },
  ).interval("1h"),
  overTime(
    {
      title: "CO2e per hour, by evidence",
      description:
        "How good the factors behind the CO2e are: from a life-cycle assessment by the operator to a default for a class of models. Team and feature do not narrow it down.",
    },
    { width: 8, height: 9 },
    UNITS.grams,
    [{ expr: perHour(perModel(METRICS.attributedCo2e), "evidence"), name: "{{evidence}}" }],
    "stacked",
  ),
  withThreshold(
    numbers(
      {
        title: "Coverage",
        description:
          "The share of answered requests that have a footprint, over the time shown. Failed requests are left out.",
      },
      { width: 6, height: 8 },
      UNITS.share,
      [
        {
          expr: `1 - (${inRange(filtered(METRICS.unattributedRequests, 'reason!="failed"'))} or vector(0)) / ${inRange(filtered(METRICS.requests, 'outcome!="failed"'))}`,
          name: "coverage",
        },
      ],
      1,
    ),
    [
      { value: null, color: "orange" },
      { value: 0.95, color: "text" },
    ],
  ),
  overTime(
    {
      title: "Requests without a footprint",
      description: "Requests per hour that could not be attributed, by reason.",
    },
    { width: 9, height: 8 },
    UNITS.count,
    [hourly(METRICS.unattributedRequests, "reason")],
    "stacked",
  ),
  overTime(
    {
      title: "Usage figures",
      description:
        "Requests per hour by where their usage figures come from: reported by the provider, estimated from the answer, or missing.",
    },
    { width: 9, height: 8 },
    UNITS.count,
    [hourly(METRICS.usageRequests, "usage_source")],
    "stacked",
  ),
  hourlyByModel(
    "Electricity per hour, by evidence",
    "How the electricity is known: stated_measured is what providers have measured of these very requests.",
    [UNITS.wattHours, METRICS.attributedEnergy, "evidence", 3600],
  ),
  hourlyByModel(
    "Requests with a stated footprint",
    "Requests per hour whose provider stated a footprint: measured or estimated by it; implausible and unreadable ones are not used.",
    [UNITS.count, METRICS.statedRequests, "source"],
  ),
  overTime(
    {
      title: "Stated against estimated energy",
      description:
        "Median of the stated energy, by what the published factors say of the same request, both at the facility: 1 is agreement.",
    },
    { width: 8, height: 8 },
    UNITS.count,
    [
      {
        expr: `histogram_quantile(0.5, sum by (le, model) (rate(${perModel(bucketsOf(METRICS.statedToEstimated))}[$__rate_interval])))`,
        name: "{{model}}",
      },
    ],
  ),
];

const provenance = [
  facts(
    {
      title: "Factors in use",
      description:
        "Which factors each model is attributed with: identifier and version, evidence, zone of the electricity, accounting.",
    },
    { width: 18, height: 8 },
    ["provider", "model", "evidence", "zone", "accounting", "catalogue_version", "factors"],
    `max by (provider, model, evidence, zone, accounting, factors, catalogue_version) (${perModel(METRICS.modelFactors)})`,
  ),
  numbers(
    { title: "Catalogue published", description: "When the catalogue of factors in use was published." },
    { width: 6, height: 8 },
    UNITS.since,
    [{ expr: `max(${perJob(METRICS.factorsPublished)}) * 1000`, name: "published" }],
  ),
];

const illustration = [
  numbers(
    {
      title: "To picture it",
      description:
        "The amounts over the time shown as things that people know. An illustration: nothing should be decided by it.",
    },
    { width: 12, height: 5 },
    UNITS.count,
    EQUIVALENTS.map(({ expr, name }) => ({ expr, name })),
  ).decimals(1),
  words(
    { title: "Constants of the illustration", description: "What one of each amounts to, and who says so." },
    { width: 12, height: 5 },
    EQUIVALENTS.map(({ name, constant }) => `- **${name}**: ${constant}`).join("\n"),
  ),
];

export const overview = (): Dashboard =>
  dashboard(
    {
      uid: "llm-footprint-overview",
      title: "Overview",
      description:
        "How much CO2e, water and electricity language models cause, who and what causes it, and how certain that is.",
      from: "now-7d",
    },
    [
      filter("job", "Job"),
      filter("provider", "Provider"),
      filter("model", "Model"),
      filter("team", "Team"),
      filter("feature", "Feature"),
    ],
    [
      ...totals,
      ...months,
      row("What changed"),
      ...changes,
      row("Who and what causes it"),
      ...causes,
      row("How certain it is"),
      ...certainty,
      row("Per request"),
      ...requests,
      row("Which factors"),
      ...provenance,
      row("An illustration"),
      ...illustration,
    ],
  );
