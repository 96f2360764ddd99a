import type { Factor } from "../../factors/factor.ts";
import { divide, multiply, type Range } from "../../model/range.ts";
import type { Stated } from "../../model/stated.ts";
import { facilityEnergy, upliftedEnergy } from "../formulas/energy.ts";
import { written } from "../engines/derivation.ts";
import { NOTHING } from "./counts.ts";
import { boundsOf, energyStep, energyWriter, FACILITY_JOULES, type EnergyEstimate } from "./energy-estimate.ts";
import type { Infrastructure } from "./infrastructure.ts";

/** What completes a stated energy to that of the facility, and how it is written. */
interface Completion {
  readonly joules: Range;
  readonly formula: string;
  readonly substituted: string;
  readonly factors: readonly Factor[];
  /** What was added to the provider's word. */
  readonly warnings: readonly string[];
}

/** An energy that the provider states, completed where its boundary ends. */
export interface StatedEnergy {
  readonly estimate: EnergyEstimate;
  readonly warnings: readonly string[];
}

/** The estimate whose energy is the stated one; undefined where none is stated, or what is cannot be true. */
export function statedEnergy(stated: Stated | undefined, infrastructure: Infrastructure): StatedEnergy | undefined {
  const joules = usableEnergy(stated);
  if (stated === undefined || joules === undefined) return undefined;
  const evidence = stated.source === "measured" ? "stated_measured" : "stated_estimated";
  const completion = completed(stated, joules, infrastructure);
  const energy = boundsOf(completion.joules);
  const { formula, substituted, factors } = completion;
  const estimate: EnergyEstimate = {
    evidence,
    factors,
    needs: NOTHING,
    write: energyWriter(
      (_counts, drivers) => drivers.set(energy, FACILITY_JOULES),
      infrastructure.serverSecondsPerJoule,
    ),
    derive: () => [energyStep(evidence, factors, formula, substituted, completion.joules)],
  };
  return { estimate, warnings: completion.warnings };
}

/** The energy that a footprint may rest on, J within the stated boundary. */
export const usableEnergy = (stated: Stated | undefined): Range | undefined =>
  stated?.doubt === undefined ? stated?.energyRangeJoules : undefined;

function completed({ boundary, method }: Stated, joules: Range, infrastructure: Infrastructure): Completion {
  const { pue, uplift, factors } = infrastructure;
  const formula = `energy as the provider states it (${method}, ${boundary})`;
  const said = `${written(joules.central)} J`;
  const host = hostShare(infrastructure);
  switch (boundary) {
    case "facility":
      return { joules, formula, substituted: said, factors: [], warnings: [] };
    case "server":
      return {
        joules: facilityEnergy(joules, pue),
        formula: `${formula} × PUE`,
        substituted: `${said} × ${written(pue.central)}`,
        factors: factors.pue,
        warnings: ["stated_without_overhead"],
      };
    case "gpu":
      return {
        joules: facilityEnergy(upliftedEnergy(joules, host), pue),
        formula: `${formula} × GPU-to-server uplift × PUE`,
        substituted: `${said} × ${written(host.central)} × ${written(pue.central)}`,
        factors: [uplift.factor, ...factors.pue],
        warnings: ["stated_without_host", "stated_without_overhead"],
      };
    case "gpu_with_overhead":
      return {
        joules: upliftedEnergy(joules, host),
        formula: `${formula} × GPU-to-server uplift`,
        substituted: `${said} × ${written(host.central)}`,
        factors: [uplift.factor],
        warnings: ["stated_without_host"],
      };
    case "unknown": {
      // At the least everything is inside; at the most it is the accelerators alone.
      const most = multiply(host, pue).high;
      const reach: Range = { low: 1, central: pue.central, high: most };
      return {
        joules: multiply(joules, reach),
        formula: `${formula} × PUE, from nothing to the GPU-to-server uplift × PUE`,
        substituted: `${said} × ${written(pue.central)}`,
        factors: [uplift.factor, ...factors.pue],
        warnings: ["stated_boundary_unknown"],
      };
    }
  }
}

/** Servers ÷ accelerators. Catalogues before 2.0.0 have the facility's overhead inside, which is taken out. */
const hostShare = ({ uplift, pue }: Infrastructure): Range =>
  uplift.facilityInside ? divide(uplift.ratio, pue) : uplift.ratio;
