import { offsetOfSlot, IMPACT_COLUMNS, totalSlots, type Amounts } from "../../model/amounts.ts";
import { CRITERIA, type Criterion, type Impact, type Phase } from "../../model/footprint.ts";
import type { Range } from "../../model/range.ts";

/** A flat vector as impacts per criterion. Training stands among the phases and in no total. */
export function impactsOf(amounts: Amounts, mask: number): Partial<Record<Criterion, Impact>> {
  const impacts: Partial<Record<Criterion, Impact>> = {};
  for (const criterion of CRITERIA) {
    const phases: Partial<Record<Phase, Range>> = {};
    for (const [slot, [slotCriterion, phase]] of IMPACT_COLUMNS.entries()) {
      if (slotCriterion !== criterion || (mask & (1 << slot)) === 0) continue;
      const offset = offsetOfSlot(slot);
      phases[phase] = { low: amounts[offset]!, central: amounts[offset + 1]!, high: amounts[offset + 2]! };
    }
    if (Object.keys(phases).length === 0) continue;
    const total = (bound: number): number =>
      totalSlots[criterion].reduce((sum, slot) => sum + amounts[offsetOfSlot(slot) + bound]!, 0);
    impacts[criterion] = { low: total(0), central: total(1), high: total(2), phases };
  }
  return impacts;
}
