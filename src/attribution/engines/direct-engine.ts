import type { Factor } from "../../factors/factor.ts";
import { newAmounts, offsetOfSlot, slotOf, totalSlots, type Amounts } from "../../model/amounts.ts";
import { CRITERIA, type Criterion, type Evidence } from "../../model/footprint.ts";
import { BOUNDS, multiply, type Range } from "../../model/range.ts";
import type { Usage } from "../../model/usage.ts";
import { written } from "./derivation.ts";
import { COUNT_OF_UNIT, INPUT, INPUT_CENTRAL, newCounts, OUTPUT, readCounts } from "../estimates/counts.ts";
import { Coefficients, rangeAt, type Engine, type Term } from "./engine.ts";
import type { TokenWeights } from "../estimates/weights.ts";

/** From this many input tokens per output token on, a figure published per answer is said to miss something. */
const INPUT_HEAVY = 5;

/** What a {@link directEngine} is made of. */
export interface DirectMethod {
  readonly factor: Factor;
  readonly evidence: Evidence;
  /** Other factors that the spread or the scaling came from. */
  readonly supporting: readonly Factor[];
  /** What the published impact is multiplied by: its uncertainty, and the ratio of sizes when it is extrapolated. */
  readonly scaling: (criterion: Criterion) => Range;
  readonly scalingFormula: (criterion: Criterion) => string;
  readonly warnings: readonly string[];
  /** The answer of the energy engine, which the range of an extrapolation has to contain. */
  readonly containing?: Engine;
}

/**
 * Impact in proportion to a count: published × (count ÷ reference). As many input tokens as output tokens are inside the
 * published answer; each beyond them adds its weight.
 */
export function directEngine(method: DirectMethod, weights: TokenWeights): Engine {
  const { factor, scaling, containing } = method;
  const unit = COUNT_OF_UNIT[factor.unit];
  const reference = factor.reference ?? 1;
  const terms: Term[] = CRITERIA.flatMap((criterion) => {
    const published = factor.metrics[criterion];
    const phase = criterion === "energyJoules" ? "usage" : factor.phase;
    if (published === undefined || slotOf(criterion, phase) < 0) return [];
    return [{ criterion, phase, driver: 0, coefficient: multiply(published, scaling(criterion)) }];
  });
  const coefficients = new Coefficients(terms);
  const counts = newCounts();
  const drivers = new Float64Array(3);
  const scratch = newAmounts();

  function drive(usage: Usage): boolean {
    if (unit === undefined) return false;
    readCounts(usage, weights.cache, counts);
    const count = counts[unit]!;
    if (Number.isNaN(count)) return false;
    for (const [bound, name] of BOUNDS.entries()) {
      const input = counts[INPUT + bound]!;
      const excess = unit === OUTPUT && input > count ? input - count : 0;
      drivers[bound] = (count + weights.input[name] * excess) / reference;
    }
    return true;
  }

  const widened = terms.map(({ criterion, phase }) => ({
    offset: offsetOfSlot(slotOf(criterion, phase)),
    contained: totalSlots[criterion].map(offsetOfSlot),
  }));

  /** Widens each criterion's slot until it holds the energy engine's total, by the annual grid whatever the hour. */
  function contain(usage: Usage, durationSeconds: number, amounts: Amounts): void {
    if (containing === undefined || containing.write(usage, durationSeconds, scratch) === 0) return;
    for (const { offset, contained } of widened) {
      let low = 0;
      let high = 0;
      for (const slot of contained) {
        low += scratch[slot]!;
        high += scratch[slot + 2]!;
      }
      if (high > 0 && low < amounts[offset]!) amounts[offset] = low;
      if (high > amounts[offset + 2]!) amounts[offset + 2] = high;
    }
  }

  function write(usage: Usage, durationSeconds: number, amounts: Amounts): number {
    if (!drive(usage)) return 0;
    coefficients.multiply(drivers, amounts);
    contain(usage, durationSeconds, amounts);
    return coefficients.mask;
  }

  return {
    evidence: method.evidence,
    accounting: factor.accounting,
    factors: [
      ...new Set([
        factor,
        ...method.supporting,
        ...weights.factors,
        ...(containing === undefined ? [] : containing.factors),
      ]),
    ],
    warnings: method.warnings,
    write,

    warningsOf(usage) {
      if (unit !== OUTPUT || !drive(usage)) return [];
      const input = counts[INPUT_CENTRAL]!;
      return input > 0 && input >= INPUT_HEAVY * counts[OUTPUT]! ? ["input_heavy"] : [];
    },

    derive(usage, durationSeconds) {
      if (!drive(usage)) return [];
      const amount = rangeAt(drivers, 0);
      const result = newAmounts();
      write(usage, durationSeconds, result);
      const amountText = (): string => {
        const count = counts[unit!]!;
        const excess = unit === OUTPUT ? Math.max(0, (counts[INPUT_CENTRAL]! || 0) - count) : 0;
        return `(${written(count)} + ${weights.input.central} × ${written(excess)}) ÷ ${reference}`;
      };
      return [
        {
          quantity: `${factor.unit}s ÷ reference`,
          formula: `(count + input weight × input beyond the output) ÷ ${reference}`,
          substituted: amountText(),
          value: amount,
          unit: `× ${reference} ${factor.unit}s`,
          factors: weights.factors,
        },
        ...terms.map(({ criterion, phase, coefficient }) => ({
          quantity: `${criterion}, ${phase}, as published`,
          formula: `published × ${method.scalingFormula(criterion)} × (count ÷ reference)`,
          substituted: `${written(factor.metrics[criterion]!.central)} × ${written(scaling(criterion).central)} × ${written(amount.central)}`,
          value: multiply(coefficient, amount),
          unit: criterion,
          factors: [factor, ...method.supporting],
        })),
        ...(containing?.derive(usage, durationSeconds) ?? []),
        ...terms.map(({ criterion, phase }) => ({
          quantity: `${criterion}, ${phase}`,
          formula:
            containing === undefined ? "as published" : "as published, range widened to hold the energy engine's",
          value: rangeAt(result, offsetOfSlot(slotOf(criterion, phase))),
          unit: criterion,
          factors: [],
        })),
      ];
    },
  };
}
