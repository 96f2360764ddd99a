import type { Range } from "../model/range.ts";
import { joined, reduced, solve, solveWith, type Equations, type Solution } from "./non-negative-fit.ts";

/** A coefficient with what the windows leave open about it. */
export interface FittedCoefficient extends Range {
  /** The columns that could take its place, so that the windows do not tell them apart; empty where they do. */
  readonly confusedWith: readonly number[];
  /** Whether the range is at most as wide as half its central value to either side, or too small to matter. */
  readonly known: boolean;
}

export interface Fit {
  readonly coefficients: readonly FittedCoefficient[];
  /** Root of the mean square that is left, in the unit of the targets. */
  readonly residual: number;
  /** The share of the targets' variance that the fit explains, 1 for all of it. */
  readonly explained: number;
}

/** How many parts the windows are divided into, in order of time, for their spread. */
export const BLOCKS = 10;
/** Two standard errors: 95 of 100. */
const STANDARD_ERRORS = 2;
/** What numbers of double precision leave even of a perfect fit, as a share of the targets' squares. */
const PRECISION = 1e-10;
/** A coefficient that stands for less than this share of the whole need not be known well. */
const NEGLIGIBLE = 0.02;

/**
 * Fits by non-negative least squares. A coefficient's range holds every value with which the others can still meet the
 * windows about as well (within two standard errors of the residuals), and two standard errors of what changes when a
 * tenth of the period is left out. Where that is wide, the windows do not tell some columns apart: the central values are
 * then the mean of the extremes, which meet the windows as well as any.
 */
export function fit(blocks: readonly Equations[]): Fit {
  const all = joined(blocks);
  const count = all.rows.length;
  const small = blocks.map(reduced);
  const whole = reduced(joined(small));
  const best = solve(whole);
  const columns = best.coefficients.length;
  const total = all.targets.reduce((sum, target) => sum + target * target, 0);
  const freedom = Math.max(1, count - columns);
  const limit = best.squares * (1 + STANDARD_ERRORS ** 2 / freedom) + PRECISION * total;
  const withoutOne = small.map((_, left) => solve(reduced(joined(small.toSpliced(left, 1)))).coefficients);
  const sums = best.coefficients.map((_, column) => all.rows.reduce((sum, row) => sum + row[column]!, 0));
  const targetSum = all.targets.reduce((sum, target) => sum + target, 0);

  const extremes = best.coefficients.map((value, column): [Solution, Solution] => {
    const length = Math.hypot(...whole.rows.map((row) => row[column]!));
    // All columns are positive: above this, the column alone exceeds the targets by more than they are.
    const most = (3 * Math.sqrt(total)) / (length || 1);
    return [farthest(whole, column, value, 0, limit), farthest(whole, column, value, most, limit)];
  });
  const isKnown = ({ low, central, high }: Range, column: number): boolean =>
    high - low <= central || (high * sums[column]!) / (targetSum || 1) < NEGLIGIBLE;
  const ranges = best.coefficients.map((central, column): Range => {
    const [low, high] = extremes[column]!.map(({ coefficients }) => coefficients[column]!) as [number, number];
    // Of columns that are not told apart, any share is as good: how it changes says nothing.
    if (!isKnown({ low, central, high }, column)) return { low, central, high };
    const error = STANDARD_ERRORS * spread(withoutOne.map((coefficients) => coefficients[column]!));
    return { low: Math.max(0, Math.min(low, central - error)), central, high: Math.max(high, central + error) };
  });
  const known = ranges.map(isKnown);
  const solutions = extremes.flat();
  const middle = (column: number): number =>
    solutions.reduce((sum, { coefficients }) => sum + coefficients[column]!, 0) / solutions.length;
  const certain = known.every(Boolean);
  const coefficients = ranges.map((range, column): FittedCoefficient => ({
    low: range.low,
    central: certain ? range.central : Math.min(range.high, Math.max(range.low, middle(column))),
    high: range.high,
    known: known[column]!,
    confusedWith: known[column]! ? [] : exchanged(extremes[column]!, column, sums),
  }));
  const mean = targetSum / count;
  const variance = all.targets.reduce((sum, target) => sum + (target - mean) ** 2, 0);
  return {
    coefficients,
    residual: Math.sqrt(best.squares / freedom),
    explained: variance === 0 ? 0 : Math.max(0, 1 - best.squares / variance),
  };
}

/** The solution nearest to `bound` for a column that leaves no more squares than the limit. */
function farthest(equations: Equations, column: number, from: number, bound: number, limit: number): Solution {
  const outer = solveWith(equations, column, bound);
  if (outer.squares <= limit) return outer;
  let [inside, outside] = [from, bound];
  for (let halving = 0; halving < 50; halving++) {
    const value = (inside + outside) / 2;
    if (solveWith(equations, column, value).squares <= limit) inside = value;
    else outside = value;
  }
  return solveWith(equations, column, inside);
}

/** The standard error of an estimate by what it is without each of the blocks. */
function spread(withoutOne: readonly number[]): number {
  const count = withoutOne.length;
  if (count < 2) return Infinity;
  const mean = withoutOne.reduce((sum, value) => sum + value, 0) / count;
  return Math.sqrt(((count - 1) / count) * withoutOne.reduce((sum, value) => sum + (value - mean) ** 2, 0));
}

/** The columns that give what this one takes between its extremes: a quarter of it or more. */
function exchanged([least, most]: readonly [Solution, Solution], column: number, sums: readonly number[]): number[] {
  const change = (other: number) => (most.coefficients[other]! - least.coefficients[other]!) * sums[other]!;
  const own = change(column);
  return sums.flatMap((_, other) => (other !== column && -change(other) > own / 4 ? other : []));
}
