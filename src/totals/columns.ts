import { IMPACT_COLUMNS } from "../model/amounts.ts";
import { EVIDENCE, UNATTRIBUTED_REASONS } from "../model/footprint.ts";
import { OUTCOMES } from "../model/request.ts";
import { STATEMENT_KINDS } from "../model/stated.ts";
import { USAGE_CLASSES } from "../model/usage.ts";
import { HISTOGRAMS, type Histogram } from "./histograms.ts";

/** Where usage figures come from, from best to worst; in the order of their columns. */
export const USAGE_SOURCES = ["reported", "estimated", "missing"] as const;

const repeat = (size: number, times: number): number[] => Array.from({ length: times }, () => size);

/**
 * The groups of cells of a label set: the number of the first group of each kind. The group of requests has a
 * cell per outcome and one for attempts, a slot's group its low, central and high value, every other group one cell.
 */
export const LABEL_SET = {
  requests: 0,
  usage: 1,
  usageSource: 1 + USAGE_CLASSES.length,
  reason: 1 + USAGE_CLASSES.length + USAGE_SOURCES.length,
  slot: 1 + USAGE_CLASSES.length + USAGE_SOURCES.length + UNATTRIBUTED_REASONS.length,
} as const;

/** The cell for attempts in the group of requests; the outcomes stand before it. */
export const ATTEMPTS = OUTCOMES.length;

export const LABEL_SET_SIZES: readonly number[] = [
  OUTCOMES.length + 1,
  ...repeat(1, USAGE_CLASSES.length),
  ...repeat(1, USAGE_SOURCES.length),
  ...repeat(1, UNATTRIBUTED_REASONS.length),
  ...repeat(3, IMPACT_COLUMNS.length),
];

/** The groups of cells of a provider's model. A histogram's group has a cell per bucket, one for what is above, and the sum. */
export const MODEL = {
  attributedRequests: 0,
  attributedCo2eGrams: EVIDENCE.length,
  attributedEnergyJoules: 2 * EVIDENCE.length,
  statedRequests: 3 * EVIDENCE.length,
  histogram: 3 * EVIDENCE.length + STATEMENT_KINDS.length,
} as const;

export const MODEL_SIZES: readonly number[] = [
  ...repeat(1, EVIDENCE.length),
  ...repeat(1, EVIDENCE.length),
  ...repeat(1, EVIDENCE.length),
  ...repeat(1, STATEMENT_KINDS.length),
  ...HISTOGRAMS.map(({ buckets }) => buckets.length + 2),
];

/** Where each histogram's cells stand in a provider's model. */
export const HISTOGRAM_GROUPS = Object.fromEntries(
  HISTOGRAMS.map(({ name, buckets }, index) => [name, { group: MODEL.histogram + index, buckets }]),
) as Readonly<Record<Histogram["name"], { readonly group: number; readonly buckets: readonly number[] }>>;
