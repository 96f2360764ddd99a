import { countableUsage } from "../attribution/countable.ts";
import { randomUUID } from "node:crypto";

import type { Attribute, Attributor, UnattributedModel } from "../attribution/attributor.ts";
import { totalsOf } from "../attribution/engines/impacts.ts";
import { sharesOf } from "../attribution/shares.ts";
import { newAmounts } from "../model/amounts.ts";
import { isStatedEvidence, type Footprint, type UnattributedReason } from "../model/footprint.ts";
import type { RequestRecord } from "../model/request.ts";
import type { Stated, StatementKind } from "../model/stated.ts";
import { sumShares } from "../model/sum.ts";
import { numbersOnly } from "../model/numbers-only.ts";
import type { LabelSet } from "../totals/label-sets.ts";
import type { ModelShare, Totals } from "../totals/totals.ts";
import { ChosenFactors, type Attributable } from "./chosen-factors.ts";
import type { EndedRequest } from "./ended-request.ts";
import type { CountedRequest } from "./record-sink.ts";

/** What one of several models used for an answer, and what is attributed to it. */
interface Share extends ModelShare {
  /** As the answer names it. */
  readonly model: string | undefined;
  readonly series: LabelSet;
  readonly footprint?: Footprint | undefined;
}

/** Attributes ended requests and adds them up; an object is made of a request only where it is asked for. */
export class Recorder {
  readonly #factors: ChosenFactors;
  readonly #totals: Totals;
  readonly #amounts = newAmounts();
  /** Of records whose usage several models share in. */
  readonly #labelSetsOf = new WeakMap<RequestRecord, readonly LabelSet[]>();
  readonly #liveIntensity: (zone: string | undefined) => number | undefined;

  /** @param liveIntensity the present grid intensity of a zone, gCO2e/kWh, where one is known */
  constructor(attribute: Attribute, totals: Totals, liveIntensity: (zone: string | undefined) => number | undefined) {
    this.#factors = new ChosenFactors(attribute);
    this.#totals = totals;
    this.#liveIntensity = liveIntensity;
  }

  /** @returns the request's record, where one is wanted */
  add(ended: EndedRequest, wanted: boolean): RequestRecord | undefined {
    return this.#add(ended, wanted ? "record" : undefined) as RequestRecord | undefined;
  }

  /** Adds a request of which no more is wanted than what counts. */
  count(ended: EndedRequest): CountedRequest {
    return this.#add(ended, "count")!;
  }

