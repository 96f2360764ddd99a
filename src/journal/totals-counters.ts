import type { LabelSet } from "../totals/label-sets.ts";
import { labelSetSummary, modelSummary, type LabelSetSummary, type ModelSummary } from "../totals/snapshot.ts";
import type { Totals } from "../totals/totals.ts";
import type { JournalledCounters } from "./journal.ts";

const LABEL_SET = "labels ";
const MODEL = "model ";

export interface TotalsCounters extends JournalledCounters {
  /** The series that a request of this label set is counted in, for `journal.append`. */
  seriesOf(set: LabelSet): readonly string[];
}

/** Running totals as counters that a journal keeps: a series per label set, and one per provider's model. */
export function totalsCounters(totals: Totals): TotalsCounters {
  const writers = new Map<string, () => string>();
  const seriesOfSet = new WeakMap<LabelSet, readonly string[]>();

  function seriesOf(set: LabelSet): readonly string[] {
    const known = seriesOfSet.get(set);
    if (known) return known;
    const series = [LABEL_SET + JSON.stringify(set.labels), MODEL + JSON.stringify(set.model.labels)] as const;
    writers.set(series[0], () => JSON.stringify(labelSetSummary(set)));
    writers.set(series[1], () => JSON.stringify(modelSummary(set.model, totals.factorsOf.get(set.model))));
    seriesOfSet.set(set, series);
    return series;
  }

  return {
    seriesOf,
    series: () => new Set(totals.labelSets.flatMap(seriesOf)),
    stateOf: (series) => writers.get(series)?.(),
    restore(states) {
      const parsed = <State>(kind: string): State[] =>
        [...states].flatMap(([series, state]) => (series.startsWith(kind) ? [JSON.parse(state) as State] : []));
      totals.restore({
        ...totals.snapshot(),
        labelSets: parsed<LabelSetSummary>(LABEL_SET),
        models: parsed<ModelSummary>(MODEL),
      });
    },
  };
}
