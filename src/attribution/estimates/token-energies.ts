import type { Factor } from "../../factors/factor.ts";
import { TOKEN_ENERGIES } from "../../factors/token-parameters.ts";
import type { Evidence } from "../../model/footprint.ts";
import { add, scale, type Range } from "../../model/range.ts";
import { written } from "../engines/derivation.ts";
import { CACHE_READ, FRESH_INPUT, OUTPUT } from "./counts.ts";
import {
  boundsOf,
  energyStep,
  energyWriter,
  FACILITY_JOULES,
  valueOf,
  type EnergyEstimate,
} from "./energy-estimate.ts";

/** An energy at the facility's meter, and how it came there. */
export interface FacilityJoules {
  readonly joules: Range;
  readonly factors: readonly Factor[];
  readonly formula: string;
  /** The formula with the central values put in. */
  readonly substituted: string;
}

const NOT_MEASURED: Range = { low: 0, central: 0, high: 0 };

/** Whether a factor says what an input token takes, beside what an output token does. */
export const hasTokenEnergies = ({ unit, parameters }: Factor): boolean =>
  unit === "output_token" && parameters?.[TOKEN_ENERGIES.input] !== undefined;

/**
 * An estimate from what a token of each kind was measured to take, and from its share of what the hardware draws when it
 * idles. Without a figure for tokens read from a cache they count as input: the measurement has them among it.
 *
 * @param atFacility from what was measured to the facility's meter
 */
export function fromTokenEnergies(
  factor: Factor,
  atFacility: (joules: Range) => FacilityJoules,
  serverSecondsPerJoule: Range,
): EnergyEstimate {
  const { metrics, parameters = {}, reference = 1 } = factor;
  const idle = parameters[TOKEN_ENERGIES.idle] ?? NOT_MEASURED;
  const input = parameters[TOKEN_ENERGIES.input]!;
  const kinds = [
    { name: "input", at: FRESH_INPUT, joules: input },
    { name: "cached", at: CACHE_READ, joules: parameters[TOKEN_ENERGIES.cacheRead] ?? input },
    { name: "output", at: OUTPUT, joules: scale(metrics.energyJoules ?? NOT_MEASURED, 1 / reference) },
  ];
  const flat = kinds.map(({ at, joules }) => ({ at, joules: boundsOf(atFacility(add(joules, idle)).joules) }));
  const ofOne = atFacility({ low: 1, central: 1, high: 1 });
  const factors = [factor, ...ofOne.factors];
  const evidence = factor.evidence as Evidence;
  const write = energyWriter((counts, drivers) => {
    for (let bound = 0; bound < 3; bound++) {
      let energy = 0;
      for (const { at, joules } of flat) energy += counts[at]! * joules[bound]!;
      drivers[FACILITY_JOULES + bound] = energy;
    }
  }, serverSecondsPerJoule);
  return {
    evidence,
    factors,
    needs: OUTPUT,
    write,
    derive(counts, durationSeconds) {
      const used = kinds.filter(({ at }) => counts[at]! > 0);
      const formula = `(tokens × energy per token of their kind + all tokens × idle energy per token) ${ofOne.formula}`;
      const terms = used.map(
        ({ name, at, joules }) => `${written(counts[at]!)} ${name} × ${written(joules.central)} J`,
      );
      const tokens = used.reduce((sum, { at }) => sum + counts[at]!, 0);
      const whole = [...terms, `${written(tokens)} × ${written(idle.central)} J idle`].join(" + ");
      const substituted = ofOne.substituted.replace("1 J", () => `(${whole})`);
      return [energyStep(evidence, factors, formula, substituted, valueOf(write, counts, durationSeconds))];
    },
  };
}
