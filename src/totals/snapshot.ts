import { IMPACT_COLUMNS } from "../model/amounts.ts";
import {
  CRITERIA,
  EVIDENCE,
  UNATTRIBUTED_REASONS,
  type Criterion,
  type Evidence,
  type Impact,
  type Phase,
  type UnattributedReason,
} from "../model/footprint.ts";
import { add, type Range } from "../model/range.ts";
import { OUTCOMES, type Labels, type Outcome } from "../model/request.ts";
import { USAGE_CLASSES, type Usage, type UsageSource } from "../model/usage.ts";
import { STATEMENT_KINDS, type StatementKind } from "../model/stated.ts";
import { valueOf, type Block } from "./cells.ts";
import { ATTEMPTS, LABEL_SET, MODEL, USAGE_SOURCES } from "./columns.ts";
import { HISTOGRAMS, type Histogram } from "./histograms.ts";
import type { LabelSet, ModelSet } from "./label-sets.ts";
import type { ModelFactors } from "./model-factors.ts";

/** What some requests add up to. What was never known is absent, never 0. */
export interface TotalsSummary extends Readonly<Partial<Record<Criterion, Impact>>> {
  readonly requests: Readonly<Record<Outcome, number>>;
  readonly attempts: number;
  readonly usage: Usage;
  readonly usageSources: Readonly<Partial<Record<UsageSource, number>>>;
  readonly unattributed: Readonly<Partial<Record<UnattributedReason, number>>>;
  /** The share of requests that have a footprint, from 0 to 1; absent before the first request. */
  readonly coverage?: number;
}

/** The sums of one label set. `labels` holds provider, model and operation as well as the declared labels. */
export interface LabelSetSummary extends TotalsSummary {
  readonly labels: Labels;
}

export interface ModelSummary {
  readonly provider: string;
  readonly model: string;
  readonly attributed: Readonly<
    Partial<
      Record<Evidence, { readonly requests: number; readonly co2eGrams?: number; readonly energyJoules?: number }>
    >
  >;
  /** Requests whose provider stated something, by what became of it; absent where none did. */
  readonly stated?: Readonly<Partial<Record<StatementKind, number>>>;
  /** Requests per bucket (not cumulative; the last is for what is above all bounds) and the sum of the values. */
  readonly distributions: Readonly<
    Partial<Record<Histogram["name"], { readonly counts: readonly number[]; readonly sum: number }>>
  >;
  readonly factors?: ModelFactors;
}

/** The running totals at one moment, as plain JSON. */
export interface TotalsSnapshot {
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

/** What a snapshot is taken of. */
export interface TotalsView {
  readonly labelSets: readonly LabelSet[];
  readonly models: readonly ModelSet[];
  readonly factorsOf: ReadonlyMap<ModelSet, ModelFactors>;
  readonly labelOverflow: ReadonlyMap<string, number>;
  readonly errors: ReadonlyMap<string, number>;
}

export function takeSnapshot(totals: TotalsView): TotalsSnapshot {
  const { labelSets, models } = totals;
  return {
    overall: summary((group, index) => sumOver(labelSets, group, index)),
    labelSets: labelSets.map(labelSetSummary),
    models: models.map((set) => modelSummary(set, totals.factorsOf.get(set))),
    labelOverflow: Object.fromEntries(totals.labelOverflow),
    errors: Object.fromEntries(totals.errors),
  };
}

export const labelSetSummary = (set: LabelSet): LabelSetSummary => ({ labels: set.labels, ...summaryOf(set) });

/** What a block of a label set's groups says. */
export const summaryOf = (block: Block): TotalsSummary => summary((group, index) => valueOf(block, group, index));

type Read = (group: number, index: number) => number | undefined;

function sumOver(sets: readonly Block[], group: number, index: number): number | undefined {
  let sum: number | undefined;
  for (const set of sets) {
    const value = valueOf(set, group, index);
    if (value !== undefined) sum = (sum ?? 0) + value;
  }
  return sum;
}

function summary(read: Read): TotalsSummary {
  const requests = named(OUTCOMES, (index) => read(LABEL_SET.requests, index) ?? 0) as Record<Outcome, number>;
  const unattributed = named(UNATTRIBUTED_REASONS, (index) => read(LABEL_SET.reason + index, 0));
  const count = total(requests);
  return {
    requests,
    attempts: read(LABEL_SET.requests, ATTEMPTS) ?? 0,
    usage: named(USAGE_CLASSES, (index) => read(LABEL_SET.usage + index, 0)),
    usageSources: named(USAGE_SOURCES, (index) => read(LABEL_SET.usageSource + index, 0)),
    unattributed,
    ...(count > 0 && { coverage: 1 - total(unattributed) / count }),
    ...impacts(read),
  };
}

function impacts(read: Read): Partial<Record<Criterion, Impact>> {
  const phasesOf: Partial<Record<Criterion, Partial<Record<Phase, Range>>>> = {};
  IMPACT_COLUMNS.forEach(([criterion, phase], slot) => {
    const group = LABEL_SET.slot + slot;
    const low = read(group, 0);
    if (low === undefined) return;
    (phasesOf[criterion] ??= {})[phase] = { low, central: read(group, 1)!, high: read(group, 2)! };
  });
  const found: Partial<Record<Criterion, Impact>> = {};
  for (const criterion of CRITERIA) {
    const phases = phasesOf[criterion];
    if (!phases) continue;
    const { training: _training, ...parts } = phases;
    const ranges = Object.values(parts);
    if (ranges.length > 0) found[criterion] = { ...ranges.reduce(add), phases };
  }
  return found;
}

export function modelSummary(set: ModelSet, factors: ModelFactors | undefined): ModelSummary {
  const { provider = "", model = "" } = set.labels;
  const attributed = named(EVIDENCE, (index) => {
    const requests = valueOf(set, MODEL.attributedRequests + index, 0);
    const co2eGrams = valueOf(set, MODEL.attributedCo2eGrams + index, 0);
    const energyJoules = valueOf(set, MODEL.attributedEnergyJoules + index, 0);
    if (requests === undefined) return undefined;
    return {
      requests,
      ...(co2eGrams !== undefined && { co2eGrams }),
      ...(energyJoules !== undefined && { energyJoules }),
    };
  });
  const stated = named(STATEMENT_KINDS, (index) => valueOf(set, MODEL.statedRequests + index, 0));
  const distributions = named(
    HISTOGRAMS.map(({ name }) => name),
    (index) => {
      const group = MODEL.histogram + index;
      const cells = HISTOGRAMS[index]!.buckets.length + 1;
      const sum = valueOf(set, group, cells);
      if (sum === undefined) return undefined;
      return { counts: Array.from({ length: cells }, (_, cell) => valueOf(set, group, cell)!), sum };
    },
  );
  return {
    provider,
    model,
    attributed,
    ...(Object.keys(stated).length > 0 && { stated }),
    distributions,
    ...(factors && { factors }),
  };
}

function named<Name extends string, Value>(
  names: readonly Name[],
  value: (index: number) => Value | undefined,
): Partial<Record<Name, Value>> {
  const found: Partial<Record<Name, Value>> = {};
  names.forEach((name, index) => {
    const known = value(index);
    if (known !== undefined) found[name] = known;
  });
  return found;
}

const total = (counts: Readonly<Partial<Record<string, number>>>): number =>
  Object.values(counts).reduce<number>((sum, count) => sum + (count ?? 0), 0);
