import { SLOTS, totalSlots } from "../model/amounts.ts";
import { EVIDENCE, PHASES, UNATTRIBUTED_REASONS, type Criterion } from "../model/footprint.ts";
import type { Labels } from "../model/request.ts";
import { OUTCOMES } from "../model/request.ts";
import { TOKEN_CLASSES, USAGE_CLASSES, type TokenClass, type UsageClass } from "../model/usage.ts";
import type { Cell } from "../totals/cells.ts";
import { ATTEMPTS, LABEL_SET, MODEL, USAGE_SOURCES } from "../totals/columns.ts";
import { HISTOGRAMS, type Histogram } from "../totals/histograms.ts";

/** One metric as it is exported: what the exporters, the dashboards, the rules and the documentation read. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** Ends the name (before `_total`) where there is one. */
  readonly unit?: "grams" | "litres" | "joules" | "seconds" | "ratio";
  readonly help: string;
  /** The labels that it adds to those of its origin. */
  readonly labels: readonly string[];
  readonly origin: Origin;
  /** How processes' values are joined by prom-client's cluster support. */
  readonly aggregator: "sum" | "first" | "max";
}

/**
 * Where a metric's values come from, and with it which labels they share: all labels of a label set; provider
 * and model; or only the metric's own (`meter`: read from the totals by name; `added`: given by another room).
 */
export type Origin =
  | { readonly of: "labelSet"; readonly lines: readonly Line[] }
  | { readonly of: "model"; readonly lines: readonly Line[] }
  | { readonly of: "histogram"; readonly group: number; readonly buckets: readonly number[] }
  | { readonly of: "meter"; readonly reading: MeterReading }
  | { readonly of: "added" };

export type MeterReading =
  | "modelFactors"
  | "catalogueVersion"
  | "cataloguePublished"
  | "labelSets"
  | "labelSetsLimit"
  | "labelOverflow"
  | "errors"
  | "version";

/** One line of the exposition per label set: its own labels, and the cells that it is the sum of. */
export interface Line {
  readonly labels: Labels;
  readonly cells: readonly Cell[];
}

export const PREFIX = "llm_footprint_";

/** A criterion's word and unit in metric names, and in sentences. */
const CRITERION_WORDS = {
  co2eGrams: { word: "co2e", unit: "grams", text: "Greenhouse gases in grams of CO2 equivalent" },
  waterLitres: { word: "water", unit: "litres", text: "Water consumed in litres" },
  energyJoules: { word: "energy", unit: "joules", text: "Electricity used in joules" },
  primaryEnergyJoules: { word: "primary_energy", unit: "joules", text: "Primary energy used in joules" },
  abioticDepletionGramsSbEq: {
    word: "abiotic_depletion",
    unit: "grams",
    text: "Abiotic resources depleted in grams of antimony equivalent",
  },
} as const satisfies Record<Criterion, { word: string; unit: "grams" | "litres" | "joules"; text: string }>;

const TOKEN_TYPES: Readonly<Record<TokenClass, string>> = {
  inputTokens: "input",
  cacheReadTokens: "cache_read",
  cacheWriteTokens: "cache_write",
  outputTokens: "output",
  reasoningTokens: "reasoning",
};

type Labelled = readonly string[];

function counter(name: string, help: string, origin: Origin, labels: Labelled = [], unit?: MetricDefinition["unit"]) {
  return metric(`${name}_total`, "counter", help, origin, labels, "sum", unit);
}

function gauge(
  name: string,
  help: string,
  origin: Origin,
  labels: Labelled,
  aggregator: MetricDefinition["aggregator"],
  unit?: MetricDefinition["unit"],
) {
  return metric(name, "gauge", help, origin, labels, aggregator, unit);
}

const reading = (name: MeterReading): Origin => ({ of: "meter", reading: name });

const ADDED: Origin = { of: "added" };
const BUDGET_LABELS = ["budget", "criterion", "window", "group"];

const budgetGauge = (name: string, help: string, unit?: MetricDefinition["unit"]): MetricDefinition =>
  gauge(`budget_${name}`, help, ADDED, BUDGET_LABELS, "max", unit);

function metric(
  name: string,
  type: MetricDefinition["type"],
  help: string,
  origin: Origin,
  labels: Labelled,
  aggregator: MetricDefinition["aggregator"],
  unit: MetricDefinition["unit"],
): MetricDefinition {
  return { name: PREFIX + name, type, help, labels, origin, aggregator, ...(unit && { unit }) };
}

