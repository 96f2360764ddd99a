import type { Factor } from "../../factors/factor.ts";
import type { Evidence } from "../../model/footprint.ts";
import type { Range } from "../../model/range.ts";
import { written, type DerivationStep } from "../engines/derivation.ts";
import { INPUT, INPUT_CENTRAL, type Counts } from "./counts.ts";

/** Drivers of the energy engine: facility energy in J at 0, seconds of a whole server at 3; three bounds each. */
export type EnergyDrivers = Float64Array;
export const FACILITY_JOULES = 0;
export const SERVER_SECONDS = 3;
export const newEnergyDrivers = (): EnergyDrivers => new Float64Array(6);

/** One published way to the energy of a request. */
export interface EnergyEstimate {
  readonly evidence: Evidence;
  readonly factors: readonly Factor[];
  /** The steps that lead to the energy at the facility, which is the last of them. */
  derive(counts: Counts, durationSeconds: number): readonly DerivationStep[];
  /** The time on a server with its central values put in, where the method knows it; else it follows from the energy. */
  serverTime?(counts: Counts, durationSeconds: number): string;
  /** The count without which it says nothing. */
  readonly needs: number;
  /** Never less for more tokens. @param durationSeconds Infinity where it is not known */
  write(counts: Counts, durationSeconds: number, drivers: EnergyDrivers): void;
}

const other = newEnergyDrivers();

/** Writes the central values of the first and the bounds of all. */
export function writeSpan(
  estimates: readonly EnergyEstimate[],
  counts: Counts,
  durationSeconds: number,
  drivers: EnergyDrivers,
): void {
  estimates[0]!.write(counts, durationSeconds, drivers);
  for (let next = 1; next < estimates.length; next++) {
    estimates[next]!.write(counts, durationSeconds, other);
    for (let driver = 0; driver < drivers.length; driver += 3) {
      if (other[driver]! < drivers[driver]!) drivers[driver] = other[driver]!;
      if (other[driver + 2]! > drivers[driver + 2]!) drivers[driver + 2] = other[driver + 2]!;
    }
  }
}

/**
 * Writes an energy, and the time of a server that follows from it.
 *
 * @param writeEnergy writes the three bounds in J at the facility, from {@link FACILITY_JOULES} on; numbers that it
 *   returned would each be an object
 */
export function energyWriter(
  writeEnergy: (counts: Counts, drivers: EnergyDrivers) => void,
  serverSecondsPerJoule: Range,
): EnergyEstimate["write"] {
  const seconds = boundsOf(serverSecondsPerJoule);
  return (counts, _durationSeconds, drivers) => {
    writeEnergy(counts, drivers);
    for (let bound = 0; bound < 3; bound++) {
      drivers[SERVER_SECONDS + bound] = drivers[FACILITY_JOULES + bound]! * seconds[bound]!;
    }
  };
}

/** What a {@link linearEstimate} is made of. */
export interface LinearMethod {
  readonly evidence: Evidence;
  readonly factors: readonly Factor[];
  readonly formula: string;
  /** The energy of one unit with the central values put in, such as `0.54 J × 1.58 × 1.2`. */
  readonly perUnit: string;
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
  const write = energyWriter((counts, drivers) => {
    const units = counts[unit]!;
    const free = includesPrefill ? units : 0;
    for (let bound = 0; bound < 3; bound++) {
      const input = counts[INPUT + bound]!;
      const excess = input > free ? input - free : 0;
      drivers[FACILITY_JOULES + bound] = (units + weights[bound]! * excess) * joules[bound]!;
    }
  }, serverSecondsPerJoule);
  return {
    evidence,
    factors,
    needs,
    write,
    derive(counts, durationSeconds) {
      const units = counts[unit]!;
      const free = includesPrefill ? units : 0;
      const excess = Math.max(0, (counts[INPUT_CENTRAL]! || 0) - free);
      const counted = method.inputWeight ? `(${written(units)} + ${weights[1]} × ${written(excess)})` : written(units);
      const substituted = `${counted} × ${method.perUnit}`;
      return [energyStep(evidence, factors, formula, substituted, valueOf(write, counts, durationSeconds))];
    },
  };
}

/** The last step of every estimate. */
export const energyStep = (
  evidence: Evidence,
  factors: readonly Factor[],
  formula: string,
  substituted: string,
  value: Range,
): DerivationStep => ({
  quantity: `energy at the facility, ${evidence}`,
  formula,
  substituted,
  value,
  unit: "J",
  factors,
});

/** The energy at the facility that a method writes. */
export function valueOf(write: EnergyEstimate["write"], counts: Counts, durationSeconds: number): Range {
  const drivers = newEnergyDrivers();
  write(counts, durationSeconds, drivers);
  return {
    low: drivers[FACILITY_JOULES]!,
    central: drivers[FACILITY_JOULES + 1]!,
    high: drivers[FACILITY_JOULES + 2]!,
  };
}

export const boundsOf = ({ low, central, high }: Range): readonly [number, number, number] => [low, central, high];
