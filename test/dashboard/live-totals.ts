import { newAmounts, offsetOfSlot, IMPACT_COLUMNS } from "../../src/model/amounts.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import { createTotals } from "../../src/totals/totals.ts";

/** Running totals with a `subscribe`, fed with whole records. */
export function liveTotals(labelNames: readonly string[]) {
  const totals = createTotals({ labelNames, now: () => 0 });
  const listeners = new Set<(record: RequestRecord) => void>();
  return {
    totals: () => totals.overview(),
    subscribe(listener: (record: RequestRecord) => void): () => void {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    listeners,
    add(record: RequestRecord): void {
      const { footprint } = record;
      const amounts = newAmounts();
      let slots = 0;
      for (const [slot, [criterion, phase]] of IMPACT_COLUMNS.entries()) {
        const amount = footprint?.[criterion]?.phases[phase];
        if (!amount) continue;
        amounts.set([amount.low, amount.central, amount.high], offsetOfSlot(slot));
        slots |= 1 << slot;
      }
      totals.add(totals.series(record), { ...record, amounts, slots, evidence: footprint?.evidence });
      for (const listener of listeners) listener(record);
    },
  };
}
