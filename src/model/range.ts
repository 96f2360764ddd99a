/**
 * A quantity with its uncertainty. `low ≤ central ≤ high`, all finite and not negative.
 * The unit stands in the name of whatever holds the range.
 */
export interface Range {
  /** The least that the sources allow. */
  readonly low: number;
  /** The source's own value, or the best estimate. */
  readonly central: number;
  /** The most that the sources allow. */
  readonly high: number;
}

/** The names of a range's three values, in rising order. */
export const BOUNDS = ["low", "central", "high"] as const;
export type Bound = (typeof BOUNDS)[number];

/**
 * A checked range.
 *
 * @throws RangeError when a value is not finite or negative, or the three are out of order.
 */
export function range(low: number, central: number, high: number): Range {
  if (!(low >= 0 && low <= central && central <= high && Number.isFinite(high))) {
    throw new RangeError(`range needs 0 ≤ low ≤ central ≤ high, all finite; got ${low}, ${central}, ${high}`);
  }
  return { low, central, high };
}

/** A quantity published without uncertainty. */
export const exactly = (value: number): Range => range(value, value, value);

export const add = (a: Range, b: Range): Range => ({
  low: a.low + b.low,
  central: a.central + b.central,
  high: a.high + b.high,
});

/** Bound by bound: low × low, high × high. Never in quadrature: the factors' errors are not known to be independent. */
export const multiply = (a: Range, b: Range): Range => ({
  low: a.low * b.low,
  central: a.central * b.central,
  high: a.high * b.high,
});

/** `by` is finite and not negative. */
export const scale = (a: Range, by: number): Range => ({
  low: a.low * by,
  central: a.central * by,
  high: a.high * by,
});

/** The widest answer of a quotient: low ÷ high, high ÷ low. Every bound of `b` is positive. */
export const divide = (a: Range, b: Range): Range => ({
  low: a.low / b.high,
  central: a.central / b.central,
  high: a.high / b.low,
});

/** One of several that nobody can tell apart: the mean of the central values, and the bounds of all. At least one. */
export const overPlaces = (ranges: readonly Range[]): Range => ({
  low: Math.min(...ranges.map(({ low }) => low)),
  central: ranges.reduce((sum, { central }) => sum + central, 0) / ranges.length,
  high: Math.max(...ranges.map(({ high }) => high)),
});

/** The central value of the first, and the bounds of all: where sources disagree, their disagreement is the uncertainty. */
export const span = (best: Range, ...others: readonly Range[]): Range => ({
  low: Math.min(best.low, ...others.map((other) => other.low)),
  central: best.central,
  high: Math.max(best.high, ...others.map((other) => other.high)),
});
