import type { Accounting } from "./footprint.ts";
import type { Range } from "./range.ts";

/** Whether a provider measures what it states of a request, or estimates it. */
export const STATED_SOURCES = ["measured", "estimated"] as const;
/** Whether a provider measures what it states, or estimates it. */
export type StatedSource = (typeof STATED_SOURCES)[number];

/** What became of what a provider stated: measured or estimated by it, an energy that cannot be true, or a statement that is broken. */
export const STATEMENT_KINDS = [...STATED_SOURCES, "implausible", "unreadable"] as const;
/** What became of what a provider stated: an implausible or unreadable statement is not used. */
export type StatementKind = (typeof STATEMENT_KINDS)[number];

/** How far a stated energy may reach. */
export const STATED_BOUNDARIES = ["gpu", "gpu_with_overhead", "server", "facility", "unknown"] as const;
/**
 * How far the stated energy reaches: the accelerators alone, the same with the facility's overhead, whole servers, the
 * facility with its overhead, or nobody says.
 */
export type StatedBoundary = (typeof STATED_BOUNDARIES)[number];

/** How a stated energy may be come by. */
export const STATED_METHODS = [
  "attributed",
  "unshared",
  "nvml",
  "rapl",
  "utilisation",
  "model_average",
  "ecologits",
  "other",
] as const;
/**
 * How a stated energy was come by. `attributed`: the server's draw by the request's share of the tokens in flight;
 * `unshared`: all that the accelerators took in its time, whoever else was answered.
 */
export type StatedMethod = (typeof STATED_METHODS)[number];

/** Why a stated energy may be kept and not used. */
export const STATED_DOUBTS = ["contradictory", "out_of_bounds"] as const;
/**
 * Why a stated energy is kept and not used: its joules and its kilowatt-hours contradict each other, or no machine could
 * have spent it on these tokens.
 */
export type StatedDoubt = (typeof STATED_DOUBTS)[number];

/** What the provider itself said of a request's footprint, in base units. What it did not say is absent, never 0. */
export interface Stated {
  /** Whether the provider measured it or estimates it; estimated where it does not say. */
  readonly source: StatedSource;
  /** J, within the boundary. */
  readonly energyJoules?: number | undefined;
  /** The same with what its method leaves open. */
  readonly energyRangeJoules?: Range | undefined;
  /** gCO2e, as the provider reckons it: shown beside the footprint, never part of it. */
  readonly co2eGrams?: number | undefined;
  /** L, as the provider reckons it: shown beside the footprint, never part of it. */
  readonly waterLitres?: number | undefined;
  /** By which rule the provider's carbon is accounted. */
  readonly accounting: Accounting;
  /** How the energy was come by. */
  readonly method: StatedMethod;
  /** How far the energy reaches. */
  readonly boundary: StatedBoundary;
  /** Where it was served, as ISO 3166-1 or a cloud region. */
  readonly location?: string | undefined;
  /** The provider that served it, where an aggregator names it. */
  readonly servedBy?: string | undefined;
  /** Why the energy is not used. */
  readonly doubt?: StatedDoubt | undefined;
  /** The numbers as they were sent, under their names; no text of it is kept. */
  readonly raw: unknown;
}
