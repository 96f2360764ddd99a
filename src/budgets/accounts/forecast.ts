import { BOUNDS, type Bound, type Range } from "../../model/range.ts";
import type { Budget } from "../definition/budget.ts";
import type { Statement } from "./budget-store.ts";
import { rateFrom, type Position } from "../definition/window.ts";

/** What becomes of a budget if spending goes on at the rate of the last tenth of its window. */
export interface Forecast {
  /** In the criterion's unit per second. */
  readonly ratePerSecond: Range;
  /** What will be used when a calendar window ends, or, for a rolling one, when it holds nothing but this rate. */
  readonly used: Range;
  /** When the limit is reached, by the factors' high, central and low values, in milliseconds since the epoch;
   *  undefined when that is not within the window. */
  readonly exhaustedAt: Readonly<Record<"earliest" | "central" | "latest", number | undefined>>;
}

/** What of a statement a forecast goes by. */
type Course = Pick<Statement, "windowStart" | "used" | "slots" | "firstSpendAt">;

/** @returns undefined until spending has been seen for a sixtieth of the window: a rate from less would say nothing */
export function forecast(budget: Budget, position: Position, statement: Course): Forecast | undefined {
  const { now, slotMilliseconds } = position;
  const from = rateFrom(position);
  const elapsed = now - Math.max(from, statement.firstSpendAt ?? now);
  if (elapsed < slotMilliseconds) return undefined;

  const recent = [...statement.slots].filter(([start]) => start >= from);
  const rate = byBound((bound) => recent.reduce((sum, [, spent]) => sum + spent[bound], 0) / elapsed);
  const horizon =
    budget.window.kind === "rolling" ? budget.window.durationSeconds * 1000 : Math.max(0, position.windowEnd - now);
  const gone = (bound: Bound) => exhaustion(budget, position, statement, bound, rate[bound]);
  return {
    ratePerSecond: byBound((bound) => rate[bound] * 1000),
    used: byBound((bound) => (budget.window.kind === "rolling" ? 0 : statement.used[bound]) + rate[bound] * horizon),
    exhaustedAt: { earliest: gone("high"), central: gone("central"), latest: gone("low") },
  };
}

function exhaustion(
  budget: Budget,
  position: Position,
  statement: Course,
  bound: Bound,
  rate: number,
): number | undefined {
  let level = statement.used[bound];
  let time = position.now;
  for (const [until, leaves] of departures(budget, position, statement, bound)) {
    if (level >= budget.limit) return time;
    const reached = time + (budget.limit - level) / rate;
    if (reached <= until) return reached;
    level += rate * (until - time) - leaves;
    time = until;
  }
  return undefined;
}

/** The instants at which spend leaves the window, in order, and how much does; the last is the end of what is foreseen. */
function departures(
  budget: Budget,
  { windowEnd, slotMilliseconds }: Position,
  { slots, windowStart }: Course,
  bound: Bound,
): (readonly [at: number, amount: number])[] {
  const { window } = budget;
  if (window.kind === "calendar") return [[windowEnd, 0]];
  return [...slots]
    .filter(([start]) => start >= windowStart)
    .sort(([a], [b]) => a - b)
    .map(([start, spent]) => [start + window.durationSeconds * 1000 + slotMilliseconds, spent[bound]] as const)
    .concat([[windowEnd, 0]]);
}

const byBound = (value: (bound: Bound) => number): Range =>
  Object.fromEntries(BOUNDS.map((bound) => [bound, value(bound)])) as Record<Bound, number>;
