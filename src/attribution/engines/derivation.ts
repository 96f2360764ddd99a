import type { Factor } from "../../factors/factor.ts";
import type { Range } from "../../model/range.ts";

/** One step of the arithmetic that leads to a footprint. */
export interface DerivationStep {
  /** What is computed, such as `energy at the facility`. */
  readonly quantity: string;
  /** How, in words and operators. */
  readonly formula: string;
  readonly value: Range;
  readonly unit: string;
  /** The factors that enter in this step. */
  readonly factors: readonly Factor[];
}
