import type { Amounts } from "../model/amounts.ts";
import type {
  Accounting,
  Evidence,
  Footprint,
  ResolutionStep,
  UnattributedReason,
  ZoneBasis,
} from "../model/footprint.ts";
import type { RequestRecord } from "../model/request.ts";
import type { Stated } from "../model/stated.ts";
import type { Usage } from "../model/usage.ts";

/** What must be known of a request to choose its factors. */
export interface Subject {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  /** The model's name as the provider's answer gave it, else as it was asked for. */
  readonly model: string;
  /** As it was asked for, where the answer names it otherwise: it holds where the answer's name is an alias that is not known. */
  readonly requestedModel?: string;
  readonly operation: string;
  /**
   * Where the electricity comes from, as ISO 3166-1 alpha-3 or a cloud region; the provider's default when absent. Of
   * several places that cannot be told apart, all: the mean is central and the range spans them.
   */
  readonly zone?: string | readonly string[];
  /** Who says so. @default "declared" */
  readonly zoneBasis?: ZoneBasis;
  /** The reasoning effort that the request asked for, as the provider words it. */
  readonly reasoningEffort?: string;
  /** What the provider says of this very request: its energy goes before that of a factor, where it is better evidence. */
  readonly stated?: Stated;
}

/** What a record says of its subject. */
export function subjectOf(
  record: Pick<RequestRecord, "provider" | "requestedModel" | "respondedModel" | "operation"> &
    Partial<Pick<RequestRecord, "servedBy" | "zoneBasis" | "reasoningEffort">> & {
      readonly zone: Subject["zone"] | undefined;
      readonly stated?: Stated | "unreadable" | undefined;
    },
): Subject {
  const { operation, zone, zoneBasis, requestedModel, respondedModel, reasoningEffort, stated } = record;
  return {
    // Whoever served it has the grid, the facility and the factors; labels name whom the application asked.
    provider: record.servedBy ?? record.provider,
    model: respondedModel ?? requestedModel ?? "",
    ...(requestedModel !== undefined && isOther(requestedModel, respondedModel) && { requestedModel }),
    operation,
    ...(zone !== undefined && { zone }),
    ...(zoneBasis !== undefined && { zoneBasis }),
    ...(reasoningEffort !== undefined && { reasoningEffort }),
    ...(typeof stated === "object" && { stated }),
  };
}

const isOther = (requested: string, responded: string | undefined): boolean =>
  responded !== undefined && responded !== requested;

/**
 * Factors chosen for a subject, ready to be applied to any number of requests. Immutable and without state,
 * so that one is made per subject and kept.
 */
export interface Attributor {
  /** The model's name in the catalogue; `unknown` when the catalogue does not know it. */
  readonly model: string;
  /** Of several places their names, joined by `+`; undefined for the world's average. */
  readonly zone: string | undefined;
  readonly zoneBasis: ZoneBasis;
  /** The model whose figures stand in for this one, and why that one. */
  readonly proxy?: string;
  readonly proxyReason?: string;
  readonly resolution?: ResolutionStep;
  readonly evidence: Evidence;
  readonly accounting: Accounting;
  readonly factorIds: readonly string[];
  readonly catalogueVersion: string;

  /**
   * Writes the footprint of `usage` into `amounts`, overwriting all of it.
   *
   * @param durationSeconds what the request took, for methods that bound hardware time by it
   * @param liveGramsPerKilowattHour the grid's carbon intensity now, gCO2e/kWh, in place of the annual average; without
   *   effect where the factor has the grid inside
   * @returns a bit per slot that has a value (bit n is slot n); 0 when this usage has nothing that a factor covers
   */
  evaluate(usage: Usage, durationSeconds: number, amounts: Amounts, liveGramsPerKilowattHour?: number): number;

  /** What to be careful about with this usage, as the footprint's warnings say it. */
  warningsOf(usage: Usage): readonly string[];

  /** What `evaluate` has written, as an object with its provenance; `slots` is what it returned, and not 0. */
  footprintOf(amounts: Amounts, slots: number, usage: Usage, liveGramsPerKilowattHour?: number): Footprint;

  /** Both at once; undefined where `evaluate` returns 0. */
  footprint(usage: Usage, durationSeconds: number, liveGramsPerKilowattHour?: number): Footprint | undefined;
}

/** Chooses the factors for a subject, or says why there are none. Pure: equal subjects give equal answers. */
export type Attribute = (subject: Subject) => Attributor | UnattributedModel;

export interface UnattributedModel {
  /** The model's name in the catalogue, or `unknown`. */
  readonly model: string;
  readonly zone: string | undefined;
  readonly zoneBasis: ZoneBasis;
  readonly resolution?: ResolutionStep;
  readonly unattributedReason: UnattributedReason;
}
