import { totalSlots } from "../model/amounts.ts";
import { CRITERIA, EVIDENCE, UNATTRIBUTED_REASONS, type Criterion, type Evidence } from "../model/footprint.ts";
import { OUTCOMES } from "../model/request.ts";
import { Cells, valueOf, type Block } from "./cells.ts";
import { LABEL_SET, LABEL_SET_SIZES, MODEL } from "./columns.ts";
import type { LabelSet, ModelSet } from "./label-sets.ts";
import { summaryOf, type TotalsSummary, type TotalsView } from "./snapshot.ts";

/** The totals by single labels, which takes no object for each of the label sets. */
export interface TotalsOverview {
  readonly overall: TotalsSummary;
  /** By label and value, in the order in which they were first seen. */
  readonly byLabel: Readonly<Record<string, ReadonlyMap<string, TotalsSummary>>>;
  /**
   * The requests with a footprint, and of how many of them each criterion is known. Exact as long as all requests of a
   * label set (its model among the labels) have the same criteria.
   */
  readonly known: Readonly<Partial<Record<Criterion, number>>> & { readonly footprint: number };
  /** Requests by the evidence for their factors, and their CO2e in grams. */
  readonly evidence: Readonly<Partial<Record<Evidence, { readonly requests: number; readonly co2eGrams: number }>>>;
  /** Errors of the meter itself, by stage. */
  readonly errors: Readonly<Record<string, number>>;
}

export function takeOverview({ labelSets, models, errors }: TotalsView): TotalsOverview {
  const cells = new Cells(LABEL_SET_SIZES, () => 0);
  const overall = cells.newBlock();
  for (const set of labelSets) cells.addBlock(overall, set);
  const names = Object.keys(labelSets[0]?.labels ?? {});
  return {
    overall: summaryOf(overall),
    byLabel: Object.fromEntries(names.map((name) => [name, sumsBy(name, labelSets, cells)])),
    known: knownOf(labelSets),
    evidence: evidenceOf(models),
    errors: Object.fromEntries(errors),
  };
}

function sumsBy(name: string, labelSets: readonly LabelSet[], cells: Cells): Map<string, TotalsSummary> {
  const sums = new Map<string, Block>();
  for (const set of labelSets) {
    const value = set.labels[name]!;
    let sum = sums.get(value);
    if (!sum) sums.set(value, (sum = cells.newBlock()));
    cells.addBlock(sum, set);
  }
  return new Map(Array.from(sums, ([value, sum]) => [value, summaryOf(sum)]));
}

function knownOf(labelSets: readonly LabelSet[]): TotalsOverview["known"] {
  const known: Partial<Record<Criterion, number>> = {};
  let footprint = 0;
  for (const set of labelSets) {
    const attributed = attributedOf(set);
    footprint += attributed;
    for (const criterion of CRITERIA) {
      const isKnown = totalSlots[criterion].some((slot) => set.layout.places[LABEL_SET.slot + slot]! >= 0);
      if (isKnown) known[criterion] = (known[criterion] ?? 0) + attributed;
    }
  }
  return { ...known, footprint };
}

function attributedOf(set: Block): number {
  let attributed = 0;
  for (let outcome = 0; outcome < OUTCOMES.length; outcome++)
    attributed += valueOf(set, LABEL_SET.requests, outcome) ?? 0;
  for (let reason = 0; reason < UNATTRIBUTED_REASONS.length; reason++)
    attributed -= valueOf(set, LABEL_SET.reason + reason, 0) ?? 0;
  return attributed;
}

function evidenceOf(models: readonly ModelSet[]): TotalsOverview["evidence"] {
  const sums: Partial<Record<Evidence, { requests: number; co2eGrams: number }>> = {};
  for (const model of models) {
    EVIDENCE.forEach((evidence, index) => {
      const requests = valueOf(model, MODEL.attributedRequests + index, 0);
      if (requests === undefined) return;
      const sum = (sums[evidence] ??= { requests: 0, co2eGrams: 0 });
      sum.requests += requests;
      sum.co2eGrams += valueOf(model, MODEL.attributedCo2eGrams + index, 0) ?? 0;
    });
  }
  return sums;
}
