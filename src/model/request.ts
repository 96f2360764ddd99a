import type { Footprint, UnattributedReason, ZoneBasis } from "./footprint.ts";
import type { Stated, StatementKind } from "./stated.ts";
import type { Usage, UsageSource } from "./usage.ts";

/** `abandoned`: the application stopped reading, aborted, or never read; `failed`: no good answer came. */
export const OUTCOMES = ["completed", "abandoned", "failed"] as const;
/** What became of a request: `abandoned` where the application left before its answer had ended. */
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
