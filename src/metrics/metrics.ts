import { EVIDENCE, UNATTRIBUTED_REASONS } from "../model/footprint.ts";
import { OUTCOMES } from "../model/request.ts";
import { TOKEN_CLASSES, USAGE_CLASSES, type TokenClass, type UsageClass } from "../model/usage.ts";
import { STATEMENT_KINDS } from "../model/stated.ts";
import type { Cell } from "../totals/cells.ts";
import { ATTEMPTS, LABEL_SET, MODEL, USAGE_SOURCES } from "../totals/columns.ts";
import { BUDGET_METRICS } from "./budget-metrics.ts";
import { FOOTPRINT_METRICS } from "./footprint-metrics.ts";
import { JOURNAL_METRICS } from "./journal-metrics.ts";
import { counter, gauge, histogram, linesBy, oneLine, reading, type MetricDefinition } from "./metric.ts";

const TOKEN_TYPES: Readonly<Record<TokenClass, string>> = {
  inputTokens: "input",
  cacheReadTokens: "cache_read",
  cacheWriteTokens: "cache_write",
  outputTokens: "output",
  reasoningTokens: "reasoning",
};

const usageCell = (usageClass: UsageClass): Cell => ({
  group: LABEL_SET.usage + USAGE_CLASSES.indexOf(usageClass),
  index: 0,
});

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
  videos: counter("videos", "Videos made.", { of: "labelSet", lines: oneLine(usageCell("videos")) }),
  videoSeconds: counter(
    "video_seconds",
    "Seconds of video made.",
    { of: "labelSet", lines: oneLine(usageCell("videoSeconds")) },
    [],
    "seconds",
  ),
  videoMegapixelSeconds: counter(
    "video_megapixel_seconds",
    "Seconds of video made times the megapixels of their frames.",
    { of: "labelSet", lines: oneLine(usageCell("videoMegapixelSeconds")) },
  ),
  ...FOOTPRINT_METRICS,
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
  attributedEnergy: counter(
    "attributed_energy_joules",
    "Energy at the facility in joules, central estimate, by the evidence for it; stated_measured is what providers measured.",
    {
      of: "model",
      lines: linesBy("evidence", EVIDENCE, (index) => ({ group: MODEL.attributedEnergyJoules + index, index: 0 })),
    },
    ["evidence"],
    "joules",
  ),
  statedRequests: counter(
    "stated_requests",
    "Requests whose provider stated a footprint, by source (measured, estimated); implausible and unreadable are not used.",
    {
      of: "model",
      lines: linesBy("source", STATEMENT_KINDS, (index) => ({ group: MODEL.statedRequests + index, index: 0 })),
    },
    ["source"],
  ),
  statedToEstimated: histogram(
    "statedToEstimatedRatio",
    "stated_to_estimated_ratio",
    "Energy that the provider states, completed to the facility, by what the published factors say of the same request.",
    "ratio",
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
  ...BUDGET_METRICS,
  ...JOURNAL_METRICS,
  labelSets: gauge("label_sets", "Label sets with running totals.", reading("labelSets"), [], "sum"),
  labelSetsLimit: gauge(
    "label_sets_limit",
    "Label sets that fit before further ones are counted under other.",
    reading("labelSetsLimit"),
    [],
    "sum",
  ),
  labelOverflow: counter(
    "label_overflow",
    "How often a label's value was replaced by other because a cap was reached.",
    reading("labelOverflow"),
    ["label"],
  ),
  meterErrors: counter(
    "meter_errors",
    "Errors of the meter itself, by stage; none of them disturbs a request.",
    reading("errors"),
    ["stage"],
  ),
  build: gauge("build_info", "The version of llm-footprint; always 1.", reading("version"), ["version"], "first"),
  startTime: gauge(
    "start_time_seconds",
    "When the meter was made, in seconds since 1970 with fractions: two targets with the same value are one process, scraped twice.",
    reading("startTime"),
    [],
    "first",
  ),
} as const satisfies Record<string, MetricDefinition>;

export type MetricKey = keyof typeof METRICS;
