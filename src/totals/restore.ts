import { IMPACT_COLUMNS } from "../model/amounts.ts";
import { EVIDENCE, UNATTRIBUTED_REASONS } from "../model/footprint.ts";
import { OUTCOMES } from "../model/request.ts";
import { USAGE_CLASSES } from "../model/usage.ts";
import { STATEMENT_KINDS } from "../model/stated.ts";
import { ATTEMPTS, LABEL_SET, MODEL, USAGE_SOURCES } from "./columns.ts";
import { HISTOGRAMS } from "./histograms.ts";
import type { LabelSet, ModelSet } from "./label-sets.ts";
import type { LabelSetKey } from "./labels.ts";
import type { ModelSummary, TotalsSnapshot, TotalsSummary } from "./snapshot.ts";

/** Where a snapshot's numbers go when totals are continued. */
export interface RestoreTarget {
  series(key: LabelSetKey): LabelSet;
  addTo(series: LabelSet, group: number, index: number, value: number): void;
  addToModel(model: ModelSet, group: number, index: number, value: number): void;
  refuse(): void;
}

export function restoreSnapshot(snapshot: TotalsSnapshot, target: RestoreTarget): void {
  const setOfModel = new Map<string, ModelSet>();
  for (const summary of snapshot.labelSets) {
    const { provider = "", model = "", operation = "" } = summary.labels;
    const series = target.series({ provider, model, operation, labels: summary.labels });
    setOfModel.set(JSON.stringify([provider, model]), series.model);
    restoreLabelSet(summary, (group, index, value) => target.addTo(series, group, index, value));
  }
  for (const summary of snapshot.models) {
    const set = setOfModel.get(JSON.stringify([summary.provider, summary.model]));
    if (!set) target.refuse();
    else restoreModel(summary, target, set);
  }
}

type Write = (group: number, index: number, value: number) => void;

function restoreLabelSet(from: TotalsSummary, write: Write): void {
  OUTCOMES.forEach((outcome, index) => write(LABEL_SET.requests, index, from.requests[outcome]));
  write(LABEL_SET.requests, ATTEMPTS, from.attempts);
  restoreNamed(USAGE_CLASSES, from.usage, (index, value) => write(LABEL_SET.usage + index, 0, value));
  restoreNamed(USAGE_SOURCES, from.usageSources, (index, value) => write(LABEL_SET.usageSource + index, 0, value));
  restoreNamed(UNATTRIBUTED_REASONS, from.unattributed, (index, value) => write(LABEL_SET.reason + index, 0, value));
  IMPACT_COLUMNS.forEach(([criterion, phase], slot) => {
    const part = from[criterion]?.phases[phase];
    if (!part) return;
    write(LABEL_SET.slot + slot, 0, part.low);
    write(LABEL_SET.slot + slot, 1, part.central);
    write(LABEL_SET.slot + slot, 2, part.high);
  });
}

function restoreModel(from: ModelSummary, target: RestoreTarget, set: ModelSet): void {
  restoreNamed(EVIDENCE, from.attributed, (index, { requests, co2eGrams, energyJoules }) => {
    target.addToModel(set, MODEL.attributedRequests + index, 0, requests);
    if (co2eGrams !== undefined) target.addToModel(set, MODEL.attributedCo2eGrams + index, 0, co2eGrams);
    if (energyJoules !== undefined) target.addToModel(set, MODEL.attributedEnergyJoules + index, 0, energyJoules);
  });
  restoreNamed(STATEMENT_KINDS, from.stated ?? {}, (index, requests) => {
    target.addToModel(set, MODEL.statedRequests + index, 0, requests);
  });
  HISTOGRAMS.forEach(({ name, buckets }, index) => {
    const distribution = from.distributions[name];
    if (!distribution) return;
    // Buckets of another release cannot be told apart again.
    if (distribution.counts.length !== buckets.length + 1) {
      target.refuse();
      return;
    }
    const group = MODEL.histogram + index;
    distribution.counts.forEach((count, bucket) => target.addToModel(set, group, bucket, count));
    target.addToModel(set, group, buckets.length + 1, distribution.sum);
  });
}

function restoreNamed<Name extends string, Value>(
  names: readonly Name[],
  from: Readonly<Partial<Record<Name, Value>>>,
  write: (index: number, value: Value) => void,
): void {
  names.forEach((name, index) => {
    const value = from[name];
    if (value !== undefined) write(index, value);
  });
}
