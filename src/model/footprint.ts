import type { Criterion, Phase } from "./criteria.ts";
import type { Range } from "./range.ts";

export { CRITERIA, PHASES, type Criterion, type Phase } from "./criteria.ts";

/**
 * How good the factor is for this model, from best to weakest. The weakest link of the chain decides. `stated_…`: what
 * the provider says of this very request, measured or estimated by him; `operator_statement`: what an operator said of
 * an average request; `proxy`: the figures of a named model that stands in for one that nobody has published.
 */
export const EVIDENCE = [
  "user_measured",
  "user",
  "stated_measured",
  "operator_lca",
  "operator_lca_extrapolated",
  "operator_statement",
  "measured",
  "stated_estimated",
  "modelled",
  "parametric",
  "proxy",
  "class_default",
] as const;
/** How good a footprint's factor is for the model; the weakest link of the chain decides. */
export type Evidence = (typeof EVIDENCE)[number];

/** Whether a footprint rests on what the provider said of the request. */
export const isStatedEvidence = (evidence: Evidence): boolean =>
  evidence === "stated_measured" || evidence === "stated_estimated";

/**
 * Who says where a request was served, from surest to weakest: the application, the provider's answer, the endpoint
 * that was asked, what is known of the provider, or nobody.
 */
export const ZONE_BASES = ["declared", "stated", "endpoint", "provider_default", "world"] as const;
/** Who says where the electricity comes from. */
export type ZoneBasis = (typeof ZONE_BASES)[number];

/** How a model's name was matched to the catalogue, from surest to weakest. */
export const RESOLUTION_STEPS = [
  "exact",
  "alias",
  "prefix",
  "date",
  "variant",
  "fine_tune",
  "deployment",
  "size",
  "family",
  "provider_default",
  "unknown",
] as const;
export type ResolutionStep = (typeof RESOLUTION_STEPS)[number];

/** Whether electricity is accounted by the local grid or by the operator's contracts. */
export type Accounting = "location" | "market" | "unknown";

/** One criterion of a footprint: the total over its phases (training left out), and the phases. */
export interface Impact extends Range {
  /** The parts of the life cycle that it is made of; absent in those that the source does not split. */
  readonly phases: Readonly<Partial<Record<Phase, Range>>>;
}

/** What is attributed to a request. A criterion that no factor covers is absent, never 0. */
export interface Footprint extends Readonly<Partial<Record<Criterion, Impact>>> {
  /** How good the factors are for this model; the weakest link decides. */
  readonly evidence: Evidence;
  /** By which rule the electricity is accounted. */
  readonly accounting: Accounting;
  /** The factors that the numbers were computed from, as `id@version`. */
  readonly factorIds: readonly string[];
  /** Of the catalogue that the factors are from, with the beginning of its hash. */
  readonly catalogueVersion: string;
  /** How the model's name was matched to the catalogue. */
  readonly resolution?: ResolutionStep;
  /** The grid intensity that the carbon rests on; absent when the factor has the grid inside. */
  readonly gridIntensity?: {
    readonly basis: "annual" | "live";
    /** gCO2e/kWh; of a range, its central value. */
    readonly gramsPerKilowattHour: number;
  };
  /** Codes that say what to be careful about, such as `extrapolated` or `input_heavy`. */
  readonly warnings: readonly string[];
}

/**
 * Why a request has no footprint. `unknown_api`: it went to an API that no family knows, so that nobody can read its
 * usage.
 */
export const UNATTRIBUTED_REASONS = ["failed", "no_usage", "no_factor", "unknown_model", "unknown_api"] as const;
/** Why a request has no footprint. */
export type UnattributedReason = (typeof UNATTRIBUTED_REASONS)[number];
