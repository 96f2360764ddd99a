import type { BudgetEvent } from "./accounts/events.ts";
import type { Account, Budget } from "./definition/budget.ts";
import { windowClock, type Position, type WindowClock } from "./definition/window.ts";

/** A process whose clock differs from the store's by more than this is reported: drift is seconds, an error is hours. */
const FAR_SECONDS = 30;

export type StoreClock = ReturnType<typeof createStoreClock>;

/** The store's clock, as far as it can be read from its answers: windows go by it, whatever this process's clock shows. */
export function createStoreClock(now: () => number, emit: (event: BudgetEvent) => void) {
  const clocks = new Map<Budget, WindowClock>();
  let aheadSeconds = 0;
  let isFar = false;

  return {
    /** By how much this process is ahead of the store; negative where it is behind. */
    get aheadSeconds() {
      return aheadSeconds;
    },

    positionOf({ budget }: Account): Position {
      let clock = clocks.get(budget);
      if (clock === undefined) clocks.set(budget, (clock = windowClock(budget.window)));
      return clock(now() - aheadSeconds * 1000);
    },

    /** Takes the time at which the store has just answered. */
    read(storeTime: number): void {
      aheadSeconds = (now() - storeTime) / 1000;
      const far = Math.abs(aheadSeconds) > FAR_SECONDS;
      if (far && !isFar) emit({ type: "clock", at: new Date(storeTime), aheadSeconds });
      isFar = far;
    },
  };
}
