import { CRITERIA, type Criterion } from "../model/criteria.ts";
import type { Accounting, Phase } from "../model/footprint.ts";
import type { Range } from "../model/range.ts";

/** Where the three values of a range come from. */
export const BASES = ["published", "standard_deviation", "percentiles", "span", "judgement", "user"] as const;
export type Basis = (typeof BASES)[number];

/** A published quantity with its uncertainty. The unit stands in the name of whatever holds it. */
export interface Quantity extends Range {
  readonly basis: Basis;
}

/** `statistics`: official or industry statistics; `judgement`: ours, said so. The others as in a footprint's evidence. */
export const FACTOR_EVIDENCE = [
  "user_measured",
  "operator_lca",
  "operator_statement",
  "measured",
  "modelled",
  "parametric",
  "class_default",
  "statistics",
  "judgement",
  "user",
] as const;
export type FactorEvidence = (typeof FACTOR_EVIDENCE)[number];

export const FACTOR_KINDS = [
  "direct_impact",
  "energy",
  "energy_model",
  "token_weight",
  "uplift",
  "uncertainty",
  "architecture",
  "grid",
  "water_intensity",
  "pue",
  "wue",
  "embodied",
  "training",
] as const;
export type FactorKind = (typeof FACTOR_KINDS)[number];

/** What one unit of the factor is. */
export const FACTOR_UNITS = [
  "output_token",
  "input_token",
  "cache_read_token",
  "cache_write_token",
  "request",
  "image",
  "video",
  "video_second",
  "second",
  "page",
  "kilowatt_hour",
  "gpu",
  "server",
  "model",
  "ratio",
] as const;
export type FactorUnit = (typeof FACTOR_UNITS)[number];

const COUNTED = ["output_token", "input_token", "request", "image", "video", "video_second", "second", "page"] as const;

/** The units that each kind of factor is published in. */
export const UNITS_OF_KIND: Readonly<Record<FactorKind, readonly FactorUnit[]>> = {
  direct_impact: COUNTED,
  energy: COUNTED,
  energy_model: ["request"],
  token_weight: ["input_token", "cache_read_token", "cache_write_token"],
  uplift: ["ratio"],
  uncertainty: ["ratio"],
  architecture: ["model"],
  grid: ["kilowatt_hour"],
  water_intensity: ["kilowatt_hour"],
  pue: ["ratio"],
  wue: ["kilowatt_hour"],
  embodied: ["gpu", "server"],
  training: ["model"],
};

export const MODALITIES = ["text", "embedding", "image", "video", "audio", "ocr", "moderation", "rerank"] as const;
export type Modality = (typeof MODALITIES)[number];

/** How the figure was checked: in the source itself, in a faithful copy, in a text that read it, or derived from it by us. */
export const CHECKS = ["primary", "verbatim_copy", "secondary", "derived"] as const;

export interface Source {
  readonly title: string;
  readonly url: string;
  /** ISO 8601 date, month or year. */
  readonly published: string;
  readonly retrieved: string;
  /** Where in the source: a table, a row, a section. */
  readonly locator: string;
  readonly checked: (typeof CHECKS)[number];
  /** A file that holds the figure and never changes. Absent where there is none. */
  readonly archive?: Archive;
}

/** A file at a fixed version, such as a commit of a repository or a release of a package. */
export interface Archive {
  readonly url: string;
  /** Of the file's content, in hexadecimal. */
  readonly sha256: string;
}

/** What a figure includes. What the source does not say is `unknown`, never assumed. */
export const BOUNDARY_PARTS = [
  "accelerator",
  "host",
  "idle",
  "facility",
  "network",
  "terminals",
  "embodied",
  "training",
  "offsiteWater",
] as const;
export type Boundary = Readonly<Record<(typeof BOUNDARY_PARTS)[number], "yes" | "no" | "unknown">>;

/** What a factor is for. Absent means: no restriction. */
export interface Applicability {
  /** Names as in the catalogue, or a prefix that ends in `-*`. Empty: applies to no model by itself. */
  readonly models?: readonly string[];
  /** As OpenTelemetry's `gen_ai.provider.name`; `*` is every provider that has nothing better. */
  readonly providers?: readonly string[];
  /** Who made the model; an operator's own figure may be extrapolated to its other models. */
  readonly developer?: string;
  readonly modality?: Modality;
  /** ISO 3166-1 alpha-3, `WORLD`, or a cloud region. */
  readonly zones?: readonly string[];
  readonly validFrom?: string;
  readonly validTo?: string;
  /** The reasoning efforts that it was taken at, as requests word them; absent for the provider's default. */
  readonly reasoningEfforts?: readonly string[];
}