/** Lines of one cell each, told apart by one label. */
function linesBy(label: string, values: readonly string[], cell: (index: number) => Cell): readonly Line[] {
  return values.map((value, index) => ({ labels: { [label]: value }, cells: [cell(index)] }));
}

const oneLine = (...cells: Cell[]): readonly Line[] => [{ labels: {}, cells }];

const usageCell = (usageClass: UsageClass): Cell => ({
  group: LABEL_SET.usage + USAGE_CLASSES.indexOf(usageClass),
  index: 0,
});

const BOUND_INDEX = { low: 0, central: 1, high: 2 } as const;

const totalCells = (criterion: Criterion, bound: keyof typeof BOUND_INDEX): Cell[] =>
  totalSlots[criterion].map((slot) => ({ group: LABEL_SET.slot + slot, index: BOUND_INDEX[bound] }));

/** The central total of a criterion, per phase where two phases are told apart in the exposition. */
function central(criterion: Criterion): MetricDefinition {
  const { word, unit, text } = CRITERION_WORDS[criterion];
  if (criterion !== "co2eGrams" && criterion !== "waterLitres") {
    const lines = oneLine(...totalCells(criterion, "central"));
    return counter(`${word}_${unit}`, `${text}, central estimate.`, { of: "labelSet", lines }, [], unit);
  }
  const lines = totalSlots[criterion].map((slot) => ({
    labels: { phase: SLOTS[slot]![1] },
    cells: [{ group: LABEL_SET.slot + slot, index: BOUND_INDEX.central }],
  }));
  const phases = PHASES.filter((phase) => lines.some(({ labels }) => labels.phase === phase)).join(", ");
  const help = `${text}, central estimate, by phase of the life cycle (${phases}).`;
  return counter(`${word}_${unit}`, help, { of: "labelSet", lines }, ["phase"], unit);
}

function bound(criterion: Criterion, which: "low" | "high"): MetricDefinition {
  const { word, unit, text } = CRITERION_WORDS[criterion];
  const help = `${text}, ${which} estimate of the total.`;
  return counter(
    `${word}_${which}_${unit}`,
    help,
    { of: "labelSet", lines: oneLine(...totalCells(criterion, which)) },
    [],
    unit,
  );
}

function training(criterion: "co2eGrams" | "waterLitres" | "energyJoules"): MetricDefinition {
  const { word, unit, text } = CRITERION_WORDS[criterion];
  const slot = SLOTS.findIndex(([of, phase]) => of === criterion && phase === "training");
  const lines = oneLine({ group: LABEL_SET.slot + slot, index: BOUND_INDEX.central });
  const help = `${text} for training, spread over requests; part of no total, central estimate.`;
  return counter(`training_${word}_${unit}`, help, { of: "labelSet", lines }, [], unit);
}

function histogram(
  of: Histogram["name"],
  name: string,
  help: string,
  unit: MetricDefinition["unit"],
): MetricDefinition {
  const index = HISTOGRAMS.findIndex((candidate) => candidate.name === of);
  const origin: Origin = { of: "histogram", group: MODEL.histogram + index, buckets: HISTOGRAMS[index]!.buckets };
  return metric(name, "histogram", help, origin, [], "sum", unit);
}

