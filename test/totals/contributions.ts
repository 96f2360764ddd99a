import { newAmounts, offsetOfSlot, slotOf } from "../../src/model/amounts.ts";
import type { Criterion, Phase } from "../../src/model/footprint.ts";
import { createTotals, type Contribution, type Totals, type TotalsOptions } from "../../src/totals/totals.ts";

/** Milliseconds since the epoch, moved by hand. */
export class Clock {
  milliseconds = Date.UTC(2026, 10, 2, 9, 0, 0);

  readonly now = (): number => this.milliseconds;

  advance(seconds: number): void {
    this.milliseconds += seconds * 1000;
  }
}

export function totalsWith(options: Partial<TotalsOptions> = {}): { totals: Totals; clock: Clock } {
  const clock = new Clock();
  return { clock, totals: createTotals({ labelNames: ["team"], zeroHoldSeconds: 0, now: clock.now, ...options }) };
}

export type Known = readonly [Criterion, Phase, low: number, central: number, high: number];

/** A completed request with the given parts of a footprint, everything else as plain as can be. */
export function contribution(known: readonly Known[], rest: Partial<Contribution> = {}): Contribution {
  const amounts = newAmounts();
  let slots = 0;
  for (const [criterion, phase, low, central, high] of known) {
    const slot = slotOf(criterion, phase);
    slots |= 1 << slot;
    amounts.set([low, central, high], offsetOfSlot(slot));
  }
  return {
    outcome: "completed",
    attempts: 1,
    durationSeconds: 2,
    usageSource: "reported",
    amounts,
    slots,
    evidence: "operator_lca",
    ...rest,
  };
}

export const key = (team: string, model = "mistral-large-2407") => ({
  provider: "mistral_ai",
  model,
  operation: "chat",
  labels: { team },
});