  #add(ended: EndedRequest, wanted: "record" | "count" | undefined): RequestRecord | CountedRequest | undefined {
    if (ended.usageByModel) return this.#addShared(ended, wanted !== undefined);
    const attributor = this.attributorOf(ended);
    const attributed = "unattributedReason" in attributor ? undefined : attributor;
    const { usage, durationSeconds, outcome } = ended;
    const live = attributed && this.#liveIntensity(attributed.zone);
    const countable = countableUsage(usage, ended.operation, outcome, ended.stated);
    const slots = countable && attributed ? attributed.evaluate(countable, durationSeconds, this.#amounts, live) : 0;
    const unattributedReason = slots === 0 ? reasonFor(ended, attributor) : undefined;
    const { provider, operation, labels } = ended;
    const series = this.#totals.series({ provider, model: attributor.model, operation, labels });
    const { stated } = ended;
    const ratio = stated === undefined ? undefined : this.#statedToEstimated(ended, attributed, live);
    this.#totals.add(series, {
      outcome,
      attempts: ended.attempts,
      durationSeconds,
      timeToFirstTokenSeconds: ended.timeToFirstTokenSeconds,
      usage,
      usageSource: ended.usageSource,
      amounts: this.#amounts,
      slots,
      evidence: slots === 0 ? undefined : attributed?.evidence,
      unattributedReason,
      ...(stated !== undefined && { statement: statementKind(stated), statedToEstimatedRatio: ratio }),
    });
    if (attributed) this.#totals.noteModel(series, attributed);
    if (wanted === undefined) return undefined;
    if (wanted === "count") {
      const footprint = slots === 0 ? undefined : totalsOf(this.#amounts, slots);
      return { id: ended.id, provider, model: attributor.model, operation, labels, outcome, usage, footprint };
    }
    const footprint = slots === 0 ? undefined : attributed?.footprintOf(this.#amounts, slots, countable!, live);
    const record = recordOf(ended, attributor, footprint, unattributedReason);
    return ratio === undefined ? record : { ...record, statedToEstimatedRatio: ratio };
  }

  /** The energy of a request as its provider states it, by what the factors would have said; both at the facility. */
  #statedToEstimated(ended: EndedRequest, attributed: Attributor | undefined, live?: number): number | undefined {
    const { usage, usageSource, durationSeconds } = ended;
    // Of a usage that is estimated, the estimate would be tested.
    if (usage === undefined || usageSource !== "reported") return undefined;
    if (attributed === undefined || !isStatedEvidence(attributed.evidence)) return undefined;
    const factors = this.attributorOf({ ...ended, stated: undefined });
    if ("unattributedReason" in factors) return undefined;
    const stated = attributed.footprint(usage, durationSeconds, live)?.energyJoules;
    const estimated = factors.footprint(usage, durationSeconds, live)?.energyJoules;
    return stated && estimated && estimated.central > 0 ? stated.central / estimated.central : undefined;
  }

  /** Everything in the totals that a record was added to: its own label set, and those of other models that shared in it. */
  labelSetsOf(record: RequestRecord): readonly LabelSet[] {
    return this.#labelSetsOf.get(record) ?? [this.#totals.series(record)];
  }

  /**
   * Adds a request that several models worked on: each one's usage and footprint to its own label set, and the request
   * to that of the one that answered.
   */
  #addShared(ended: EndedRequest, wanted: boolean): RequestRecord | undefined {
    const { provider, operation, labels, outcome, durationSeconds } = ended;
    const answering = this.attributorOf(ended);
    const own = ended.respondedModel ?? ended.requestedModel;
    const shares = sharesOf(ended).map((share) => this.#share(share));
    const footprint = sumShares(shares.map((share) => share.footprint));
    const unattributedReason = footprint ? undefined : reasonFor(ended, answering);
    const series = this.#totals.series({ provider, model: answering.model, operation, labels });
    const ownShare = shares.find(({ model }) => model === own);
    this.#totals.add(series, {
      outcome,
      attempts: ended.attempts,
      durationSeconds,
      timeToFirstTokenSeconds: ended.timeToFirstTokenSeconds,
      usage: ownShare?.usage,
      usageSource: ended.usageSource,
      amounts: ownShare?.amounts,
      slots: ownShare?.slots ?? 0,
      evidence: ownShare?.footprint?.evidence ?? footprint?.evidence,
      unattributedReason,
      ...(ended.stated !== undefined && { statement: statementKind(ended.stated) }),
    });
    const others = shares.filter((share) => share !== ownShare);
    for (const share of others) this.#totals.addShare(share.series, share);
    if (!wanted) return undefined;
    const record = recordOf(ended, answering, footprint, unattributedReason);
    this.#labelSetsOf.set(record, [series, ...others.map((share) => share.series)]);
    return record;
  }

  #share(ended: EndedRequest): Share {
    const attributor = this.attributorOf(ended);
    const { provider, operation, labels, durationSeconds, respondedModel: model, usage = {} } = ended;
    const series = this.#totals.series({ provider, model: attributor.model, operation, labels });
    if ("unattributedReason" in attributor) return { model, series, usage, slots: 0 };
    const live = this.#liveIntensity(attributor.zone);
    const amounts = newAmounts();
    const slots = attributor.evaluate(usage, durationSeconds, amounts, live);
    this.#totals.noteModel(series, attributor);
    const footprint = slots === 0 ? undefined : attributor.footprintOf(amounts, slots, usage, live);
    return { model, series, usage, amounts, slots, footprint, evidence: footprint?.evidence };
  }

  /** The footprint of a request that has been added before. */
  footprintOf(ended: EndedRequest): Footprint | undefined {
    return sumShares(
      sharesOf(ended).map((share) => {
        const attributor = this.attributorOf(share);
        const usage = countableUsage(share.usage, share.operation, share.outcome, share.stated);
        if (usage === undefined || "unattributedReason" in attributor) return undefined;
        return attributor.footprint(usage, share.durationSeconds, this.#liveIntensity(attributor.zone));
      }),
    );
  }

  /** The factors for a request. */
  attributorOf(request: Attributable): Attributor | UnattributedModel {
    return this.#factors.of(request);
  }
}

const statementKind = (stated: Stated | "unreadable"): StatementKind =>
  stated === "unreadable" ? stated : stated.doubt === undefined ? stated.source : "implausible";

function reasonFor(
  { outcome, usage, toUnknownApi }: EndedRequest,
  attributor: Attributor | UnattributedModel,
): UnattributedReason {
  if (usage === undefined) return outcome === "failed" ? "failed" : toUnknownApi === true ? "unknown_api" : "no_usage";
  return "unattributedReason" in attributor ? attributor.unattributedReason : "no_factor";
}

function recordOf(
  ended: EndedRequest,
  attributor: Attributor | UnattributedModel,
  footprint: Footprint | undefined,
  unattributedReason: UnattributedReason | undefined,
): RequestRecord {
  return {
    id: ended.id ?? randomUUID(),
    provider: ended.provider,
    requestedModel: ended.requestedModel,
    respondedModel: ended.respondedModel,
    model: attributor.model,
    operation: ended.operation,
    endpoint: ended.host,
    ...(ended.servedBy !== undefined && { servedBy: ended.servedBy }),
    labels: ended.labels,
    outcome: ended.outcome,
    errorType: ended.errorType,
    attempts: ended.attempts,
    startedAt: new Date(ended.startedAtMilliseconds),
    durationSeconds: ended.durationSeconds,
    timeToFirstTokenSeconds: ended.timeToFirstTokenSeconds,
    usage: ended.usage,
    ...(ended.usageByModel && { usageByModel: ended.usageByModel }),
    usageSource: ended.usageSource,
    rawUsage: numbersOnly(ended.rawUsage),
    ...(typeof ended.stated === "object" && { stated: ended.stated }),
    ...(ended.stated !== undefined && { statement: statementKind(ended.stated) }),
    zone: attributor.zone,
    zoneBasis: attributor.zoneBasis,
    ...("proxy" in attributor && { proxy: attributor.proxy, proxyReason: attributor.proxyReason }),
    ...(ended.reasoningEffort !== undefined && { reasoningEffort: ended.reasoningEffort }),
    footprint,
    unattributedReason,
  };
}
