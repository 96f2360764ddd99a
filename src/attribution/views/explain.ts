import { countableUsage } from "../countable.ts";
import {
  CRITERIA,
  type Footprint,
  type ResolutionStep,
  type UnattributedReason,
  type ZoneBasis,
} from "../../model/footprint.ts";
import { BOUNDS } from "../../model/range.ts";
import type { RequestRecord } from "../../model/request.ts";
import { sumShares } from "../../model/sum.ts";
import { UNKNOWN_NAME } from "../../model/unknown-name.ts";
import { attributorOf } from "../selection/attribute.ts";
import { subjectOf } from "../attributor.ts";
import { sharesOf } from "../shares.ts";
import type { DerivationStep } from "../engines/derivation.ts";
import { createSelector, type AttributionOptions, type Selector } from "../selection/selection.ts";

/** What of a record an explanation needs. */
export type ExplainableRecord = Pick<
  RequestRecord,
  | "provider"
  | "servedBy"
  | "requestedModel"
  | "respondedModel"
  | "operation"
  | "zone"
  | "zoneBasis"
  | "reasoningEffort"
  | "usage"
  | "usageByModel"
  | "durationSeconds"
  | "stated"
  | "footprint"
>;

/** The whole chain from a request's usage to its footprint. */
export interface Derivation {
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
export function explain(record: ExplainableRecord, options: AttributionOptions = {}): Derivation {
  const selector = createSelector(options);
  const own = explainShare(record, selector);
  if (!record.usageByModel) return own;
  const shares = sharesOf(record).map((share) => ({ share, derivation: explainShare(share, selector) }));
  const footprint = sumShares(shares.map(({ derivation }) => derivation.footprint));
  return {
    ...own,
    steps: shares.flatMap(({ share, derivation }) =>
      derivation.steps.map((step) => ({ ...step, quantity: `${step.quantity} (${share.respondedModel})` })),
    ),
    footprint,
    unattributedReason: footprint ? undefined : own.unattributedReason,
    agrees: sameFootprint(footprint, record.footprint),
  };
}

/** Of a record that one model worked on, or of what one of several used. */
function explainShare(record: ExplainableRecord, { catalogue, select }: Selector): Derivation {
  const { durationSeconds } = record;
  const usage = countableUsage(record.usage, record.operation, "completed", record.stated);
  const selection = select(subjectOf(record));
  const found = {
    model: selection.model?.name ?? UNKNOWN_NAME,
    resolution: selection.resolution,
    ...(selection.proxy && { proxy: selection.proxy.model, proxyReason: selection.proxy.reason }),
    zone: selection.zone,
    zoneBasis: selection.zoneBasis,
    catalogueVersion: catalogue.identity,
  };
  const { chosen } = selection;
  if (typeof chosen === "string" || usage === undefined) {
    const unattributedReason = typeof chosen === "string" ? chosen : "no_usage";
    return { ...found, steps: [], footprint: undefined, unattributedReason, agrees: record.footprint === undefined };
  }
  const recordedGrid = record.footprint?.gridIntensity;
  const live = recordedGrid?.basis === "live" ? recordedGrid.gramsPerKilowattHour : undefined;
  const footprint = attributorOf(catalogue, selection, chosen).footprint(usage, durationSeconds, live);
  return {
    ...found,
    steps: [...chosen.engine.derive(usage, durationSeconds, live), ...(chosen.training?.derive(usage) ?? [])],
    footprint,
    unattributedReason: footprint === undefined ? "no_usage" : undefined,
    agrees: sameFootprint(footprint, record.footprint),
  };
}

function sameFootprint(a: Footprint | undefined, b: Footprint | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return CRITERIA.every((criterion) =>
    BOUNDS.every((bound) => {
      const [one, other] = [a[criterion]?.[bound], b[criterion]?.[bound]];
      // A journal may have stored a sum, so the last bits are not asked for.
      if (one === undefined || other === undefined) return one === other;
      return Math.abs(one - other) <= 1e-9 * Math.max(one, other);
    }),
  );
}
