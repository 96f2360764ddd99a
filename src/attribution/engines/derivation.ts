import type { Factor } from "../../factors/factor.ts";
import type { Range } from "../../model/range.ts";

/** One step of the arithmetic that leads to a footprint. */
export interface DerivationStep {
  /** What is computed, such as `energy at the facility`. */
  readonly quantity: string;
  /** How, in words and operators. */
  readonly formula: string;
  /** The same with the central values put in, so that a calculator gives the central value. */
  readonly substituted?: string;
  readonly value: Range;
  readonly unit: string;
  /** The factors that enter in this step. */
  readonly factors: readonly Factor[];
}

/** A value as it stands in a formula: nine significant digits, enough to meet the result. */
export const written = (value: number): string => String(Number(value.toPrecision(9)));
