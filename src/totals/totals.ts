import { offsetOfSlot, IMPACT_COLUMNS, totalSlots, type Amounts } from "../model/amounts.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { EVIDENCE, UNATTRIBUTED_REASONS, type Evidence, type UnattributedReason } from "../model/footprint.ts";
import { OUTCOMES, type Outcome } from "../model/request.ts";
import { USAGE_CLASSES, type Usage, type UsageSource } from "../model/usage.ts";
import { STATEMENT_KINDS, type StatementKind } from "../model/stated.ts";
import { Cells, type Block } from "./cells.ts";
import {
  ATTEMPTS,
  HISTOGRAM_GROUPS,
  LABEL_SET,
  LABEL_SET_SIZES,
  MODEL,
  MODEL_SIZES,
  USAGE_SOURCES,
} from "./columns.ts";
import { bucketOf, type Histogram } from "./histograms.ts";
import { LabelSets, type LabelSet, type LabelSetLimits, type ModelSet } from "./label-sets.ts";
import { checkLabelNames, type LabelSetKey } from "./labels.ts";
import type { ModelFactors } from "./model-factors.ts";
import { takeOverview, type TotalsOverview } from "./totals-overview.ts";
import { restoreSnapshot } from "./restore.ts";
import { takeSnapshot, type TotalsSnapshot } from "./snapshot.ts";
import { METER_STAGES, type MeterStage } from "./stages.ts";

export interface TotalsOptions {
  /** The declared labels, in the order of the exposition. */
  readonly labelNames: readonly string[];
  /** Distinct values of one label, then `other`. @default 200 */
  readonly maxLabelValues?: number;
  /** Label sets altogether, then `other`. As in OpenTelemetry. @default 2000 */
  readonly maxSeries?: number;
  /** How long a line that is new is exported as 0, in seconds: two scrape intervals are enough, and 0 turns it off. @default 60 */
  readonly zeroHoldSeconds?: number;
  /** The clock, in milliseconds since the epoch. */
  readonly now: () => number;
}

/** What one request adds to the totals. */
export interface Contribution {
  readonly outcome: Outcome;
  /** HTTP exchanges, retries included. */
  readonly attempts: number;
  readonly durationSeconds: number;
  readonly timeToFirstTokenSeconds?: number | undefined;
  readonly usage?: Usage | undefined;
  readonly usageSource: UsageSource;
  /** Read at once and not kept. */
  readonly amounts?: Amounts | undefined;
  /** A bit per slot of `amounts` that has a value (bit n is slot n). */
  readonly slots: number;
  readonly evidence?: Evidence | undefined;
  readonly unattributedReason?: UnattributedReason | undefined;
  /** What became of what the provider stated; undefined where it stated nothing. */
  readonly statement?: StatementKind | undefined;
  /** The energy that rests on a statement, by that of our factors, at the same boundary; undefined where either is missing. */
  readonly statedToEstimatedRatio?: number | undefined;
}

/** What one of several models used for an answer. */
export type ModelShare = Pick<Contribution, "usage" | "amounts" | "slots" | "evidence">;

/** @returns empty totals. @throws ConfigurationError for label names or limits that cannot work */
export const createTotals = (options: TotalsOptions): Totals => new Totals(options);

/**
 * The running totals: the one place where requests are summed. Each sum is made in the order of adding, in
 * doubles. Nothing here throws after construction.
 */
export class Totals {
  readonly labelNames: readonly string[];
  readonly zeroHoldSeconds: number;
  readonly maxSeries: number;
  /** Errors of the meter itself, by stage. */
  readonly errors = new Map<MeterStage, number>(METER_STAGES.map((stage) => [stage, 0]));
  /** The factors of each provider's model, the latest to be used. */
  readonly factorsOf = new Map<ModelSet, ModelFactors>();
  readonly #now: () => number;
  readonly #sets: LabelSets;
  readonly #cells: Cells;
  readonly #modelCells: Cells;

