import type { Factor } from "../../factors/factor.ts";
import type { Evidence } from "../../model/footprint.ts";
import type { Range } from "../../model/range.ts";
import { INPUT, type Counts } from "./counts.ts";

/** Drivers of the energy engine: facility energy in J at 0, seconds of a whole server at 3; three bounds each. */
export type EnergyDrivers = Float64Array;
export const FACILITY_JOULES = 0;
export const SERVER_SECONDS = 3;
export const newEnergyDrivers = (): EnergyDrivers => new Float64Array(6);

/** One published way to the energy of a request. */
export interface EnergyEstimate {
  readonly evidence: Evidence;
  readonly factors: readonly Factor[];
  /** The formula in words, for derivations. */
  readonly formula: string;
  /** The count without which it says nothing. */
  readonly needs: number;
  /** Never less for more tokens. @param durationSeconds Infinity where it is not known */
  write(counts: Counts, durationSeconds: number, drivers: EnergyDrivers): void;
}

/** What a {@link linearEstimate} is made of. */
export interface LinearMethod {
  readonly evidence: Evidence;
  readonly factors: readonly Factor[];
  readonly formula: string;
  readonly needs: number;
  /** Where the units are counted. */
  readonly unit: number;
  /** J at the facility per unit. */
  readonly facilityJoulesPerUnit: Range;
  /** Input tokens in units; absent where it does not include input. */
  readonly inputWeight?: Range;
  /** Whether an ordinary prompt is inside already: then only input beyond the output counts. */
  readonly includesPrefill: boolean;
  /** Seconds of a server per J at the facility. */
  readonly serverSecondsPerJoule: Range;
}

/** Energy in proportion to the units, and to the input by its weight. */
export function linearEstimate(method: LinearMethod): EnergyEstimate {
  const { evidence, factors, formula, needs, unit, includesPrefill, serverSecondsPerJoule } = method;
  const joules = boundsOf(method.facilityJoulesPerUnit);
  const weights = boundsOf(method.inputWeight ?? { low: 0, central: 0, high: 0 });
  const seconds = boundsOf(serverSecondsPerJoule);
  return {
    evidence,
    factors,
    formula,
    needs,
    write(counts, _durationSeconds, drivers) {
      const units = counts[unit]!;
      const free = includesPrefill ? units : 0;
      for (let bound = 0; bound < 3; bound++) {
        const input = counts[INPUT + bound]!;
        const excess = input > free ? input - free : 0;
        const energy = (units + weights[bound]! * excess) * joules[bound]!;
        drivers[FACILITY_JOULES + bound] = energy;
        drivers[SERVER_SECONDS + bound] = energy * seconds[bound]!;
      }
    },
  };
}

export const boundsOf = ({ low, central, high }: Range): readonly [number, number, number] => [low, central, high];
