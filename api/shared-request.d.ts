/**
 * The part of the life cycle that a number covers. `undivided`: the source does not split usage from
 * embodied. `training` is never part of a total.
 */
declare const PHASES: readonly ["usage", "embodied", "undivided", "training"];
/** The part of the life cycle that a number covers; `undivided` where its source does not split. */
type Phase = (typeof PHASES)[number];
/** What a footprint is measured in. The unit is in the name. */
declare const CRITERION_FACTS: {
  readonly co2eGrams: {
    readonly title: "Greenhouse gases (CO2e)";
    readonly unit: "g CO2e";
    readonly phases: readonly ["usage", "embodied", "undivided", "training"];
    readonly metric: {
      readonly key: "co2e";
      readonly word: "co2e";
      readonly unit: "grams";
      readonly help: "Greenhouse gases in grams of CO2 equivalent";
      readonly perPhase: true;
    };
    readonly displayUnits: readonly [readonly [1000000, "t"], readonly [1000, "kg"], readonly [1, "g"], readonly [0.001, "mg"], readonly [0.000001, "µg"]];
    readonly limitUnits: {
      mg: number;
      g: number;
      kg: number;
      t: number;
    };
    readonly column: {
      readonly name: "co2e";
      readonly unit: "kg";
      readonly size: 1000;
    };
  };
  readonly waterLitres: {
    readonly title: "Water consumed";
    readonly unit: "L";
    readonly phases: readonly ["usage", "embodied", "undivided", "training"];
    readonly metric: {
      readonly key: "water";
      readonly word: "water";
      readonly unit: "litres";
      readonly help: "Water consumed in litres";
      readonly perPhase: true;
    };
    readonly displayUnits: readonly [readonly [1000, "m³"], readonly [1, "L"], readonly [0.001, "mL"], readonly [0.000001, "µL"]];
    readonly limitUnits: {
      readonly L: 1;
      readonly l: 1;
      readonly mL: 0.001;
      readonly ml: 0.001;
      readonly m3: 1000;
      readonly "m\u00B3": 1000;
    };
    readonly column: {
      readonly name: "water";
      readonly unit: "l";
      readonly size: 1;
    };
  };
  readonly energyJoules: {
    readonly title: "Electricity";
    readonly unit: "J";
    readonly phases: readonly ["usage", "training"];
    readonly metric: {
      readonly key: "energy";
      readonly word: "energy";
      readonly unit: "joules";
      readonly help: "Electricity used in joules";
      readonly perPhase: false;
    };
    readonly displayUnits: readonly [readonly [3600000000, "MWh"], readonly [3600000, "kWh"], readonly [3600, "Wh"], readonly [3.6, "mWh"]];
    readonly limitUnits: {
      J: number;
      kJ: number;
      MJ: number;
      GJ: number;
      Wh: number;
      kWh: number;
      MWh: number;
    };
    readonly column: {
      readonly name: "energy";
      readonly unit: "kwh";
      readonly size: 3600000;
    };
  };
  readonly primaryEnergyJoules: {
    readonly title: "Primary energy";
    readonly unit: "J of primary energy";
    readonly phases: readonly ["usage", "embodied"];
    readonly metric: {
      readonly key: "primaryEnergy";
      readonly word: "primary_energy";
      readonly unit: "joules";
      readonly help: "Primary energy used in joules";
      readonly perPhase: false;
    };
    readonly displayUnits: readonly [readonly [1000000000, "GJ"], readonly [1000000, "MJ"], readonly [1000, "kJ"], readonly [1, "J"]];
    readonly limitUnits: {
      J: number;
      kJ: number;
      MJ: number;
      GJ: number;
      Wh: number;
      kWh: number;
      MWh: number;
    };
    readonly column: {
      readonly name: "primary_energy";
      readonly unit: "kwh";
      readonly size: 3600000;
    };
  };
  readonly abioticDepletionGramsSbEq: {
    readonly title: "Abiotic resource depletion";
    readonly unit: "g Sb eq";
    readonly phases: readonly ["usage", "embodied", "undivided"];
    readonly metric: {
      readonly key: "abioticDepletion";
      readonly word: "abiotic_depletion";
      readonly unit: "grams";
      readonly help: "Abiotic resources depleted in grams of antimony equivalent";
      readonly perPhase: false;
    };
    readonly displayUnits: readonly [readonly [1, "g Sb eq"], readonly [0.001, "mg Sb eq"], readonly [0.000001, "µg Sb eq"], readonly [1e-9, "ng Sb eq"]];
    readonly limitUnits: {
      readonly µg: 0.000001;
      readonly mg: number;
      readonly g: number;
      readonly kg: number;
      readonly t: number;
    };
    readonly column: {
      readonly name: "adpe";
      readonly unit: "kg_sb_eq";
      readonly size: 1000;
    };
  };
};
/** What a footprint is measured in, with its unit in the name. */
type Criterion = keyof typeof CRITERION_FACTS;
/**
 * A quantity with its uncertainty. `low ≤ central ≤ high`, all finite and not negative.
 * The unit stands in the name of whatever holds the range.
 */