  constructor({ labelNames, maxLabelValues = 200, maxSeries = 2000, zeroHoldSeconds = 60, now }: TotalsOptions) {
    checkLabelNames(labelNames);
    checkCount("createMeter.maxLabelValues", maxLabelValues);
    checkCount("createMeter.maxSeries", maxSeries);
    if (typeof zeroHoldSeconds !== "number" || !(zeroHoldSeconds >= 0 && zeroHoldSeconds < Infinity)) {
      throw new ConfigurationError(
        "createMeter.zeroHoldSeconds",
        `expected a time in seconds, got ${shown(zeroHoldSeconds)}`,
        "Give seconds, 0 or more.",
      );
    }
    this.labelNames = [...labelNames];
    this.zeroHoldSeconds = zeroHoldSeconds;
    this.maxSeries = maxSeries;
    this.#now = now;
    this.#cells = new Cells(LABEL_SET_SIZES, now);
    this.#modelCells = new Cells(MODEL_SIZES, now);
    const limits: LabelSetLimits = { maxLabelValues, maxSeries };
    this.#sets = new LabelSets(this.labelNames, limits, this.#cells, this.#modelCells);
  }

  /** The totals that a request with these labels belongs to; the same object for equal labels. */
  series(key: LabelSetKey): LabelSet {
    return this.#sets.find(key);
  }

  /** Adds one request. A number that is negative or not finite is left out and counted as an error. */
  add(series: LabelSet, contribution: Contribution): void {
    const { usage, amounts, evidence, unattributedReason, timeToFirstTokenSeconds } = contribution;
    this.#sum(series, LABEL_SET.requests, OUTCOMES.indexOf(contribution.outcome), 1);
    this.#sum(series, LABEL_SET.requests, ATTEMPTS, contribution.attempts);
    this.#sum(series, LABEL_SET.usageSource + USAGE_SOURCES.indexOf(contribution.usageSource), 0, 1);
    if (unattributedReason !== undefined) {
      this.#sum(series, LABEL_SET.reason + UNATTRIBUTED_REASONS.indexOf(unattributedReason), 0, 1);
    }
    if (usage) this.#addUsage(series, usage);
    this.#observe(series.model, "durationSeconds", contribution.durationSeconds);
    if (timeToFirstTokenSeconds !== undefined)
      this.#observe(series.model, "timeToFirstTokenSeconds", timeToFirstTokenSeconds);
    if (amounts && contribution.slots !== 0) {
      this.#addAmounts(series, amounts, contribution.slots, evidence);
      this.#observeAmounts(series.model, amounts, contribution.slots);
    }
    if (evidence !== undefined)
      this.#sumOfModel(series.model, MODEL.attributedRequests + EVIDENCE.indexOf(evidence), 0, 1);
    const { statement, statedToEstimatedRatio } = contribution;
    if (statement === undefined) return;
    this.#sumOfModel(series.model, MODEL.statedRequests + STATEMENT_KINDS.indexOf(statement), 0, 1);
    if (statedToEstimatedRatio !== undefined)
      this.#observe(series.model, "statedToEstimatedRatio", statedToEstimatedRatio);
  }

  /** Adds what another model than the one that answered used for a request: tokens and footprint, and no request. */
  addShare(series: LabelSet, { usage, amounts, slots, evidence }: ModelShare): void {
    if (usage) this.#addUsage(series, usage);
    if (amounts && slots !== 0) this.#addAmounts(series, amounts, slots, evidence);
  }

  countError(stage: MeterStage): void {
    this.errors.set(stage, (this.errors.get(stage) ?? 0) + 1);
  }

  noteModel(series: LabelSet, factors: ModelFactors): void {
    if (this.factorsOf.get(series.model) !== factors) this.factorsOf.set(series.model, factors);
  }

  /** All label sets, in the order in which they were first seen. */
  get labelSets(): readonly LabelSet[] {
    return this.#sets.all;
  }

  /** All models of all providers, in the order in which they were first seen. */
  get models(): readonly ModelSet[] {
    return this.#sets.models;
  }

  /** How often a label's value had to be counted under `other`; `label_set` for the cap on all sets. */
  get labelOverflow(): ReadonlyMap<string, number> {
    return this.#sets.overflow;
  }

  /** Lines born later than this, in milliseconds since the epoch, are to be exported as 0. */
  get holdBefore(): number {
    return this.zeroHoldSeconds === 0 ? Infinity : this.#now() - this.zeroHoldSeconds * 1000;
  }

