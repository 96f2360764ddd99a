/**
 * The part of the life cycle that a number covers. `undivided`: the source does not split usage from
 * embodied. `training` is never part of a total.
 */
declare const PHASES: readonly ["usage", "embodied", "undivided", "training"];
export type Phase = (typeof PHASES)[number];
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
      readonly "m³": 1000;
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
export type Criterion = keyof typeof CRITERION_FACTS;
/**
 * A quantity with its uncertainty. `low ≤ central ≤ high`, all finite and not negative.
 * The unit stands in the name of whatever holds the range.
 */
export interface Range {
  readonly low: number;
  readonly central: number;
  readonly high: number;
}
/** The names of a range's three values, in rising order. */
declare const BOUNDS: readonly ["low", "central", "high"];
export type Bound = (typeof BOUNDS)[number];
/**
 * How good the factor is for this model, from best to weakest. The weakest link of the chain decides. `stated_…`: what
 * the provider says of this very request, measured or estimated by him; `operator_statement`: what an operator said of
 * an average request; `proxy`: the figures of a named model that stands in for one that nobody has published.
 */
declare const EVIDENCE: readonly ["user_measured", "user", "stated_measured", "operator_lca", "operator_lca_extrapolated", "operator_statement", "measured", "stated_estimated", "modelled", "parametric", "proxy", "class_default"];
export type Evidence = (typeof EVIDENCE)[number];
/**
 * Who says where a request was served, from surest to weakest: the application, the provider's answer, the endpoint
 * that was asked, what is known of the provider, or nobody.
 */