interface Range {
  /** The least that the sources allow. */
  readonly low: number;
  /** The source's own value, or the best estimate. */
  readonly central: number;
  /** The most that the sources allow. */
  readonly high: number;
}
/** The names of a range's three values, in rising order. */
declare const BOUNDS: readonly ["low", "central", "high"];
type Bound = (typeof BOUNDS)[number];
/**
 * How good the factor is for this model, from best to weakest. The weakest link of the chain decides. `stated_…`: what
 * the provider says of this very request, measured or estimated by him; `operator_statement`: what an operator said of
 * an average request; `proxy`: the figures of a named model that stands in for one that nobody has published.
 */
declare const EVIDENCE: readonly ["user_measured", "user", "stated_measured", "operator_lca", "operator_lca_extrapolated", "operator_statement", "measured", "stated_estimated", "modelled", "parametric", "proxy", "class_default"];
/** How good a footprint's factor is for the model; the weakest link of the chain decides. */
type Evidence = (typeof EVIDENCE)[number];
/**
 * Who says where a request was served, from surest to weakest: the application, the provider's answer, the endpoint
 * that was asked, what is known of the provider, or nobody.
 */
declare const ZONE_BASES: readonly ["declared", "stated", "endpoint", "provider_default", "world"];
/** Who says where the electricity comes from. */
type ZoneBasis = (typeof ZONE_BASES)[number];
/** How a model's name was matched to the catalogue, from surest to weakest. */
declare const RESOLUTION_STEPS: readonly ["exact", "alias", "prefix", "date", "variant", "fine_tune", "deployment", "size", "family", "provider_default", "unknown"];
type ResolutionStep = (typeof RESOLUTION_STEPS)[number];
/** Whether electricity is accounted by the local grid or by the operator's contracts. */
type Accounting = "location" | "market" | "unknown";
/** One criterion of a footprint: the total over its phases (training left out), and the phases. */
interface Impact extends Range {
  /** The parts of the life cycle that it is made of; absent in those that the source does not split. */
  readonly phases: Readonly<Partial<Record<Phase, Range>>>;
}
/** What is attributed to a request. A criterion that no factor covers is absent, never 0. */
interface Footprint extends Readonly<Partial<Record<Criterion, Impact>>> {
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
    readonly basis: "annual" | "live"; /** gCO2e/kWh; of a range, its central value. */
    readonly gramsPerKilowattHour: number;
  };
  /** Codes that say what to be careful about, such as `extrapolated` or `input_heavy`. */
  readonly warnings: readonly string[];
}
/**
 * Why a request has no footprint. `unknown_api`: it went to an API that no family knows, so that nobody can read its
 * usage.
 */
declare const UNATTRIBUTED_REASONS: readonly ["failed", "no_usage", "no_factor", "unknown_model", "unknown_api"];
/** Why a request has no footprint. */
type UnattributedReason = (typeof UNATTRIBUTED_REASONS)[number];
/** Whether a provider measures what it states of a request, or estimates it. */
declare const STATED_SOURCES: readonly ["measured", "estimated"];
/** Whether a provider measures what it states, or estimates it. */
type StatedSource = (typeof STATED_SOURCES)[number];
/** What became of what a provider stated: measured or estimated by it, an energy that cannot be true, or a statement that is broken. */
declare const STATEMENT_KINDS: readonly ["measured", "estimated", "implausible", "unreadable"];
/** What became of what a provider stated: an implausible or unreadable statement is not used. */
type StatementKind = (typeof STATEMENT_KINDS)[number];
/** How far a stated energy may reach. */
declare const STATED_BOUNDARIES: readonly ["gpu", "gpu_with_overhead", "server", "facility", "unknown"];
/**
 * How far the stated energy reaches: the accelerators alone, the same with the facility's overhead, whole servers, the
 * facility with its overhead, or nobody says.
 */
type StatedBoundary = (typeof STATED_BOUNDARIES)[number];
/** How a stated energy may be come by. */
declare const STATED_METHODS: readonly ["attributed", "unshared", "nvml", "rapl", "utilisation", "model_average", "ecologits", "other"];
/**
 * How a stated energy was come by. `attributed`: the server's draw by the request's share of the tokens in flight;
 * `unshared`: all that the accelerators took in its time, whoever else was answered.
 */
type StatedMethod = (typeof STATED_METHODS)[number];
/** Why a stated energy may be kept and not used. */
declare const STATED_DOUBTS: readonly ["contradictory", "out_of_bounds"];
/**
 * Why a stated energy is kept and not used: its joules and its kilowatt-hours contradict each other, or no machine could
 * have spent it on these tokens.
 */
