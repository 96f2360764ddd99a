import { fcnnlsVector } from "ml-fcnnls";
import { Matrix, QrDecomposition } from "ml-matrix";

/** Equations of the least squares: each row's sum over the columns is to meet its target. */
export interface Equations {
  readonly rows: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

/** Coefficients, none of them negative, and the sum of the squares that they leave. */
export interface Solution {
  readonly coefficients: readonly number[];
  readonly squares: number;
}

/** The same least squares in at most one row more than there are columns. */
export function reduced({ rows, targets }: Equations): Equations {
  const columns = (rows[0]?.length ?? 0) + 1;
  if (rows.length <= columns) return { rows, targets };
  const joined = new Matrix(rows.map((row, index) => [...row, targets[index]!]));
  const upper = new QrDecomposition(joined).upperTriangularMatrix.to2DArray().slice(0, columns);
  return { rows: upper.map((row) => row.slice(0, -1)), targets: upper.map((row) => row.at(-1)!) };
}

/** Several sets of equations as one. */
export const joined = (all: readonly Equations[]): Equations => ({
  rows: all.flatMap(({ rows }) => rows),
  targets: all.flatMap(({ targets }) => targets),
});

/**
 * Solves by non-negative least squares. Columns and targets are brought to a length of 1 first: the library compares with
 * a fixed tolerance, and J per token and W differ by 10⁶.
 */
export function solve({ rows, targets }: Equations): Solution {
  const columns = rows[0]?.length ?? 0;
  const lengths = Array.from({ length: columns }, (_, column) => Math.hypot(...rows.map((row) => row[column]!)) || 1);
  const length = Math.hypot(...targets) || 1;
  const scaled = rows.map((row) => row.map((value, column) => value / lengths[column]!));
  const coefficients =
    columns === 0
      ? []
      : fcnnlsVector(
          scaled,
          targets.map((target) => target / length),
          { maxIterations: 100 * columns },
        )
          .K.to1DArray()
          .map((value, column) => (value * length) / lengths[column]!);
  return { coefficients, squares: squaresLeft({ rows, targets }, coefficients) };
}

/** The best that is left where one coefficient has a given value. */
export function solveWith({ rows, targets }: Equations, column: number, value: number): Solution {
  const { coefficients, squares } = solve({
    rows: rows.map((row) => row.toSpliced(column, 1)),
    targets: targets.map((target, index) => target - value * rows[index]![column]!),
  });
  return { coefficients: coefficients.toSpliced(column, 0, value), squares };
}

const squaresLeft = ({ rows, targets }: Equations, coefficients: readonly number[]): number =>
  rows.reduce((sum, row, index) => {
    const left = targets[index]! - row.reduce((met, value, column) => met + value * coefficients[column]!, 0);
    return sum + left * left;
  }, 0);
