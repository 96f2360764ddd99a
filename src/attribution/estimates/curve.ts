/** Knots of a piecewise-linear function that starts at 0 and keeps its last slope. */
export interface Curve {
  readonly at: readonly number[];
  readonly value: readonly number[];
}

export function valueOn({ at, value }: Curve, x: number): number {
  let segment = 0;
  while (segment < at.length - 2 && x > at[segment + 1]!) segment++;
  const slope = (value[segment + 1]! - value[segment]!) / (at[segment + 1]! - at[segment]!);
  return value[segment]! + slope * (x - at[segment]!);
}