  snapshot(): TotalsSnapshot {
    return takeSnapshot(this);
  }

  overview(): TotalsOverview {
    return takeOverview(this);
  }

  /**
   * Continues totals that a snapshot was taken of, adding to what is already there. What is restored is
   * exported at once: holding it at zero would look like a counter that was reset.
   */
  restore(snapshot: TotalsSnapshot): void {
    restoreSnapshot(snapshot, {
      series: (key) => this.series(key),
      addTo: (series, group, index, value) => this.#addRestored(this.#cells, series, group, index, value),
      addToModel: (model, group, index, value) => this.#addRestored(this.#modelCells, model, group, index, value),
      refuse: () => this.countError("totals"),
    });
  }

  #addUsage(series: LabelSet, usage: Usage): void {
    for (let index = 0; index < USAGE_CLASSES.length; index += 1) {
      const value = usage[USAGE_CLASSES[index]!];
      if (value !== undefined) this.#sum(series, LABEL_SET.usage + index, 0, value);
    }
  }

  #addAmounts(series: LabelSet, amounts: Amounts, slots: number, evidence: Evidence | undefined): void {
    for (let slot = 0; slot < IMPACT_COLUMNS.length; slot += 1) {
      if ((slots & (1 << slot)) === 0) continue;
      const offset = offsetOfSlot(slot);
      const group = LABEL_SET.slot + slot;
      if (!this.#cells.addRange(series, group, amounts[offset]!, amounts[offset + 1]!, amounts[offset + 2]!)) {
        this.countError("totals");
      }
    }
    if (evidence === undefined) return;
    const rank = EVIDENCE.indexOf(evidence);
    const co2eGrams = centralTotal(amounts, slots, totalSlots.co2eGrams);
    const energyJoules = centralTotal(amounts, slots, totalSlots.energyJoules);
    if (co2eGrams !== undefined) this.#sumOfModel(series.model, MODEL.attributedCo2eGrams + rank, 0, co2eGrams);
    // What does not fit here has not fitted above, and is counted as an error once.
    if (energyJoules !== undefined)
      this.#modelCells.add(series.model, MODEL.attributedEnergyJoules + rank, 0, energyJoules);
  }

  /** How the requests of a model are distributed. */
  #observeAmounts(model: ModelSet, amounts: Amounts, slots: number): void {
    const co2eGrams = centralTotal(amounts, slots, totalSlots.co2eGrams);
    const waterLitres = centralTotal(amounts, slots, totalSlots.waterLitres);
    if (co2eGrams !== undefined) this.#observe(model, "co2eGrams", co2eGrams);
    if (waterLitres !== undefined) this.#observe(model, "waterLitres", waterLitres);
  }

  #observe(model: ModelSet, histogram: Histogram["name"], value: number): void {
    const { group, buckets } = HISTOGRAM_GROUPS[histogram];
    if (!this.#modelCells.add(model, group, buckets.length + 1, value)) this.countError("totals");
    else this.#modelCells.add(model, group, bucketOf(buckets, value), 1);
  }

  #sum(series: LabelSet, group: number, index: number, value: number): void {
    if (!this.#cells.add(series, group, index, value)) this.countError("totals");
  }

  #sumOfModel(model: ModelSet, group: number, index: number, value: number): void {
    if (!this.#modelCells.add(model, group, index, value)) this.countError("totals");
  }

  #addRestored(cells: Cells, block: Block, group: number, index: number, value: number): void {
    cells.ensure(block, group, -Infinity);
    if (!cells.add(block, group, index, value)) this.countError("totals");
  }
}

function centralTotal(amounts: Amounts, slots: number, of: readonly number[]): number | undefined {
  let total: number | undefined;
  for (const slot of of) {
    if ((slots & (1 << slot)) !== 0) total = (total ?? 0) + amounts[offsetOfSlot(slot) + 1]!;
  }
  return total;
}

function checkCount(part: string, value: number): void {
  if (!Number.isInteger(value) || value < 1) {
    throw new ConfigurationError(part, `expected a count, got ${shown(value)}`, "Give a whole number from 1 on.");
  }
}
