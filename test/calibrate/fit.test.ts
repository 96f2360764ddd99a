import fc from "fast-check";
import { expect, test } from "vitest";

import { fit } from "../../src/calibrate/fit.ts";

/** Windows of known coefficients, in ten blocks; `noise` in shares of the target. */
function blocksOf(rows: readonly (readonly number[])[], truth: readonly number[], noise: (index: number) => number) {
  const targets = rows.map((row, index) => row.reduce((sum, v, j) => sum + v * truth[j]!, 0) * (1 + noise(index)));
  const size = Math.ceil(rows.length / 10);
  return Array.from({ length: 10 }, (_, block) => ({
    rows: rows.slice(block * size, (block + 1) * size),
    targets: targets.slice(block * size, (block + 1) * size),
  }));
}

/** Numbers that look random and are the same every time. */
const scattered = (seed: number) => (index: number) => {
  const x = Math.sin(index * 12.9898 + seed * 78.233) * 43758.5453;
  return x - Math.floor(x);
};

const load = (count: number, seed: number) => {
  const [a, b] = [scattered(seed), scattered(seed + 1)];
  return Array.from({ length: count }, (_, index) => [300, 1e6 * a(index), 2e5 * b(index)]);
};

const coefficients = fc.tuple(
  fc.double({ min: 50, max: 5000, noNaN: true }),
  fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  fc.double({ min: 0.1, max: 5, noNaN: true }),
);

test("without noise the coefficients are found, and the range is as good as a point", () => {
  fc.assert(
    fc.property(coefficients, fc.integer({ min: 1, max: 1000 }), (truth, seed) => {
      const found = fit(blocksOf(load(100, seed), truth, () => 0));
      for (const [column, { low, central, high }] of found.coefficients.entries()) {
        expect(central / truth[column]!).toBeCloseTo(1, 4);
        expect(low).toBeLessThanOrEqual(truth[column]! * 1.0001);
        expect(high).toBeGreaterThanOrEqual(truth[column]! * 0.9999);
      }
      expect(found.explained).toBeCloseTo(1, 6);
    }),
    { numRuns: 30 },
  );
});

test("with noise the range is in order, not negative, and nearly always holds the truth", () => {
  let [held, all] = [0, 0];
  fc.assert(
    fc.property(coefficients, fc.integer({ min: 1, max: 1000 }), (truth, seed) => {
      const noise = scattered(seed + 7);
      const found = fit(blocksOf(load(200, seed), truth, (index) => 0.05 * (noise(index) - 0.5)));
      for (const [column, { low, central, high }] of found.coefficients.entries()) {
        expect(low).toBeGreaterThanOrEqual(0);
        expect(central).toBeGreaterThanOrEqual(low);
        expect(high).toBeGreaterThanOrEqual(central);
        all++;
        if (low <= truth[column]! && truth[column]! <= high) held++;
      }
    }),
    { numRuns: 30 },
  );
  expect(held / all).toBeGreaterThan(0.9);
});

test("where input and output always go together they are not told apart, and both ranges reach to 0", () => {
  const share = scattered(3);
  const rows = Array.from({ length: 100 }, (_, index) => [300, 1e6 * share(index), 2e5 * share(index)]);
  const { coefficients: found } = fit(blocksOf(rows, [400, 0.1, 1], () => 0));
  expect(found.map(({ known }) => known)).toStrictEqual([true, false, false]);
  expect(found[0]!.central / 400).toBeCloseTo(1, 2);
  expect(found[1]).toMatchObject({ confusedWith: [2] });
  expect(found[2]).toMatchObject({ confusedWith: [1] });
  for (const [column, most] of [
    [1, 0.3],
    [2, 1.5],
  ] as const) {
    expect(found[column]!.low).toBeLessThan(0.01 * most);
    expect(found[column]!.high / most).toBeCloseTo(1, 2);
  }
  // What they come to together is known.
  expect((found[1]!.central * 1e6 + found[2]!.central * 2e5) / 3e5).toBeCloseTo(1, 2);
});

test("under a constant load nothing is told apart", () => {
  const rows = Array.from({ length: 100 }, () => [300, 1e6, 2e5]);
  const { coefficients: found } = fit(blocksOf(rows, [400, 0.1, 1], () => 0));
  expect(found.map(({ known }) => known)).toStrictEqual([false, false, false]);
});
