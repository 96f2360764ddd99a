import { offsetOfSlot, slotsOfCriterion, totalSlots, type Amounts } from "../../model/amounts.ts";
import { CRITERIA, type Criterion, type Impact, type Phase } from "../../model/footprint.ts";
import type { Range } from "../../model/range.ts";

/** A flat vector as impacts per criterion. Training stands among the phases and in no total. */
export function impactsOf(amounts: Amounts, mask: number): Partial<Record<Criterion, Impact>> {
  const impacts: Partial<Record<Criterion, Impact>> = {};
  for (const criterion of CRITERIA) {
    const phases: Partial<Record<Phase, Range>> = {};
    let found = false;
    let low = 0;
    let central = 0;
    let high = 0;
    for (const { slot, phase } of slotsOfCriterion[criterion]) {
      if ((mask & (1 << slot)) === 0) continue;
      found = true;
      const offset = offsetOfSlot(slot);
      const range = { low: amounts[offset]!, central: amounts[offset + 1]!, high: amounts[offset + 2]! };
      phases[phase] = range;
      if (phase === "training") continue;
      low += range.low;
      central += range.central;
      high += range.high;
    }
    if (found) impacts[criterion] = { low, central, high, phases };
  }
  return impacts;
}

/** The totals of {@link impactsOf} alone. */
export function totalsOf(amounts: Amounts, mask: number): Partial<Record<Criterion, Range>> {
  const totals: Partial<Record<Criterion, Range>> = {};
  for (const criterion of CRITERIA) {
    let found = false;
    let low = 0;
    let central = 0;
    let high = 0;
    for (const slot of totalSlots[criterion]) {
      if ((mask & (1 << slot)) === 0) continue;
      found = true;
      const offset = offsetOfSlot(slot);
      low += amounts[offset]!;
      central += amounts[offset + 1]!;
      high += amounts[offset + 2]!;
    }
    if (found) totals[criterion] = { low, central, high };
  }
  return totals;
}
