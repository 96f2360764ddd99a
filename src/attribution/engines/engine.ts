import type { Factor } from "../../factors/factor.ts";
import { offsetOfSlot, slotOf, type Amounts } from "../../model/amounts.ts";
import type { Accounting, Criterion, Evidence, Phase } from "../../model/footprint.ts";
import { BOUNDS, type Range } from "../../model/range.ts";
import type { Usage } from "../../model/usage.ts";
import type { DerivationStep } from "./derivation.ts";

/**
 * A way from usage to footprint. There are two, and their numbers never meet: published impacts per token, which have
 * the grid inside, and energies, which a grid is applied to.
 */
export interface Engine {
  readonly evidence: Evidence;
  readonly accounting: Accounting;
  readonly factors: readonly Factor[];
  /** What is doubtful whatever the usage. */
  readonly warnings: readonly string[];
  /** The grid intensity used where no live one is given, gCO2e/kWh; absent where the factor has the grid inside. */
  readonly annualGramsPerKilowattHour?: number;

  /** As {@link Attributor.evaluate}. */
  write(usage: Usage, durationSeconds: number, amounts: Amounts, liveGramsPerKilowattHour?: number): number;
  /** What is doubtful about this usage. */
  warningsOf(usage: Usage): readonly string[];
  /** The same arithmetic, step by step. */
  derive(usage: Usage, durationSeconds: number, liveGramsPerKilowattHour?: number): readonly DerivationStep[];
}

/** Coefficients that turn a driver – a quantity with three bounds – into slots of a footprint. */
export interface Term {
  readonly criterion: Criterion;
  readonly phase: Phase;
  /** Where the driver's low value stands among the drivers. */
  readonly driver: number;
  /** Amount per unit of the driver. */
  readonly coefficient: Range;
}

/** Terms made flat, so that a request costs one multiplication per bound. */
export class Coefficients {
  readonly mask: number;
  readonly #offsets: Int32Array;
  readonly #drivers: Int32Array;
  readonly #values: Float64Array;

  constructor(terms: readonly Term[]) {
    const slots = terms.map(({ criterion, phase }) => slotOf(criterion, phase));
    this.mask = slots.reduce((mask, slot) => mask | (1 << slot), 0);
    this.#offsets = Int32Array.from(slots, offsetOfSlot);
    this.#drivers = Int32Array.from(terms, ({ driver }) => driver);
    this.#values = Float64Array.from(terms.flatMap(({ coefficient }) => BOUNDS.map((bound) => coefficient[bound])));
  }

  /** Overwrites all of `amounts`. */
  multiply(drivers: Float64Array, amounts: Amounts): void {
    amounts.fill(0);
    const values = this.#values;
    for (let term = 0; term < this.#offsets.length; term++) {
      const offset = this.#offsets[term]!;
      const driver = this.#drivers[term]!;
      amounts[offset] = values[term * 3]! * drivers[driver]!;
      amounts[offset + 1] = values[term * 3 + 1]! * drivers[driver + 1]!;
      amounts[offset + 2] = values[term * 3 + 2]! * drivers[driver + 2]!;
    }
  }
}

/** The range that stands at `offset` in a flat vector. */
export const rangeAt = (values: Float64Array, offset: number): Range => ({
  low: values[offset]!,
  central: values[offset + 1]!,
  high: values[offset + 2]!,
});