declare const ZONE_BASES: readonly ["declared", "stated", "endpoint", "provider_default", "world"];
export type ZoneBasis = (typeof ZONE_BASES)[number];
/** How a model's name was matched to the catalogue, from surest to weakest. */
declare const RESOLUTION_STEPS: readonly ["exact", "alias", "prefix", "date", "variant", "fine_tune", "deployment", "size", "family", "provider_default", "unknown"];
export type ResolutionStep = (typeof RESOLUTION_STEPS)[number];
/** Whether electricity is accounted by the local grid or by the operator's contracts. */
export type Accounting = "location" | "market" | "unknown";
/** One criterion of a footprint: the total over its phases (training left out), and the phases. */
export interface Impact extends Range {
  readonly phases: Readonly<Partial<Record<Phase, Range>>>;
}
/** What is attributed to a request. A criterion that no factor covers is absent, never 0. */
export interface Footprint extends Readonly<Partial<Record<Criterion, Impact>>> {
  readonly evidence: Evidence;
  readonly accounting: Accounting;
  /** The factors that the numbers were computed from, as `id@version`. */
  readonly factorIds: readonly string[];
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
declare const UNATTRIBUTED_REASONS: readonly ["failed", "no_usage", "no_factor", "unknown_model", "unknown_api"];
export type UnattributedReason = (typeof UNATTRIBUTED_REASONS)[number];
/**
 * What the provider says a request consumed. The classes are disjoint: their sum counts nothing twice,
 * whatever the provider includes in what. A class that the provider did not state is absent, never 0.
 */
export interface Usage {
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
}
/** `reported` by the provider; `estimated` from what was seen of the answer; `missing`: neither. */
export type UsageSource = "reported" | "estimated" | "missing";
/** `abandoned`: the application stopped reading, aborted, or never read; `failed`: no good answer came. */
declare const OUTCOMES: readonly ["completed", "abandoned", "failed"];
export type Outcome = (typeof OUTCOMES)[number];
/** The application's own labels: declared names, short values. */
export type Labels = Readonly<Record<string, string>>;
/**
 * One logical call of the application, whatever became of it. There is no field that could hold a prompt
 * or an answer.
 */
export interface RequestRecord {
  /** Unique per request. */
  readonly id: string;
  /** As OpenTelemetry's `gen_ai.provider.name`: `openai`, `mistral_ai`, `azure.ai.openai`, … */
  readonly provider: string;
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
  readonly labels: Labels;
  readonly outcome: Outcome;
  /** A low-cardinality word for what went wrong: `http_429`, `connection`, `aborted`, `stream_error`, … */
  readonly errorType: string | undefined;
  /** HTTP exchanges made for this request, retries included. */
  readonly attempts: number;
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
  readonly footprint: Footprint | undefined;
  readonly unattributedReason: UnattributedReason | undefined;
}
declare const CALENDAR_UNITS: readonly ["day", "week", "month", "quarter", "year"];
type CalendarUnit = (typeof CALENDAR_UNITS)[number];
/** In the order of ISO 8601, which numbers Monday 1. */
declare const WEEKDAYS: readonly ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
export type Weekday = (typeof WEEKDAYS)[number];
/** The time over which a budget's limit holds. */
export type Window = CalendarWindow | {
  readonly kind: "rolling";
  readonly durationSeconds: number;
};
interface CalendarWindow {
  readonly kind: "calendar";
  readonly unit: CalendarUnit;
  readonly timeZone: string;
  /** The day that a week begins on. @default "monday" */
  readonly weekStart?: Weekday | undefined;
}
/**
 * An instant's place in a window. Times are milliseconds since the epoch. Spend is kept in slots: a rolling window moves
 * on slot by slot, and the recent rate is read from them.
 */
export interface Position {
  readonly now: number;
  /** Spend in slots from here on counts. */
  readonly windowStart: number;
  /** When all that is spent by now will have left the window. */
  readonly windowEnd: number;
  /** The slot that `now` lies in. */
  readonly slot: number;
  readonly slotMilliseconds: number;
  /** Slots before this are of no more use. */
  readonly keepFrom: number;
}
/** What a budget can limit: a criterion of the footprint, the tokens of all classes, or the number of requests. */
declare const BUDGET_CRITERIA: readonly [...("co2eGrams" | "waterLitres" | "energyJoules" | "primaryEnergyJoules" | "abioticDepletionGramsSbEq")[], "tokens", "requests"];
export type BudgetCriterion = (typeof BUDGET_CRITERIA)[number];
/**
 * What happens when a request finds no room. `warn`: nothing but the threshold events; `shadow`: it is sent, and what
 * `refuse` would have done is reported; `refuse`: it is not sent.
 */
declare const MODES: readonly ["warn", "shadow", "refuse"];
export type Mode = (typeof MODES)[number];
/**
 * What a refusing budget does while its store cannot be reached. `open`: let requests pass; `closed`: refuse them;
 * `allowance`: let pass what fits into this process's share of what was left at the last known balance.
 */
declare const STORE_FAILURES: readonly ["open", "closed", "allowance"];
export type StoreFailure = (typeof STORE_FAILURES)[number];
/** A limit on a footprint, per group of labels, per window: checked, in the criterion's unit. */
export interface Budget {
  readonly name: string;
  readonly criterion: BudgetCriterion;
  /** In the criterion's unit; above 0. */
  readonly limit: number;
  /** For each name, the values that count towards this budget; a request must match all names. */
  readonly match: Readonly<Record<string, readonly string[]>>;
  /** Each combination of values of these has the limit for itself. */
  readonly groupBy: readonly string[];
  readonly window: Window;
  /** Shares of the limit that are reported when they are reached, ascending; 1 is the limit. */
  readonly thresholds: readonly number[];
  /** Which value of a footprint's range counts. */
  readonly bound: Exclude<Bound, "low">;
  readonly mode: Mode;
  readonly onStoreFailure: StoreFailure;
}
/** A budget for one group: what has an amount of its own. */
export interface Account {
  readonly budget: Budget;
  readonly group: Labels;
  /** Unique among all budgets and groups, stable across processes. */
  readonly key: string;
}
/** A window that has ended. */
export interface EndedWindow {
  readonly windowStart: number;
  readonly used: Range;
}
/** An amount to set aside in an account, in the budget's bound. */
export interface Hold {
  readonly account: Account;
  readonly amount: number;
}
/** What became of a hold: spent, or, without an amount, given back. */
export interface Booking {
  readonly account: Account;
  readonly amount: Range | undefined;
}
/** What an account holds after a step, and what that step brought about. */
export interface Balance {
  /** Where the account's window stood by the store's clock when the step was taken. */
  readonly position: Position;
  /** The window that spend counts in: later than the position's after the clock was set back. */
  readonly windowStart: number;
  readonly used: Range;
  readonly reserved: number;
  /** The window that this step ended; reported to one caller only. */
  readonly ended: EndedWindow | undefined;
  /** The thresholds that this step was the first to reach in the window, ascending; reported to one caller only. */
  readonly crossed: readonly number[];
}
/** A balance with what a forecast needs. */
export interface Statement extends Balance {
  readonly slots: ReadonlyMap<number, Range>;
  readonly firstSpendAt: number | undefined;
}
/** In place of a balance: this account cannot be used, such as a key of another type in Redis; the others can. */
export interface AccountFault {
  readonly problem: string;
}
/** The answer to a reservation: a balance for each hold, in the same order, and whether it had room. */
export interface Verdict {
  /** Whether the holds are now set aside: all of them, or none. Accounts that cannot be used do not count. */
  readonly admitted: boolean;
  readonly balances: readonly ((Balance & {
    readonly hadRoom: boolean;
  }) | AccountFault)[];
}
/** The store has lost what it held, and took it up from the last balances that were known in this process. */
export interface DataLoss {
  /** How many accounts were taken up. */
  readonly accounts: number;
}
/**
 * No answer in time. It is not known whether the step was taken, and one late answer says nothing about the next:
 * the store counts as unreachable after several in a row. Any other rejection says so at once.
 */
export declare class LateAnswerError extends Error {
  readonly name = "LateAnswerError";
}
/**
 * Where the accounts are kept. A store has one clock, its own, by which it finds each account's place in its window and
 * lets reservations expire. Each step is atomic over all accounts that it names, and moves their windows on and drops
 * expired reservations first. A store that answers at once answers synchronously. A rejection means that it is not
 * known whether the step was taken; settling may therefore be repeated. No step throws.
 */
export interface BudgetStore {
  /**
   * Sets the holds aside under the request's id, unless an account of a budget in mode `refuse` has no room. A second
   * reservation under the same id changes nothing.
   *
   * @param seconds after how many the holds no longer count
   */
  reserve(id: string, holds: readonly Hold[], seconds: number): Verdict | Promise<Verdict>;
  /**
   * Books what a request has spent, whether its reservation still stands, has expired, or never arrived. Under the same
   * id a second time it changes nothing and gives the first answer again, until that id is acknowledged.
   *
   * @param acknowledged requests whose settlement was answered, so that the store may forget them
   */
  settle(id: string, bookings: readonly Booking[], acknowledged: readonly string[]): readonly (Balance | AccountFault)[] | Promise<readonly (Balance | AccountFault)[]>;
  /** The statements of these accounts. One without slots has not changed since the last that had them. */
  read(accounts: readonly Account[]): readonly (Statement | Balance | AccountFault)[] | Promise<readonly (Statement | Balance | AccountFault)[]>;
  /** How many processes share the store at the moment, as far as it knows. @default 1 */
  readonly replicas?: number;
  /** Calls the listener whenever the store has lost data. */
  onDataLoss?(listener: (loss: DataLoss) => void): void;
}
export {};