type StatedDoubt = (typeof STATED_DOUBTS)[number];
/** What the provider itself said of a request's footprint, in base units. What it did not say is absent, never 0. */
interface Stated {
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
/**
 * What the provider says a request consumed. The classes are disjoint: the sum of those in one unit counts nothing twice,
 * whatever the provider includes in what. A class that the provider did not state is absent, never 0.
 */
interface Usage {
  /** Input tokens that were read afresh; with no statement about a cache, all input tokens. */
  readonly inputTokens?: number;
  /** Input tokens served from the provider's prompt cache. */
  readonly cacheReadTokens?: number;
  /** Input tokens written to the provider's prompt cache. */
  readonly cacheWriteTokens?: number;
  /** Output tokens that the application can see. */
  readonly outputTokens?: number;
  /** Output tokens spent on reasoning that the application does not see. */
  readonly reasoningTokens?: number;
  /** Seconds of audio read. */
  readonly audioSeconds?: number;
  /** Images made. */
  readonly images?: number;
  /** Document pages read. */
  readonly pages?: number;
  /** Videos made. */
  readonly videos?: number;
  /** Their lengths, added up. */
  readonly videoSeconds?: number;
  /** Their lengths times the megapixels of their frames, added up: 8 s at 1280 × 720 are 7.3728. */
  readonly videoMegapixelSeconds?: number;
}
/** `reported` by the provider; `estimated` from what was seen of the answer; `missing`: neither. */
type UsageSource = "reported" | "estimated" | "missing";
/** `abandoned`: the application stopped reading, aborted, or never read; `failed`: no good answer came. */
declare const OUTCOMES: readonly ["completed", "abandoned", "failed"];
/** What became of a request: `abandoned` where the application left before its answer had ended. */
type Outcome = (typeof OUTCOMES)[number];
/** The application's own labels: declared names, short values. */
type Labels = Readonly<Record<string, string>>;
/**
 * One logical call of the application, whatever became of it. There is no field that could hold a prompt
 * or an answer.
 */
interface RequestRecord {
  /** Unique per request. */
  readonly id: string;
  /** As OpenTelemetry's `gen_ai.provider.name`: `openai`, `mistral_ai`, `azure.ai.openai`, … */
  readonly provider: string;
  /** As the application asked for it; undefined where it was not seen. */
  readonly requestedModel: string | undefined;
  /** As the provider's answer names it, often with a date. */
  readonly respondedModel: string | undefined;
  /** As the catalogue resolved it; `unknown` when it could not. */
  readonly model: string;
  /** `chat`, `responses`, `embeddings`, … */
  readonly operation: string;
  /** The host that was asked, without path or query. */
  readonly endpoint: string;
  /** The provider that served it, where a router or gateway that was asked says whom it passed the request on to. */
  readonly servedBy?: string | undefined;
  /** The application's own labels. */
  readonly labels: Labels;
  /** What became of it. */
  readonly outcome: Outcome;
  /** A low-cardinality word for what went wrong: `http_429`, `connection`, `aborted`, `stream_error`, … */
  readonly errorType: string | undefined;
  /** HTTP exchanges made for this request, retries included. */
  readonly attempts: number;
  /** When its first attempt began. */
  readonly startedAt: Date;
  /** From the first attempt to the end of the answer. */
  readonly durationSeconds: number;
  /** From the first attempt to the first event that carries content; streams only. */
  readonly timeToFirstTokenSeconds: number | undefined;
  /** Of all models that worked on the answer. */
  readonly usage: Usage | undefined;
  /**
   * The same for each of them, by the names that the answer gives, where it says that there were several: an advisor, a
   * model that declined, the models of a compound system.
   */
  readonly usageByModel?: Readonly<Record<string, Usage>> | undefined;
  /** Where the usage comes from. */
  readonly usageSource: UsageSource;
  /** The numbers of the provider's own usage object, under its names; no text of it is kept. */
  readonly rawUsage: unknown;
  /** Where the electricity was assumed to come from, as the attribution used it; of several places, joined by `+`. */
  readonly zone: string | undefined;
  /** Who says so. */
  readonly zoneBasis?: ZoneBasis | undefined;
  /** The model whose figures stood in, where nobody has published any of this one. */
  readonly proxy?: string | undefined;
  /** Why that one. */
  readonly proxyReason?: string | undefined;
  /** The reasoning effort that the request asked for: `low`, `medium`, `high`, … */
  readonly reasoningEffort?: string | undefined;
  /** What the provider itself said of the footprint, measured or estimated by it; absent where it said nothing. */
  readonly stated?: Stated | undefined;
  /** What became of it: measured or estimated by the provider; an implausible or unreadable statement is not used. */
  readonly statement?: StatementKind | undefined;
  /**
   * The energy that rests on the statement, by what the factors say of the same reported usage, both at the facility;
   * absent where either is missing.
   */
  readonly statedToEstimatedRatio?: number | undefined;
  /** Undefined where it could not be attributed: unknown, never zero. */
  readonly footprint: Footprint | undefined;
  /** Why there is no footprint; undefined where there is one. */
  readonly unattributedReason: UnattributedReason | undefined;
}
export { Accounting, Bound, Criterion, Evidence, Footprint, Impact, Labels, Outcome, Phase, Range, RequestRecord, ResolutionStep, Stated, StatedBoundary, StatedDoubt, StatedMethod, StatedSource, StatementKind, UnattributedReason, Usage, UsageSource, ZoneBasis };