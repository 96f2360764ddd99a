import type { Factor } from "../../factors/factor.ts";
import { slotOf } from "../../model/amounts.ts";
import { exactly, multiply, type Range } from "../../model/range.ts";
import type { Usage } from "../../model/usage.ts";
import { usageCarbon } from "../formulas/carbon.ts";
import { newCounts, readCounts } from "../estimates/counts.ts";
import type { DerivationStep } from "./derivation.ts";
import { JOULES_PER_KILOWATT_HOUR } from "../formulas/energy.ts";
import {
  FACILITY_JOULES,
  newEnergyDrivers,
  SERVER_SECONDS,
  type EnergyEstimate,
} from "../estimates/energy-estimate.ts";
import { Coefficients, rangeAt, type Engine, type Term } from "./engine.ts";
import type { Infrastructure } from "../estimates/infrastructure.ts";
import { usageWater } from "../formulas/water.ts";
import type { TokenWeights } from "../estimates/weights.ts";

const CARBON_OF_USE = slotOf("co2eGrams", "usage") * 3;

/** A part of the footprint: how it is computed, from which factors. `perUnit` is for one unit of the driver. */
interface Part extends Term {
  readonly formula: string;
  readonly factors: readonly Factor[];
}

/** What one joule at the facility and one second of a server cause. A criterion with an unknown part is left out. */
function partsOf(infrastructure: Infrastructure): readonly Part[] {
  const { pue, wueLitresPerKilowattHour, electricityLitresPerKilowattHour: offSite, factors } = infrastructure;
  const { embodiedPerServerSecond: embodied } = infrastructure;
  const oneJoule = exactly(1);
  const ofEnergy = { phase: "usage", driver: FACILITY_JOULES } as const;
  const ofHardware = { phase: "embodied", driver: SERVER_SECONDS, factors: factors.embodied } as const;
  const hardwareFormula = "server time × (server + GPUs) ÷ lifetime";
  const parts: Part[] = [
    { ...ofEnergy, criterion: "energyJoules", coefficient: oneJoule, formula: "energy at the facility", factors: [] },
    {
      ...ofEnergy,
      criterion: "co2eGrams",
      coefficient: usageCarbon(oneJoule, infrastructure.gridGramsPerKilowattHour),
      formula: "energy × grid intensity",
      factors: factors.grid,
    },
    { ...ofHardware, criterion: "co2eGrams", coefficient: embodied.co2eGrams, formula: hardwareFormula },
  ];
  if (offSite !== undefined) {
    parts.push({
      ...ofEnergy,
      criterion: "waterLitres",
      coefficient: usageWater(oneJoule, wueLitresPerKilowattHour, pue, offSite),
      formula: "energy × (WUE ÷ PUE + water of the electricity)",
      factors: [...factors.wue, ...factors.pue, ...factors.water],
    });
  }
  const perJoule = (perKilowattHour: Range): Range => multiply(perKilowattHour, exactly(1 / JOULES_PER_KILOWATT_HOUR));
  for (const [criterion, perKilowattHour] of [
    ["primaryEnergyJoules", infrastructure.electricityJoulesPerKilowattHour],
    ["abioticDepletionGramsSbEq", infrastructure.electricityGramsSbEqPerKilowattHour],
  ] as const) {
    if (perKilowattHour === undefined) continue;
    parts.push(
      {
        ...ofEnergy,
        criterion,
        coefficient: perJoule(perKilowattHour),
        formula: "energy × impact of the electricity",
        factors: factors.electricity,
      },
      { ...ofHardware, criterion, coefficient: embodied[criterion], formula: hardwareFormula },
    );
  }
  return parts;
}

/**
 * Tokens → energy → PUE, once → grid, water and a share of the hardware. The best estimate gives the central value,
 * all of them the range.
 *
 * @param estimates best first, at least one
 */
export function energyEngine(
  estimates: readonly [EnergyEstimate, ...EnergyEstimate[]],
  infrastructure: Infrastructure,
  weights: TokenWeights,
): Engine {
  const [best, ...others] = estimates;
  const parts = partsOf(infrastructure);
  const coefficients = new Coefficients(parts);
  const counts = newCounts();
  const drivers = newEnergyDrivers();
  const other = newEnergyDrivers();

  /** @returns whether the usage says what the best estimate needs */
  function drive(usage: Usage, durationSeconds: number): boolean {
    readCounts(usage, weights.cache, counts);
    if (Number.isNaN(counts[best.needs])) return false;
    const bounded = durationSeconds > 0 ? durationSeconds : Infinity;
    best.write(counts, bounded, drivers);
    for (const estimate of others) {
      estimate.write(counts, bounded, other);
      for (let driver = 0; driver < drivers.length; driver += 3) {
        if (other[driver]! < drivers[driver]!) drivers[driver] = other[driver]!;
        if (other[driver + 2]! > drivers[driver + 2]!) drivers[driver + 2] = other[driver + 2]!;
      }
    }
    return true;
  }

  return {
    evidence: best.evidence,
    accounting: "location",
    factors: [
      ...new Set([
        ...estimates.flatMap((estimate) => estimate.factors),
        ...weights.factors,
        ...parts.flatMap((part) => part.factors),
      ]),
    ],
    warnings: [...infrastructure.warnings, ...(best.evidence === "class_default" ? ["class_default"] : [])],
    annualGramsPerKilowattHour: infrastructure.gridGramsPerKilowattHour.central,

    write(usage, durationSeconds, amounts, live) {
      if (!drive(usage, durationSeconds)) return 0;
      coefficients.multiply(drivers, amounts);
      if (live !== undefined) {
        const gramsPerJoule = live / JOULES_PER_KILOWATT_HOUR;
        for (let bound = 0; bound < 3; bound++) {
          amounts[CARBON_OF_USE + bound] = drivers[FACILITY_JOULES + bound]! * gramsPerJoule;
        }
      }
      return coefficients.mask;
    },

    warningsOf: () => [],

    derive(usage, durationSeconds, live) {
      if (!drive(usage, durationSeconds)) return [];
      const bounded = durationSeconds > 0 ? durationSeconds : Infinity;
      const steps = estimates.map((estimate): DerivationStep => {
        estimate.write(counts, bounded, other);
        const value = rangeAt(other, FACILITY_JOULES);
        const { formula, factors } = estimate;
        return { quantity: `energy at the facility, ${estimate.evidence}`, formula, value, unit: "J", factors };
      });
      const energy = rangeAt(drivers, FACILITY_JOULES);
      const hardware = rangeAt(drivers, SERVER_SECONDS);
      steps.push(
        {
          quantity: "energy at the facility",
          formula: "central of the best estimate, bounds of all",
          value: energy,
          unit: "J",
          factors: weights.factors,
        },
        {
          quantity: "time on a server",
          formula: "latency × GPUs ÷ batch, or energy ÷ PUE ÷ server power",
          value: hardware,
          unit: "s",
          factors: [...infrastructure.factors.pue, ...infrastructure.factors.embodied],
        },
      );
      for (const { criterion, phase, driver, coefficient, formula, factors } of parts) {
        const liveCarbon = live !== undefined && criterion === "co2eGrams" && phase === "usage";
        steps.push({
          quantity: `${criterion}, ${phase}`,
          formula: liveCarbon ? `energy × live grid intensity of ${live} g/kWh` : formula,
          value: liveCarbon
            ? usageCarbon(energy, exactly(live))
            : multiply(driver === FACILITY_JOULES ? energy : hardware, coefficient),
          unit: criterion,
          factors: liveCarbon ? [] : factors,
        });
      }
      return steps;
    },
  };
}