/** Every metric, under the name that the dashboards and rules call it by, in the order of the exposition. */
export const METRICS = {
  requests: counter(
    "requests",
    "Requests by outcome (completed, abandoned, failed).",
    { of: "labelSet", lines: linesBy("outcome", OUTCOMES, (index) => ({ group: LABEL_SET.requests, index })) },
    ["outcome"],
  ),
  attempts: counter("attempts", "HTTP exchanges made for requests, retries included.", {
    of: "labelSet",
    lines: oneLine({ group: LABEL_SET.requests, index: ATTEMPTS }),
  }),
  usageRequests: counter(
    "usage_requests",
    "Requests by where their usage figures come from (reported, estimated, missing).",
    {
      of: "labelSet",
      lines: linesBy("usage_source", USAGE_SOURCES, (index) => ({ group: LABEL_SET.usageSource + index, index: 0 })),
    },
    ["usage_source"],
  ),
  unattributedRequests: counter(
    "unattributed_requests",
    "Requests without a footprint, by reason.",
    {
      of: "labelSet",
      lines: linesBy("reason", UNATTRIBUTED_REASONS, (index) => ({ group: LABEL_SET.reason + index, index: 0 })),
    },
    ["reason"],
  ),
  tokens: counter(
    "tokens",
    "Tokens by disjoint class (input, cache_read, cache_write, output, reasoning).",
    {
      of: "labelSet",
      lines: TOKEN_CLASSES.map((of) => ({ labels: { token_type: TOKEN_TYPES[of] }, cells: [usageCell(of)] })),
    },
    ["token_type"],
  ),
  audioSeconds: counter(
    "audio_seconds",
    "Seconds of audio read.",
    { of: "labelSet", lines: oneLine(usageCell("audioSeconds")) },
    [],
    "seconds",
  ),
  images: counter("images", "Images made.", { of: "labelSet", lines: oneLine(usageCell("images")) }),
  pages: counter("pages", "Document pages read.", { of: "labelSet", lines: oneLine(usageCell("pages")) }),
  co2e: central("co2eGrams"),
  co2eLow: bound("co2eGrams", "low"),
  co2eHigh: bound("co2eGrams", "high"),
  water: central("waterLitres"),
  waterLow: bound("waterLitres", "low"),
  waterHigh: bound("waterLitres", "high"),
  energy: central("energyJoules"),
  energyLow: bound("energyJoules", "low"),
  energyHigh: bound("energyJoules", "high"),
  primaryEnergy: central("primaryEnergyJoules"),
  primaryEnergyLow: bound("primaryEnergyJoules", "low"),
  primaryEnergyHigh: bound("primaryEnergyJoules", "high"),
  abioticDepletion: central("abioticDepletionGramsSbEq"),
  abioticDepletionLow: bound("abioticDepletionGramsSbEq", "low"),
  abioticDepletionHigh: bound("abioticDepletionGramsSbEq", "high"),
  trainingCo2e: training("co2eGrams"),
  trainingWater: training("waterLitres"),
  trainingEnergy: training("energyJoules"),
  attributedRequests: counter(
    "attributed_requests",
    "Requests with a footprint, by the evidence for its factors.",
    {
      of: "model",
      lines: linesBy("evidence", EVIDENCE, (index) => ({ group: MODEL.attributedRequests + index, index: 0 })),
    },
    ["evidence"],
  ),
  attributedCo2e: counter(
    "attributed_co2e_grams",
    "Greenhouse gases in grams of CO2 equivalent, central estimate, by the evidence for the factors.",
    {
      of: "model",
      lines: linesBy("evidence", EVIDENCE, (index) => ({ group: MODEL.attributedCo2eGrams + index, index: 0 })),
    },
    ["evidence"],
    "grams",
  ),
  requestCo2e: histogram(
    "co2eGrams",
    "request_co2e_grams",
    "Greenhouse gases of a request in grams of CO2 equivalent, central estimate.",
    "grams",
  ),
  requestWater: histogram(
    "waterLitres",
    "request_water_litres",
    "Water consumed by a request in litres, central estimate.",
    "litres",
  ),
  requestDuration: histogram(
    "durationSeconds",
    "request_duration_seconds",
    "From a request's first attempt to the end of its answer, in seconds.",
    "seconds",
  ),
  timeToFirstToken: histogram(
    "timeToFirstTokenSeconds",
    "time_to_first_token_seconds",
    "From a streamed request's first attempt to its first content, in seconds.",
    "seconds",
  ),
  modelFactors: gauge(
    "model_factors_info",
    "The factors that a provider's model is attributed with; always 1.",
    reading("modelFactors"),
    ["provider", "model", "zone", "evidence", "accounting", "factors", "catalogue_version"],
    "first",
  ),
  factors: gauge(
    "factors_info",
    "The catalogue of factors in use; always 1.",
    reading("catalogueVersion"),
    ["catalogue_version"],
    "first",
  ),
  factorsPublished: gauge(
    "factors_published_timestamp_seconds",
    "When the catalogue of factors in use was published, in seconds since the epoch.",
    reading("cataloguePublished"),
    [],
    "max",
    "seconds",
  ),
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
  labelSets: gauge("label_sets", "Label sets with running totals.", reading("labelSets"), [], "sum"),
  labelSetsLimit: gauge("label_sets_limit", "Label sets that there is room for.", reading("labelSetsLimit"), [], "sum"),
  labelOverflow: counter(
    "label_overflow",
    "How often a label's value was replaced by other because a cap was reached.",
    reading("labelOverflow"),
    ["label"],
  ),
  meterErrors: counter(
    "meter_errors",
    "Mistakes of the meter's own, by stage; a request is never disturbed by one.",
    reading("errors"),
    ["stage"],
  ),
  build: gauge("build_info", "The version of llm-footprint; always 1.", reading("version"), ["version"], "first"),
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof METRICS;
