import { Accounting, Bound, Criterion, Evidence, Footprint, Impact, Labels, Outcome, Phase, Range, RequestRecord, ResolutionStep, Stated, StatedBoundary, StatedDoubt, StatedMethod, StatedSource, StatementKind, UnattributedReason, Usage, UsageSource, ZoneBasis } from "./shared-request.js";
import { Account, AccountFault, Balance, Booking, Budget, BudgetCriterion, BudgetStore, DataLoss, EndedWindow, Hold, LateAnswerError, Mode, Position, Statement, StoreFailure, Verdict, Weekday, Window } from "./shared-budget-store.js";
import { IncomingMessage, ServerResponse } from "node:http";

// dist/transport/observed-fetch.d.ts
type Fetch = typeof globalThis.fetch;
/** Where the three values of a range come from. */
declare const BASES: readonly ["published", "standard_deviation", "percentiles", "span", "judgement", "user"];
type Basis = (typeof BASES)[number];
/** A published quantity with its uncertainty. The unit stands in the name of whatever holds it. */
interface Quantity extends Range {
  readonly basis: Basis;
}
/** `statistics`: official or industry statistics; `judgement`: ours, said so. The others as in a footprint's evidence. */
declare const FACTOR_EVIDENCE: readonly ["user_measured", "operator_lca", "operator_statement", "measured", "modelled", "parametric", "class_default", "statistics", "judgement", "user"];
type FactorEvidence = (typeof FACTOR_EVIDENCE)[number];
declare const FACTOR_KINDS: readonly ["direct_impact", "energy", "energy_model", "token_weight", "uplift", "uncertainty", "architecture", "grid", "water_intensity", "pue", "wue", "embodied", "training"];
type FactorKind = (typeof FACTOR_KINDS)[number];
/** What one unit of the factor is. */
declare const FACTOR_UNITS: readonly ["output_token", "input_token", "cache_read_token", "cache_write_token", "request", "image", "video", "video_second", "second", "page", "kilowatt_hour", "gpu", "server", "model", "ratio"];
type FactorUnit = (typeof FACTOR_UNITS)[number];
declare const MODALITIES: readonly ["text", "embedding", "image", "video", "audio", "ocr", "moderation", "rerank"];
type Modality = (typeof MODALITIES)[number];
/** How the figure was checked: in the source itself, in a faithful copy, in a text that read it, or derived from it by us. */
declare const CHECKS: readonly ["primary", "verbatim_copy", "secondary", "derived"];
interface Source {
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
interface Archive {
  readonly url: string;
  /** Of the file's content, in hexadecimal. */
  readonly sha256: string;
}
/** What a figure includes. What the source does not say is `unknown`, never assumed. */
declare const BOUNDARY_PARTS: readonly ["accelerator", "host", "idle", "facility", "network", "terminals", "embodied", "training", "offsiteWater"];
type Boundary = Readonly<Record<(typeof BOUNDARY_PARTS)[number], "yes" | "no" | "unknown">>;
/** What a factor is for. Absent means: no restriction. */
interface Applicability {
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
interface Metrics extends Readonly<Partial<Record<Criterion, Quantity>>> {
  /** For kinds that scale something else: PUE, token weights, uplifts. */
  readonly ratio?: Quantity;
}
/** The energy of one published prompt shape. */
interface Shape {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly energyJoules: Quantity;
}
/** The energy of one video of a published length and size. */
interface VideoShape {
  readonly seconds: number;
  /** Of its frames, in pixels. */
  readonly width: number;
  readonly height: number;
  readonly energyJoules: Quantity;
}
/** A published number with everything that is needed to defend it. */
interface Factor {
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
/** One step of the arithmetic that leads to a footprint. */
interface DerivationStep {
  /** What is computed, such as `energy at the facility`. */
  readonly quantity: string;
  /** How, in words and operators. */
  readonly formula: string;
  /** The same with the central values put in, so that a calculator gives the central value. */
  readonly substituted?: string;
  readonly value: Range;
  readonly unit: string;
  /** The factors that enter in this step. */
  readonly factors: readonly Factor[];
}
/** What is assumed of a provider that says nothing better. */
interface Provider {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly name: string;
  /** Whose own models it serves first of all. */
  readonly developer?: string;
  /** ISO 3166-1 alpha-3, a set of places such as `EU`, or `WORLD` where no place is known. */
  readonly zone: string;
  /** Where it is known to serve from, the zone among them, which the range spans while only the default is known. */
  readonly sites?: readonly string[];
  /** Why this zone. */
  readonly basis: string;
  readonly url: string;
}
/** Cloud regions and countries. */
interface Regions {
  readonly source: string;
  /** ISO 3166-1 alpha-3 to alpha-2. */
  readonly countries: Readonly<Record<string, string>>;
  /** Region of a cloud to the country it stands in. */
  readonly regions: Readonly<Record<string, string>>;
  /** Groups of countries by name, such as `EEA`. */
  readonly sets?: Readonly<Record<string, readonly string[]>>;
}
/** A place that electricity comes from. */
interface Place {
  /** The region's or country's name as the catalogue writes it. */
  readonly name: string;
  /** ISO 3166-1 alpha-3, or `WORLD`. */
  readonly country: string;
}
/** Where a request was served: one place, or one of several that nobody can tell apart. */
interface Zone {
  /** The place's name; of several places their names, joined by `+`. */
  readonly name: string;
  /** In the order in which they were given, each once; at least one. */
  readonly places: readonly [Place, ...Place[]];
}
/** The classes of size that aggregates are published for, by active parameters: up to 9, up to 37, more. */
declare const SIZE_CLASSES: readonly ["small", "mid", "large"];
type SizeClass = (typeof SIZE_CLASSES)[number];
/** A model that the catalogue knows by name. */
interface Model {
  /** Lower case, without region, vendor, date or serving variant. */
  readonly name: string;
  /** Who made it; `any` for the classes of size themselves. */
  readonly developer: string;
  readonly aliases?: readonly string[];
  /** @default "text" */
  readonly modality?: Modality;
  /** The generation that it was released with: `gpt-5.4`, `claude-4.5`, `gemini-2.5`. */
  readonly family?: string;
  /** Its place in the family, as the developer calls it: `nano`, `flash-lite`, `haiku`, `pro`, … */
  readonly tier?: string;
  /** Whether it is one of its developer's largest of this time, which stand for what nobody has published. */
  readonly flagship?: true;
  /** For models that nobody has published a figure of. */
  readonly proxy?: Proxy;
  /** For models whose parameters nobody has published or estimated. */
  readonly sizeClass?: SizeClass;
  /** Whether every longer name that goes on after a separator means it too; for users' own. */
  readonly prefix?: true;
  /** For models known only by the size in their name, in 10⁹. */
  readonly parameterBillions?: SizeInName;
}
/** What a name such as `70b`, `235b-a22b` or `8x7b` says, in 10⁹ parameters. */
interface SizeInName {
  readonly total: number;
  /** Parameters that take part in each token; all of them when neither this nor `perExpert` is given. */
  readonly active?: number;
  /** For mixtures whose name gives the size of one expert. */
  readonly perExpert?: number;
}
/** Which models stand in for one without a figure. */
interface Proxy {
  /** The first gives the central value; the range holds all. */
  readonly models: readonly [string, ...string[]];
  readonly reason: string;
  /** ISO 8601 date on which it was last reviewed. */
  readonly reviewed: string;
}
/** The data that a catalogue is made of; plain, so that it can be kept and loaded again. */
interface CatalogueSnapshot {
  /** Semantic version of the data. */
  readonly version: string;
  /** ISO 8601 date of this version. */
  readonly published: string;
  readonly factors: readonly Factor[];
  readonly models: readonly Model[];
  readonly providers: readonly Provider[];
  readonly regions: Regions;
}
/** A set of factors as it is written: what they share is said once in `common`. */
interface FactorFile {
  readonly common?: unknown;
  readonly factors: readonly unknown[];
}
/** A model found, and how. */
interface ResolvedModel {
  readonly model: Model | undefined;
  readonly step: ResolutionStep;
}
/** A versioned set of factors, models and places. Immutable. */
interface Catalogue extends CatalogueSnapshot {
  /** SHA-256 of the content, in hexadecimal. */
  readonly hash: string;
  /** The version with the beginning of the hash, as it stands on every footprint: `1.0.0+3f9c2ab81d04`. */
  readonly identity: string;
  /** @returns undefined where there is no factor of this id */
  factor(id: string): Factor | undefined;
  /** @param name as OpenTelemetry's `gen_ai.provider.name` */
  provider(name: string): Provider | undefined;
  /** @param deployments names of Azure deployments, in lower case, and the models behind them */
  resolve(name: string, deployments?: ReadonlyMap<string, string>): ResolvedModel;
  /**
   * Reads a place, or a set of places that nobody can tell apart.
   *
   * @returns undefined where no place is known
   */
  zone(given: string | readonly string[]): Zone | undefined;
}
/** What a catalogue is made of. */
interface CatalogueOptions {
  /** What to start from. @default the built-in catalogue */
  readonly base?: CatalogueSnapshot;
  /** JSON or YAML files of the user's own factors. */
  readonly files?: readonly string[];
  /** The user's own factors. A factor with the id of an existing one takes its place. */
  readonly factors?: FactorFile | readonly unknown[];
}
/**
 * A catalogue with the user's own factors, which are marked `user` and go before all others.
 *
 * @example
 * ```ts
 * const meter = createMeter({ catalogue: createCatalogue({ files: ["our-factors.yaml"] }) });
 * ```
 * @throws ConfigurationError that lists every problem of a faulty file or set; nothing is taken from it
 */
declare function createCatalogue(options?: CatalogueOptions): Catalogue;
/** The built-in catalogue, made on first use. */
declare const defaultCatalogue: () => Catalogue;
/**
 * How factors are chosen. `best-evidence`: the operator's own figure where there is one, else the best estimate of the
 * energy; follows the GHG Protocol's preference for supplier-specific over modelled data. The other two use one method
 * for every model, so that models can be compared: `mistral-lca` extrapolates the life-cycle analysis, `energy` uses
 * the energy engine.
 */
declare const METHODOLOGIES: readonly ["best-evidence", "mistral-lca", "energy"];
/** How factors are chosen among what is published. */
type Methodology = (typeof METHODOLOGIES)[number];
/**
 * How many output tokens a training is spread over, per model of the catalogue. Nobody publishes it, so there is no
 * default, and without it no training is shown.
 */
type LifetimeOutputTokens = Readonly<Record<string, number>>;
/** How footprints are computed. */
interface AttributionOptions {
  /** The factors to use: the built-in ones, with users' own added by `createCatalogue`. @default the built-in catalogue */
  readonly catalogue?: Catalogue;
  /** How factors are chosen among what is published. @default "best-evidence" */
  readonly methodology?: Methodology;
  /** Where all electricity comes from, unless a request says better: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string | readonly string[];
  /** Names of Azure deployments and the models behind them. @default none */
  readonly azureDeployments?: Readonly<Record<string, string>>;
  /** Whether what Google and OpenAI said of an average request is used, per request. @default false */
  readonly operatorStatements?: boolean;
  /** Shows the training of these models beside the totals, spread over this many output tokens each. @default none */
  readonly training?: LifetimeOutputTokens;
  /** Called for every model that is unknown, or only guessed at by its provider. */
  readonly onUnknownModel?: (provider: string, model: string) => void;
}
/** What of a record an explanation needs. */
type ExplainableRecord = Pick<RequestRecord, "provider" | "servedBy" | "requestedModel" | "respondedModel" | "operation" | "zone" | "zoneBasis" | "reasoningEffort" | "usage" | "usageByModel" | "durationSeconds" | "stated" | "footprint">;
/** The whole chain from a request's usage to its footprint. */
interface Derivation {
  /** In the catalogue; `unknown` where it has none. */
  readonly model: string;
  /** How the name led to the model. */
  readonly resolution: ResolutionStep;
  /** The model whose figures stand in, and why that one. */
  readonly proxy?: string;
  /** Why the stand-in is the one it is. */
  readonly proxyReason?: string;
  /** Where the electricity comes from; undefined where no place is known. */
  readonly zone: string | undefined;
  /** Who says where. */
  readonly zoneBasis: ZoneBasis;
  /** Of the catalogue that the factors are from, with the beginning of its hash. */
  readonly catalogueVersion: string;
  /** From the usage to the footprint, in the order in which they are computed. */
  readonly steps: readonly DerivationStep[];
  /** What the steps end in; undefined where nothing could be attributed. */
  readonly footprint: Footprint | undefined;
  /** Why there is no footprint; undefined where there is one. */
  readonly unattributedReason: UnattributedReason | undefined;
  /**
   * Whether the steps end in the footprint that was recorded. False when the catalogue or the options are others than
   * when it was recorded.
   */
  readonly agrees: boolean;
}
/**
 * Derives a record's footprint again, step by step. Give the options that the meter has.
 *
 * @example
 * ```ts
 * meter.on("request", (record) => {
 *   console.log(derivationText(explain(record), record.usage));
 * });
 * ```
 */
declare function explain(record: ExplainableRecord, options?: AttributionOptions): Derivation;
/** How an account stood when an event happened; amounts in the criterion's unit. */
interface AccountEvent {
  readonly at: Date;
  readonly budget: string;
  readonly criterion: BudgetCriterion;
  readonly mode: Mode;
  readonly group: Labels;
  readonly limit: number;
  readonly used: Range;
  /** In the bound that the budget counts by, as a share of the limit. */
  readonly usedRatio: number;
  readonly reserved: number;
  readonly resetsAt: Date;
}
/** A threshold was reached: once per threshold, group and window, also across replicas that share a store. */
interface ThresholdEvent extends AccountEvent {
  readonly type: "threshold";
  readonly threshold: number;
}
/** The limit was reached: once per group and window. */
interface ExhaustedEvent extends AccountEvent {
  readonly type: "exhausted";
}
/** A request was refused or, in mode `shadow`, would have been. */
interface RefusedEvent extends AccountEvent {
  readonly type: "refused";
  readonly requestId: string;
  readonly reason: "exhausted" | "store_unreachable";
  readonly estimate: number;
}
/** A calendar window ended, and its budget begins anew. */
interface ResetEvent extends AccountEvent {
  readonly type: "reset";
  /** The budget's thresholds, none of which is reached any more. */
  readonly thresholds: readonly number[];
  /** What the ended window used. */
  readonly ended: {
    readonly startedAt: Date;
    readonly used: Range;
    readonly usedRatio: number;
  };
}
/** The store could not be reached, or can be again. */
interface StoreEvent {
  readonly type: "store";
  readonly at: Date;
  readonly reachable: boolean;
  /** The store's own words on why it could not be reached. */
  readonly problem: string | undefined;
}
/** The store had lost its data, and took it up from the last balances that were known here. */
interface DataLossEvent {
  readonly type: "data_loss";
  readonly at: Date;
  /** How many accounts were taken up. */
  readonly accounts: number;
}
/** The clock of this process is far from that of the store, by which the budgets go. */
interface ClockEvent {
  readonly type: "clock";
  readonly at: Date;
  /** By how much this process is ahead of the store; negative where it is behind. */
  readonly aheadSeconds: number;
}
/** How one account stands. */
type AccountBudgetEvent = ThresholdEvent | ExhaustedEvent | RefusedEvent | ResetEvent;
/** What happened to a budget, for `meter.on("budget", …)`; the `type` says which. */
type BudgetEvent = AccountBudgetEvent | StoreEvent | DataLossEvent | ClockEvent;
/** How a budget stands for one group: JSON as it is. Amounts in the criterion's unit, instants as ISO 8601. */
interface BudgetState {
  /** The budget's name. */
  readonly budget: string;
  /** What is limited; its unit is in the name. */
  readonly criterion: BudgetCriterion;
  /** What happens at the limit. */
  readonly mode: Mode;
  /** Which value of a range counts against the limit. */
  readonly bound: Bound;
  /** The labels and values of this account; empty for a budget without groups. */
  readonly group: Labels;
  /** In the criterion's unit. */
  readonly limit: number;
  /** Spent in this window, in the criterion's unit. */
  readonly used: Range;
  /** `used` at the bound in parts of `limit`; more than 1 where it is exceeded. */
  readonly usedRatio: number;
  /** Set aside for requests in flight, in the criterion's unit. */
  readonly reserved: number;
  /** What is left of the limit once all that is reserved is spent; never below 0. */
  readonly remaining: number;
  /** ISO 8601, in UTC. */
  readonly windowStart: string;
  /** When the window ends: ISO 8601, in UTC. */
  readonly resetsAt: string;
  /**
   * What this process refused since it started; in mode `shadow`, what it would have refused. Absent while that is
   * nothing. A budget can refuse well below its limit: it does when the next request's estimate does not fit.
   */
  readonly refused?: {
    readonly requests: number;
    readonly lastAt: string;
  };
  /** Absent until spending has been seen for a sixtieth of the window. */
  readonly forecast?: {
    readonly ratePerSecond: Range;
    readonly used: Range; /** Absent where the limit is not reached within the window. */
    readonly exhaustedAt: Readonly<Partial<Record<"earliest" | "central" | "latest", string>>>;
  };
}
/** A `fetch` that is metered. Everything but the third parameter is as in the platform's. */
type MeteredFetch = (input: Parameters<Fetch>[0], init?: RequestInit, /** Labels for this call only. */

options?: {
  readonly labels?: Labels;
}) => Promise<Response>;
/** What is kept as a distribution per model. The buckets are upper bounds in the unit of the name. */
interface Histogram {
  readonly name: "co2eGrams" | "waterLitres" | "durationSeconds" | "timeToFirstTokenSeconds" | "statedToEstimatedRatio";
  readonly buckets: readonly number[];
}
/** Which factors a provider's model is attributed with, for the record. */
interface ModelFactors {
  readonly model: string;
  readonly zone: string | undefined;
  readonly evidence: Evidence;
  readonly accounting: Accounting;
  readonly factorIds: readonly string[];
  readonly catalogueVersion: string;
}
/** What some requests add up to. What was never known is absent, never 0. */
interface TotalsSummary extends Readonly<Partial<Record<Criterion, Impact>>> {
  readonly requests: Readonly<Record<Outcome, number>>;
  readonly attempts: number;
  readonly usage: Usage;
  readonly usageSources: Readonly<Partial<Record<UsageSource, number>>>;
  readonly unattributed: Readonly<Partial<Record<UnattributedReason, number>>>;
  /** The share of requests that have a footprint, from 0 to 1; absent before the first request. */
  readonly coverage?: number;
}
/** The sums of one label set. `labels` holds provider, model and operation as well as the declared labels. */
interface LabelSetSummary extends TotalsSummary {
  readonly labels: Labels;
}
interface ModelSummary {
  readonly provider: string;
  readonly model: string;
  readonly attributed: Readonly<Partial<Record<Evidence, {
    readonly requests: number;
    readonly co2eGrams?: number;
    readonly energyJoules?: number;
  }>>>;
  /** Requests whose provider stated something, by what became of it; absent where none did. */
  readonly stated?: Readonly<Partial<Record<StatementKind, number>>>;
  /** Requests per bucket (not cumulative; the last is for what is above all bounds) and the sum of the values. */
  readonly distributions: Readonly<Partial<Record<Histogram["name"], {
    readonly counts: readonly number[];
    readonly sum: number;
  }>>>;
  readonly factors?: ModelFactors;
}
/** The running totals at one moment, as plain JSON. */
interface TotalsSnapshot {
  /** The sums of all requests. */
  readonly overall: TotalsSummary;
  /** The sums by label set; what was above the bounds is under the value `other`. */
  readonly labelSets: readonly LabelSetSummary[];
  /** Which factors each model was attributed with. */
  readonly models: readonly ModelSummary[];
  /** How often a label's value was replaced by `other`, by label. */
  readonly labelOverflow: Readonly<Record<string, number>>;
  /** Errors of the meter itself, by stage. */
  readonly errors: Readonly<Record<string, number>>;
}
/** Who may see the page: who knows a token, or whom a function lets in. */
type Authorize = string | ((request: IncomingMessage) => boolean | Promise<boolean>);
/** Answers requests for the page; for express, mounted at any path, as well as for plain `node:http`. Never rejects. */
interface DashboardHandler {
  (request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Ends the streams to open pages and stops listening to requests. */
  close(): void;
}
/** What is used of a registry of prom-client (15 and newer) or of its successor `@prometheus-io/client`. */
interface PrometheusRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}
/** Answers a scrape; for express as well as for plain `node:http`. The promise settles with the answer and never rejects. */
type MetricsHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
/** A request that the application reports by itself. */
interface UsageReport {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  /** As the provider calls it. */
  readonly model: string;
  /** `chat`, `responses`, `embeddings`, … */
  readonly operation: string;
  /** Disjoint classes: cached and reasoning tokens are not inside input and output. Leave out what is not known. */
  readonly usage?: Usage;
  /** Values of the meter's labels. @default those of the surrounding scope */
  readonly labels?: Labels;
  /** @default "completed" */
  readonly outcome?: Outcome;
  /** @default "reported" with a usage, "missing" without */
  readonly usageSource?: UsageSource;
  /** Where the electricity comes from: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string;
  /** As the request words it: `low`, `medium`, `high`, … @default the provider's */
  readonly reasoningEffort?: string;
  /** @default now */
  readonly startedAt?: Date;
  /** @default 0 */
  readonly durationSeconds?: number;
  /** The host that was asked. */
  readonly endpoint?: string;
}
/** How a measurement waits for requests that still run. */
interface MeasureOptions {
  /**
   * What to do about requests that are still open when the function has returned, such as a stream that is read
   * elsewhere: `wait` for them, or `report` how many there are. Default `wait`; a function that returns a stream for
   * its caller to read needs `report`.
   */
  readonly open?: "wait" | "report";
}
/** What a function returned, and what its requests amounted to. */
interface Measured<Result> {
  /** What the measured function returned. */
  readonly result: Result;
  /** The sum over the requests that have one; undefined when none has. */
  readonly footprint: Footprint | undefined;
  /** The settled requests, in the order in which they settled. */
  readonly requests: readonly RequestRecord[];
  /** Requests that had not settled; with `open: "wait"`, background jobs only, which go on at the provider. */
  readonly open: number;
}
/** An error in the configuration, found before anything is measured. Names the part, the value and the remedy. */
declare class ConfigurationError extends Error {
  /** `ConfigurationError`, whatever bundlers make of the class. */
  readonly name = "ConfigurationError";
  /** The option, file or argument at fault, such as `createMeter.labels[1]`. */
  readonly part: string;
  /**
   * @param part the option, file or argument at fault
   * @param problem what is wrong, with the value that was given
   * @param remedy what to write instead
   */
  constructor(part: string, problem: string, remedy: string, options?: ErrorOptions);
}
/** What a refused request would have exceeded, or why that could not be found out. */
interface BudgetRefusal {
  /** The budget's name. */
  readonly budget: string;
  /** What the budget limits; its unit is in the name. */
  readonly criterion: string;
  /** The labels and values that the budget is grouped by; empty for a budget without groups. */
  readonly group: Readonly<Record<string, string>>;
  /** `exhausted`: no room is left; `store_unreachable`: the shared store did not answer and the budget fails closed. */
  readonly reason: "exhausted" | "store_unreachable";
  /** All four in the criterion's unit. */
  readonly limit: number;
  /** Spent in this window, as last known. */
  readonly used: number;
  /** Set aside for requests in flight, as last known. */
  readonly reserved: number;
  /** What the request was expected to use. */
  readonly estimate: number;
  /** When the window ends; for a rolling window, when all that is used by now will have left it. */
  readonly resetsAt: Date;
}
/**
 * Thrown in place of sending a request that a budget refuses. Nothing has left the process.
 *
 * @example
 * ```ts
 * try {
 *   await call();
 * } catch (error) {
 *   if (!(error instanceof BudgetExceededError)) throw error;
 *   console.log(`${error.budget} has room again at ${error.resetsAt.toISOString()}`);
 * }
 * ```
 */
declare class BudgetExceededError extends Error implements BudgetRefusal {
  /** `BudgetExceededError`, whatever bundlers make of the class. */
  readonly name = "BudgetExceededError";
  /** The budget's name. */
  readonly budget: string;
  /** What the budget limits; its unit is in the name. */
  readonly criterion: string;
  /** The labels and values that the budget is grouped by; empty for a budget without groups. */
  readonly group: Readonly<Record<string, string>>;
  /** `exhausted`: no room is left; `store_unreachable`: the store did not answer, and the budget fails closed. */
  readonly reason: BudgetRefusal["reason"];
  /** In the criterion's unit. */
  readonly limit: number;
  /** Spent in this window, in the criterion's unit. */
  readonly used: number;
  /** Set aside for requests in flight, in the criterion's unit. */
  readonly reserved: number;
  /** What the request was expected to use, in the criterion's unit. */
  readonly estimate: number;
  /** When the window ends. */
  readonly resetsAt: Date;
  constructor(refusal: BudgetRefusal, options?: ErrorOptions);
}
/** What decides which budgets a request counts towards. */
interface Subject {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly labels: Labels;
  /** Whether nobody can say which model is asked for, so that it may be any. @default false */
  readonly modelIsUnknown?: boolean | undefined;
}
/** What a request uses of each criterion, in the criterion's unit. What is not known is absent, never 0. */
type Spend = Readonly<Partial<Record<BudgetCriterion, Range>>>;
/** A request as it is known before it is sent. */
interface AdmissionRequest extends Subject {
  /** Unique per request; retries of one request have the same. */
  readonly id: string;
  /** The most output tokens that the application asked for. */
  readonly maximumOutputTokens?: number | undefined;
  /** What `degrade` cannot replace of it, as a model that a signed path names. @default nothing */
  readonly fixed?: readonly ("model" | "maximumOutputTokens")[] | undefined;
  /** What the request will use, where the caller knows better than the mean of earlier ones. */
  readonly estimate?: Spend | undefined;
}
/** What to send in place of a request that would be refused. */
interface Replacement {
  readonly model?: string;
  readonly maximumOutputTokens?: number;
}
/** Asked before a request is refused; what it returns is tried once instead. */
type Degrade = (refusal: BudgetExceededError, request: AdmissionRequest) => Replacement | undefined;
interface BudgetSettings {
  readonly budgets: readonly Budget[];
  /** Where the accounts are kept. @default this process */
  readonly store?: BudgetStore | undefined;
  /** Milliseconds since the epoch. @default the system's clock */
  readonly now?: (() => number) | undefined;
  /** What a request is expected to use, before one to the same provider, model and operation was settled. */
  readonly prior?: ((request: AdmissionRequest) => Spend | undefined) | undefined;
  readonly degrade?: Degrade | undefined;
  /** After how many seconds what an unsettled request reserved is given back; it should outlast any request. @default 900 */
  readonly reservationSeconds?: number | undefined;
  /** The seconds between looks at windows and at the store while nothing happens. @default 2 */
  readonly refreshSeconds?: number | undefined;
  readonly onEvent?: ((event: BudgetEvent) => void) | undefined;
  /** Settles what has ended and waits to be; called where a limit is near enough for it to matter. @default nothing waits */
  readonly settlePending?: (() => void) | undefined;
}
/** A budget as a person writes it, in the options or in a file. */
interface BudgetDescription {
  /** Unique among the budgets whatever its case; up to 100 characters. */
  readonly name: string;
  /** What is limited: a criterion of the footprint, `tokens` of all classes, or `requests`. */
  readonly criterion: BudgetCriterion;
  /** An amount above 0 with a unit of the criterion, such as `50 kg`, `2 m3` or `10 kWh`. A bare number only of what is counted. */
  readonly limit: string | number;
  /** The values that count, by `provider`, `model`, `operation` or a declared label; all of them must match. @default all requests */
  readonly match?: Readonly<Record<string, string | readonly string[]>> | undefined;
  /** Each combination of values of these (the same names as in `match`) has the limit for itself. @default none */
  readonly groupBy?: readonly string[] | undefined;
  /** `day`, `week`, `month`, `quarter` or `year` by the calendar, or `rolling 24h`: `min`, `h` or `d`, from a minute to 366 days. */
  readonly window: string;
  /** Whose calendar, as an IANA name; of no use to a rolling window. @default "UTC" */
  readonly timeZone?: string | undefined;
  /** The day that a `week` begins on. @default "monday" */
  readonly weekStart?: Weekday | undefined;
  /** Shares of the limit that are reported when they are reached, above 0 and up to 10; 1 is the limit. @default [0.5, 0.8, 1] */
  readonly thresholds?: readonly number[] | undefined;
  /** Which value of a footprint's range counts. @default "central" */
  readonly bound?: Budget["bound"] | undefined;
  /** What happens to a request that finds no room: `warn` and `shadow` send it, `refuse` does not. @default "warn" */
  readonly mode?: Mode | undefined;
  /**
   * What a budget that refuses does while its store cannot be reached: lets requests pass (`open`), refuses them
   * (`closed`), or lets pass what fits into this process's share of what was last left (`allowance`). @default "open"
   */
  readonly onStoreFailure?: StoreFailure | undefined;
}
interface BudgetContext {
  /** The labels that the application declared. */
  readonly labelNames: readonly string[];
  /** How the place of an error begins: that of an option, or a file's name. @default "createMeter.budgets" */
  readonly part?: string;
}
/**
 * Checks budgets as they are written and gives them as they are counted.
 *
 * @example
 * ```ts
 * const budgets = parseBudgets([{ name: "all", criterion: "waterLitres", limit: "2 m3", window: "week" }], { labelNames: [] });
 * ```
 * @throws ConfigurationError on the first error: where it is, what was given, what is allowed
 */
declare function parseBudgets(input: unknown, {
  labelNames,
  part
}: BudgetContext): Budget[];
/** A carbon intensity of electricity as a live source gives it. */
interface LiveIntensity {
  /** Average carbon intensity of consumption, life cycle where the source has it, gCO2e/kWh. */
  readonly gramsPerKilowattHour: number;
  /** When it was measured, or the hour it is for. */
  readonly at: Date;
  readonly isEstimated: boolean;
}
/** Where live grid intensities come from. A marginal intensity has no place here: an inventory is of averages. */
interface GridIntensitySource {
  /** Stands in errors and counts, such as `electricity_maps`. */
  readonly name: string;
  /**
   * Asks for the present intensity.
   *
   * @param country ISO 3166-1 alpha-3
   * @param countryCode the same as alpha-2
   * @returns undefined where the source does not cover the country
   * @throws anything, when it cannot say; the annual average is used then
   */
  readonly read: (country: string, countryCode: string, signal: AbortSignal) => Promise<LiveIntensity | undefined>;
}
/** How the journal is kept. */
interface JournalOptions {
  /**
   * Who writes; the counters of a writer continue when a process of that name starts again. Give each of
   * several processes, or meters of one process, its own name: one that finds its name taken writes its requests,
   * starts its counters at zero, and warns of it.
   *
   * @default "main"
   */
  readonly writer?: string;
  /** The longest that a request waits in memory, in seconds. @default 1 */
  readonly batchSeconds?: number;
  /** How many requests are written at once. @default 500 */
  readonly batchSize?: number;
  /** Requests kept in memory while the file cannot be written; past that only their sums are kept. @default 10000 */
  readonly memoryLimit?: number;
  /** Days for which each request keeps its row before rows become hourly sums. @default 90 */
  readonly keepRequestsDays?: number;
  /** Days for which hourly sums are kept. @default for ever */
  readonly keepHoursDays?: number;
  /** Counters to continue where this writer left them, and to keep from now on. */
  readonly counters?: JournalledCounters;
  /** Called for each attempt to write that failed, and for each record that could not be kept. Must not throw. */
  readonly onError?: (error: Error) => void;
}
/** Counters that outlive the process. The journal neither knows nor cares what they count. */
interface JournalledCounters {
  /** Called once, before anything is appended, with the states as they were last written, by series. */
  restore(states: ReadonlyMap<string, string>): void;
  /** Every series that has a state. */
  series(): Iterable<string>;
  stateOf(series: string): string | undefined;
}
/** How an SQLite file is written. */
type WritingOptions = Omit<JournalOptions, "counters" | "onError">;
/** Where a meter keeps its records: a file's path, or that and how to write it. */
type JournalSetting = string | ({
  readonly path: string;
} & WritingOptions);
/** How to make a meter. All of it is optional. */
interface MeterOptions extends Omit<AttributionOptions, "onUnknownModel"> {
  /** A Registry of prom-client or of @prometheus-io/client to put the metrics into; without one the meter writes them itself. */
  readonly registry?: PrometheusRegistry;
  /** The names of the application's own labels, such as `team`; at most a handful, with few values each. @default none */
  readonly labels?: readonly string[];
  /** Distinct values of one label before further ones are counted under `other`. @default 200 */
  readonly maxLabelValues?: number;
  /** Label sets altogether before further ones are counted under `other`. @default 2000 */
  readonly maxSeries?: number;
  /** How long a series that is new is exported as 0, in seconds: two scrape intervals are enough, and 0 turns it off. @default 60 */
  readonly zeroHoldSeconds?: number;
  /** A live source of grid intensity, such as `electricityMaps({ apiKey })`; touches nothing but the energy engine. @default the annual averages */
  readonly gridIntensity?: GridIntensitySource;
  /**
   * An SQLite file that every request's record is written to, soon and beside the request. The totals continue from it
   * after a restart. Needs the `node:sqlite` of Node 22.13 or newer.
   */
  readonly journal?: JournalSetting;
  /** Limits on footprints: descriptions, or the path of a YAML or JSON file of them. */
  readonly budgets?: readonly BudgetDescription[] | string;
  /** Where the budgets' accounts are kept, such as `redisBudgetStore` for several replicas. @default this process */
  readonly budgetStore?: BudgetStore;
  /** Asked before a budget refuses a request: what it returns is sent instead. */
  readonly degrade?: BudgetSettings["degrade"];
}
/** How to show the live page. */
interface DashboardOptions {
  /** Who may see it: a token, or a function that lets a request in. @default everybody who can reach it */
  readonly authorize?: Authorize;
  /**
   * Names that the page answers to, such as `footprint.example.com`, with or without a port. Without `authorize` it
   * answers to this machine's own names and to addresses only, so that no web site can have a visitor's browser read it.
   *
   * @default none
   */
  readonly allowedHosts?: readonly string[];
  /** What the page calls the application. @default the name of the package that npm runs, if it does */
  readonly application?: string;
}
/** How to meter one client. */
interface WrapOptions {
  /** Labels of all its requests; the names must be declared. */
  readonly labels?: Labels;
  /** As OpenTelemetry's `gen_ai.provider.name`; @default found from the host */
  readonly provider?: string;
  /** Where its electricity comes from: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string;
  /**
   * Whether to ask for usage in OpenAI streams that would have none (`stream_options.include_usage`), out of the
   * application's sight. Changes what is sent, so: only `api.openai.com` and the hosts listed here. Otherwise
   * such streams are estimated.
   *
   * @default false
   */
  readonly includeUsage?: boolean | readonly string[];
  /**
   * What to do with requests that a gateway of ours (`llm-footprint serve`) has counted, as its answers say: `leave` them
   * to it, so that the sum over its metrics and these has them once, or `count` them here as well, where only one of
   * the two is summed.
   *
   * @default "leave"
   */
  readonly behindGateway?: "leave" | "count";
}
/** How to meter a `fetch`. */
interface FetchOptions extends WrapOptions {
  /** The `fetch` to observe. @default the platform's, as it is when `meter.fetch()` is called */
  readonly fetch?: typeof globalThis.fetch;
}
/**
 * Meters the requests of LLM clients. Everything it does happens beside the requests, never to them. Its methods
 * need no `this`: they can be taken off it.
 */
interface Meter {
  /**
   * Meters a client in place and returns the same object. Wrapping a client twice changes nothing.
   *
   * After {@link close} it warns once and returns the client unobserved: a process that drains goes on working.
   *
   * @example
   * ```ts
   * const openai = meter.wrap(new OpenAI(), { labels: { team: "search" } });
   * ```
   * @throws ConfigurationError for an object that is not a known client, an undeclared label, or a client of another meter
   */
  wrap<Client extends object>(this: void, client: Client, options?: WrapOptions): Client;
  /** Puts a client back as it was before {@link wrap}; nothing happens to one that is not wrapped. */
  unwrap<Client extends object>(this: void, client: Client): Client;
  /**
   * A metered `fetch`, for any SDK that takes one. Each exchange counts as a request.
   *
   * @example
   * ```ts
   * const client = new OpenAI({ baseURL: "https://llm.example.com/v1", fetch: meter.fetch({ provider: "vllm", zone: "FRA" }) });
   * ```
   */
  fetch(this: void, options?: FetchOptions): MeteredFetch;
  /**
   * Adds a request that no wrapper can see: over a WebSocket, out of a batch, from a log. Never throws; a report that
   * cannot be understood is counted in `meter_errors_total`, and a warning says what is wrong with it.
   *
   * @example
   * ```ts
   * meter.record({
   *   provider: "mistral",
   *   model: "mistral-large-latest",
   *   operation: "chat",
   *   usage: { inputTokens: 120, outputTokens: 400 },
   * });
   * ```
   * @returns the record, or undefined for a report that cannot be understood
   */
  record(this: void, report: UsageReport): RequestRecord | undefined;
  /** How a record's footprint was computed: each step with its formula, factor, source and licence. */
  explain(this: void, record: RequestRecord): Derivation;
  /**
   * The footprint of the request that an object is the answer to: the very object that a wrapped client returned, where
   * the SDK returns what it has parsed, and Google's and Cohere's SDKs besides. Nothing is added to that object.
   *
   * @example
   * ```ts
   * const answer = await openai.responses.create({ model: "gpt-5-mini", input: "Why is the sky blue?" });
   * console.log(meter.footprintOf(answer)?.co2eGrams?.central);
   * ```
   * @returns undefined for any other object (a copy, a stream, an answer that the SDK has made anew where nothing sees it,
   * as those of Mistral and OpenRouter do), and for a request without usage or without factors
   */
  footprintOf(this: void, answer: object): Footprint | undefined;
  /**
   * Runs a function whose requests carry these labels, besides those of the enclosing scopes and of the client.
   *
   * @example
   * ```ts
   * await meter.withLabels({ team: "search" }, () => call());
   * ```
   */
  withLabels<Result>(this: void, labels: Labels, run: () => Result): Result;
  /**
   * Runs a function and gives the footprint of all requests that began inside it.
   *
   * @example
   * ```ts
   * const { result, footprint } = await meter.measure(() => call());
   * console.log(result, footprint?.co2eGrams?.central);
   * ```
   */
  measure<Result>(this: void, run: () => Result | Promise<Result>, options?: MeasureOptions): Promise<Measured<Result>>;
  /**
   * Calls a listener with each request's record, soon after the request has ended, or with each event of the budgets.
   * What a listener throws is counted.
   *
   * @example
   * ```ts
   * const stop = meter.on("request", ({ model, footprint }) => console.log(model, footprint?.co2eGrams?.central));
   * ```
   * @returns what ends the calls
   */
  on(this: void, event: "request", listener: (record: RequestRecord) => unknown): () => void;
  /**
   * Calls the listener with each event of its kind; returns what stops that. An error that it throws is counted, and disturbs nothing.
   *
   * @example
   * ```ts
   * meter.on("budget", (event) => console.warn(event));
   * ```
   */
  on(this: void, event: "budget", listener: (event: BudgetEvent) => unknown): () => void;
  /** The running totals at this moment, as plain data. */
  totals(this: void): TotalsSnapshot;
  /** How each budget stands, for each group that was seen. */
  budgets(this: void): BudgetState[];
  /**
   * Answers scrapes of `/metrics`, in express and in plain `node:http`: `app.get("/metrics", meter.metricsHandler())`.
   *
   * @example
   * ```ts
   * app.get("/metrics", meter.metricsHandler());
   * ```
   */
  metricsHandler(this: void): MetricsHandler;
  /**
   * Answers a scrape where requests are the platform's own: in Next.js, Hono, Bun or Deno. Never rejects.
   *
   * @example
   * ```ts
   * export const GET = meter.handleMetrics; // app/metrics/route.ts of Next.js
   * ```
   */
  handleMetrics(this: void, request: Request): Promise<Response>;
  /** The exposition as text, in Prometheus' text format: with a `registry`, the registry's own. */
  metrics(this: void): Promise<string>;
  /**
   * A page that shows the totals as they grow: in express, `app.use("/footprint", meter.dashboard())`, or in plain
   * `node:http`. Everybody who can reach it may read it, unless `authorize` says otherwise. What it lists as recent begins
   * when it is made: call it once, at the start.
   *
   * @example
   * ```ts
   * app.use("/footprint", meter.dashboard({ authorize: (request) => request.headers["x-team"] === "platform" }));
   * ```
   */
  dashboard(this: void, options?: DashboardOptions): DashboardHandler;
  /** Resolves when everything recorded so far has reached the listeners and is durable in the journal. */
  flush(this: void): Promise<void>;
  /**
   * Settles what is under way as abandoned, ends observation and takes the metrics out of the registry.
   *
   * @example
   * ```ts
   * process.once("SIGTERM", () => {
   *   server.close();
   *   void meter.close();
   * });
   * ```
   */
  close(this: void): Promise<void>;
}
/**
 * Makes a meter.
 *
 * @example
 * ```ts
 * import { createMeter } from "llm-footprint";
 *
 * const meter = createMeter({
 *   labels: ["team"],
 *   journal: "footprint.db",
 *   budgets: [{ name: "search", criterion: "co2eGrams", limit: "50 kg", window: "month", mode: "warn" }],
 * });
 * ```
 * @throws ConfigurationError for an option that is unknown or cannot work
 */
declare const createMeter: (options?: MeterOptions) => Meter;
/**
 * Counts the requests of all workers of this process that call {@link meterWorker}: those of `node:cluster` and threads,
 * present and future. Its `/metrics` is then exact over all of them, whichever die.
 *
 * @example
 * ```ts
 * if (cluster.isPrimary) meterPrimary(meter);
 * else meterWorker(meter);
 * ```
 * @returns what ends it
 * @throws ConfigurationError for an object that is not a meter
 */
declare function meterPrimary(meter: Meter): () => void;
/**
 * Sends every request of a worker to the primary, as it settles: in a worker of `node:cluster`, or a thread. What the
 * primary has taken stays counted when the worker dies.
 *
 * @example
 * ```ts
 * if (cluster.isPrimary) meterPrimary(meter);
 * else meterWorker(meter);
 * ```
 * @returns what ends it
 * @throws ConfigurationError in a process that is not a worker, or for an object that is not a meter
 */
declare function meterWorker(meter: Meter): () => void;
/** What one published method says of a usage. */
interface MethodResult {
  /** The factor it rests on, as `id@version`. */
  readonly method: string;
  /** How good the method's factor is for this model. */
  readonly evidence: Evidence;
  /** The model whose figures these are, where nobody has published any of the one that was asked for. */
  readonly proxy?: string;
  /** By criterion, in the unit of its name; absent where the method does not say. */
  readonly impacts: Readonly<Partial<Record<Criterion, Impact>>>;
  /** What the factor's own figure includes; figures of different boundaries cannot be compared. */
  readonly boundary: Boundary;
  /** All factors that enter, as `id@version`. */
  readonly factorIds: readonly string[];
  /** What must be known besides. */
  readonly warnings: readonly string[];
}
/** What methods are compared for, besides a model and its usage. */
interface ComparisonOptions extends AttributionOptions {
  /** Who serves the model. @default its developer */
  readonly provider?: string;
  /** @default "chat" */
  readonly operation?: string;
  /** How long the request took. @default unbounded */
  readonly durationSeconds?: number;
}
/**
 * What each applicable published method says of a usage, side by side and never averaged; empty where none applies.
 *
 * @example
 * ```ts
 * for (const { method, impacts } of compareMethods({ inputTokens: 1_000, outputTokens: 400 }, "mistral-large-2407")) {
 *   console.log(method, impacts.co2eGrams);
 * }
 * ```
 */
declare function compareMethods(usage: Usage, modelName: string, options?: ComparisonOptions): MethodResult[];
/** One side of a comparison. */
interface ComparedModel {
  /** As the provider calls it. */
  readonly model: string;
  /** @default the model's developer */
  readonly provider?: string;
  /** @default as for any request: the options', else the provider's */
  readonly zone?: string | readonly string[];
  /** As requests word it: `low`, `medium`, `high`. @default the provider's own */
  readonly reasoningEffort?: string;
  /** Where the two sides did not use the same, such as two months. @default the comparison's */
  readonly usage?: Usage;
}
/** A difference: it may be negative. */
interface DifferenceRange {
  readonly low: number;
  readonly central: number;
  readonly high: number;
}
/** What the first causes more than the second. */
interface Difference extends DifferenceRange {
  /** The first in parts of the second. Undefined where the second may be 0. */
  readonly ratio: DifferenceRange | undefined;
  /** Whether the whole range is on one side of 0. */
  readonly decided: boolean;
}
/** One side, as it was computed. */
interface ComparedSide {
  /** In the catalogue; `unknown` where it has none. */
  readonly model: string;
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  /** Where the electricity comes from: ISO 3166-1 alpha-3 or a cloud region; undefined where no place is known. */
  readonly zone: string | undefined;
  /** Who says so. */
  readonly zoneBasis: ZoneBasis;
  /** How good the best estimate of its energy is. */
  readonly evidence: Evidence;
  /** The model whose figures stand in, where nobody has published one of this model. */
  readonly proxy?: string;
  /** By criterion, in the unit of its name; absent where it is not known. */
  readonly impacts: Readonly<Partial<Record<Criterion, Impact>>>;
}
/** Two models, and what the first causes more than the second. */
interface ModelComparison {
  /** The first, as it was computed. */
  readonly a: ComparedSide;
  /** The second, as it was computed. */
  readonly b: ComparedSide;
  /** By criterion; absent where one side does not know it. */
  readonly differences: Readonly<Partial<Record<Criterion, Difference>>>;
  /** The factors that both sides have, which are at the same bound on both and so cancel, as `id@version`. */
  readonly shared: readonly string[];
}
/**
 * The difference of two models, or of one model in two places or with two usages, by the energy engine. What the two
 * share (grid, PUE, hardware, uplift, token weights; the estimate itself where it is one model) is taken at the same
 * bound on both sides, and the aggregate of a size class that both are in is left out, so that the range of the
 * difference comes from what they do not share. A difference of two
 * methods would be none of two models, so that an operator's analysis takes no part.
 *
 * @example
 * ```ts
 * const comparison = compareModels("gpt-5", "gpt-5-mini", { inputTokens: 1_000, outputTokens: 400 });
 * console.log(comparison?.differences.co2eGrams); // the shared grid cancels
 * ```
 * @returns undefined where nothing covers one of them
 */
declare function compareModels(a: string | ComparedModel, b: string | ComparedModel, usage: Usage, options?: Omit<AttributionOptions, "methodology">): ModelComparison | undefined;
/** What of a record a restatement needs: what was used, and what was said of it. */
type RestatableRecord = ExplainableRecord & Pick<RequestRecord, "id">;
/** A record's footprint, before and after. */
interface RestatedRecord {
  readonly id: string;
  readonly before: Footprint | undefined;
  readonly after: Footprint | undefined;
}
/** History by another catalogue. */
interface Restatement {
  /** Of the catalogue that the records were restated with. */
  readonly catalogueVersion: string;
  /** The records with their footprints computed again. */
  readonly records: readonly RestatedRecord[];
  /** Sums over all records, of what was recorded and of what is said now. */
  readonly totals: Readonly<Record<Criterion, {
    readonly before: Range;
    readonly after: Range;
  }>>;
  /** Records that had a footprint, and records that have one now. */
  readonly attributed: {
    readonly before: number;
    readonly after: number;
  };
}
/**
 * Computes history again from stored usage. The usage is never touched; live grid intensities of the past are not
 * known any more, so the annual averages are used.
 *
 * @example
 * ```ts
 * const { totals, attributed } = restate(records, createCatalogue({ files: ["our-factors.yaml"] }));
 * console.log(totals.co2eGrams.before, totals.co2eGrams.after, attributed);
 * ```
 */
declare function restate(records: Iterable<RestatableRecord>, catalogue: Catalogue, options?: Omit<AttributionOptions, "catalogue">): Restatement;
/**
 * Reads budgets from a YAML or JSON file: a list of budgets, or an object with such a list as `budgets`.
 *
 * @example
 * ```ts
 * const budgets = loadBudgetFile("budgets.yaml", { labelNames: ["team"] });
 * ```
 * @throws ConfigurationError when the file cannot be read, or on the first error in it
 */
declare function loadBudgetFile(path: string, {
  labelNames
}: {
  readonly labelNames: readonly string[];
}): Budget[];
/** How the rules of budgets are written. */
interface RuleOptions {
  /** When the rules come into use; calendars are foreseen for ten years from then. @default now */
  readonly from?: Date;
}
/**
 * Prometheus rules that watch the budgets from the exported counters, across all replicas, whether or not the budgets are
 * also enforced in the processes: recording rules `llm_footprint:budget_…` and an alert per threshold, for exhaustion and
 * for the forecast.
 *
 * @example
 * ```ts
 * const rules = budgetRules(loadBudgetFile("budgets.yaml", { labelNames: ["team"] }));
 * writeFileSync("budget-rules.yaml", rules); // for rule_files in prometheus.yml
 * ```
 * @returns a rule file, as YAML
 */
declare function budgetRules(budgets: readonly Budget[], {
  from
}?: RuleOptions): string;
/** Where budget events go, and how. */
interface BudgetWebhookOptions {
  /** Where the alerts are posted to: `http:` or `https:`. */
  readonly url: string;
  /** Signs each message as Standard Webhooks does (https://www.standardwebhooks.com): text, or `whsec_` and base64. */
  readonly secret?: string;
  /** Alertmanager's name for who receives it. @default "llm-footprint" */
  readonly receiver?: string;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
  /** The pause before the second attempt, in seconds; doubled with each further one, up to a minute. @default 1 */
  readonly retrySeconds?: number;
}
/** A handler of budget events, for `meter.on("budget", …)`. */
interface BudgetWebhook {
  (event: BudgetEvent): void;
  /**
   * Messages that wait, and those that were given up: too many waited, or the receiver would not have them. The alerts
   * of these are held, and posted once more later.
   */
  readonly status: {
    readonly waiting: number;
    readonly dropped: number;
  };
  /** Resolves when nothing waits any more; alerts that are held may still be. */
  flush(): Promise<void>;
}
/**
 * Posts budget events to a webhook in Alertmanager's format, one after the other, each until it is taken. An alert that
 * could not be delivered is held, and posted when the receiver takes messages again. Give it as handler of the budget
 * events.
 *
 * @example
 * ```ts
 * const webhook = budgetWebhook({ url: "https://alerts.example.com/api/v2/alerts" });
 * meter.on("budget", webhook);
 * ```
 * @throws ConfigurationError when the URL or the secret cannot be used
 */
declare function budgetWebhook(options: BudgetWebhookOptions): BudgetWebhook;
/** How Electricity Maps is asked. */
interface ElectricityMapsOptions {
  /** The `auth-token` of your account. Its plan decides which zones it may ask for, and its licence what for. */
  readonly apiKey: string;
  /** Zones of Electricity Maps for countries that have several, by ISO 3166-1 alpha-3: `{ USA: "US-MIDA-PJM" }`. */
  readonly zones?: Readonly<Record<string, string>>;
  /** @default "https://api.electricitymaps.com/v4" */
  readonly baseUrl?: string;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
}
/**
 * Life-cycle intensity of consumption from Electricity Maps.
 *
 * @see https://portal.electricitymaps.com/docs
 *
 * @example
 * ```ts
 * const gridIntensity = electricityMaps({ apiKey: process.env.ELECTRICITY_MAPS_KEY ?? "" });
 * const meter = createMeter({ gridIntensity, zone: "SWE" });
 * ```
 * @throws ConfigurationError without an API key
 */
declare function electricityMaps(options: ElectricityMapsOptions): GridIntensitySource;
/** How the Carbon Intensity API of Great Britain is asked. */
interface UkCarbonIntensityOptions {
  /** @default "https://api.carbonintensity.org.uk" */
  readonly baseUrl?: string;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
}
/**
 * Intensity of Great Britain from the National Energy System Operator: no key, CC BY 4.0. Operational, not life cycle.
 *
 * @see https://carbon-intensity.github.io/api-definitions
 *
 * @example
 * ```ts
 * const meter = createMeter({ gridIntensity: ukCarbonIntensity(), zone: "GBR" });
 * ```
 */
declare function ukCarbonIntensity(options?: UkCarbonIntensityOptions): GridIntensitySource;
/** A middleware of express, or of anything else that calls such functions with Node's request and response. */
type DisclosureMiddleware = (request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void) => void;
/**
 * Lets an application's answers say what they took, in the form that is being drafted for everybody, so that whoever sits
 * behind it can account for it: the sum of the requests that began while an HTTP request was handled. An event stream has
 * it as a comment before its end marker, or at its end; a JSON answer, which is held up to 4 MB until it ends, in the header
 * `x-energy-data`. No event and no body is altered. The source is `measured` where all of it was, else `estimated`. Nothing
 * is said where no model was asked, while a request is still open, and where the energy of one is unknown.
 *
 * @param meter what `createMeter` returned
 * @throws ConfigurationError for something that is not a meter
 * @example
 * ```ts
 * import { createMeter, disclosure } from "llm-footprint";
 *
 * const meter = createMeter();
 * app.use(disclosure(meter));
 * ```
 */
declare function disclosure(meter: object): DisclosureMiddleware;
/** A derivation as lines of text, with its sources numbered below. */
declare const derivationText: (derivation: Derivation, usage: Usage | undefined) => string;
export { type Account, type AccountFault, type Accounting, type Balance, type Booking, type Budget, type BudgetDescription, type BudgetEvent, BudgetExceededError, type BudgetState, type BudgetStore, type BudgetWebhookOptions, type Catalogue, type CatalogueOptions, type ComparedModel, type ComparedSide, type ComparisonOptions, ConfigurationError, type Criterion, type DashboardOptions, type DataLoss, type Derivation, type Difference, type DisclosureMiddleware, type ElectricityMapsOptions, type EndedWindow, type Evidence, type Factor, type FetchOptions, type Footprint, type GridIntensitySource, type Hold, type Impact, type Labels, LateAnswerError, type MeasureOptions, type Measured, type Meter, type MeterOptions, type MeteredFetch, type MethodResult, type Methodology, type MetricsHandler, type ModelComparison, type Outcome, type Phase, type Position, type Range, type RequestRecord, type Restatement, type Stated, type StatedBoundary, type StatedDoubt, type StatedMethod, type StatedSource, type Statement, type StatementKind, type TotalsSnapshot, type UkCarbonIntensityOptions, type UnattributedReason, type Usage, type UsageReport, type UsageSource, type Verdict, type Window, type WrapOptions, type ZoneBasis, budgetRules, budgetWebhook, compareMethods, compareModels, createCatalogue, createMeter, defaultCatalogue, derivationText, disclosure, electricityMaps, explain, loadBudgetFile, meterPrimary, meterWorker, parseBudgets, restate, ukCarbonIntensity };