/** What one unit causes. */
export interface Metrics extends Readonly<Partial<Record<Criterion, Quantity>>> {
  /** For kinds that scale something else: PUE, token weights, uplifts. */
  readonly ratio?: Quantity;
}
export type Metric = keyof Metrics;

/** The metrics of which a factor of each kind has one at least; kinds without any live by their parameters. */
export const METRICS_OF_KIND: Readonly<Partial<Record<FactorKind, readonly Metric[]>>> = {
  direct_impact: CRITERIA,
  energy: ["energyJoules"],
  token_weight: ["ratio"],
  uplift: ["ratio"],
  uncertainty: ["ratio"],
  grid: ["co2eGrams", "primaryEnergyJoules", "abioticDepletionGramsSbEq"],
  water_intensity: ["waterLitres"],
  pue: ["ratio"],
  wue: ["waterLitres"],
};

/** The energy of one published prompt shape. */
export interface Shape {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly energyJoules: Quantity;
}

/** The energy of one video of a published length and size. */
export interface VideoShape {
  readonly seconds: number;
  /** Of its frames, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly energyJoules: Quantity;
}

/** A published number with everything that is needed to defend it. */
export interface Factor {
  /** Never used again for another number. */
  readonly id: string;
  /** Semantic version of this factor; a change of its numbers is a new one. */
  readonly version: string;
  /** Who published the number. */
  readonly publisher: string;
  /** Where it can be read. */
  readonly source: Source;
  /** Under which the number is used. */
  readonly licence: string;
  /** Who is to be named with it. */
  readonly attribution: string;
  /** How the number came about. */
  readonly evidence: FactorEvidence;
  /** What it is used for. */
  readonly kind: FactorKind;
  /** The models, providers, places and times that it is for. */
  readonly appliesTo: Applicability;
  /** What the metrics are published per. */
  readonly unit: FactorUnit;
  /** How many units the metrics are published for. @default 1 */
  readonly reference?: number;
  /** Whether the metrics may be multiplied by a number of units. */
  readonly scalable: boolean;
  /** What `reference` units cause. */
  readonly metrics: Metrics;
  /** For energies published at some prompt shapes instead of per token, in rising order. */
  readonly shapes?: readonly Shape[];
  /**
   * For energies of videos of some lengths and sizes: size by size, the usual one first, in rising length. `metrics` is
   * then for a video that does not say its length.
   */
  readonly videoShapes?: readonly VideoShape[];
  /** Named constants of a method, a model or a piece of hardware; units in the names. */
  readonly parameters?: Readonly<Record<string, Quantity>>;
  /** The part of the life cycle that it covers. */
  readonly phase: Phase;
  /** What the number includes. */
  readonly boundary: Boundary;
  /** By which rule the electricity is accounted. */
  readonly accounting: Accounting;
  /** Whether the electricity's own impact is already inside. */
  readonly includesGrid: boolean;
  /** Whether the reading of an ordinary prompt is already inside. */
  readonly includesPrefill: boolean;
  /** Whether hidden reasoning is already inside, so that output counts only what the application sees. @default false */
  readonly includesReasoning?: boolean;
  /**
   * `range`: widens the range and sets no central value, for a reason that the notes give: its order contradicts that
   * of a family, or what it says cannot be checked. @default "central"
   */
  readonly role?: "central" | "range";
  /** The id of the factor that it was derived from. */
  readonly extrapolatedFrom?: string;
  /** The id of the factor that it takes the place of. */
  readonly supersedes?: string;
  /** What must be known besides. */
  readonly notes?: string;
}

/** Whether a factor is the user's own, measured or given. */
export const isUsers = ({ evidence }: { readonly evidence: string }): boolean =>
  evidence === "user" || evidence === "user_measured";

/** How a factor is cited on a result. */
export const citation = (factor: Factor): string => `${factor.id}@${factor.version}`;
