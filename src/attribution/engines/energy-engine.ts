import type { Factor } from "../../factors/factor.ts";
import { slotOf } from "../../model/amounts.ts";
import { exactly, multiply, type Range } from "../../model/range.ts";
import type { Usage } from "../../model/usage.ts";
import { usageCarbon } from "../formulas/carbon.ts";
import { newCounts, readCounts } from "../estimates/counts.ts";
import { written, type DerivationStep } from "./derivation.ts";
import { JOULES_PER_KILOWATT_HOUR, JOULES_PER_WATT_HOUR } from "../../model/units.ts";
import {
  FACILITY_JOULES,
  newEnergyDrivers,
  SERVER_SECONDS,
  writeSpan,
  type EnergyEstimate,
} from "../estimates/energy-estimate.ts";
import { Coefficients, rangeAt, type Engine, type Term } from "./engine.ts";
import type { HARDWARE_CRITERIA, Infrastructure } from "../estimates/infrastructure.ts";
import { usageWater } from "../formulas/water.ts";
import type { TokenWeights } from "../estimates/weights.ts";

const CARBON_OF_USE = slotOf("co2eGrams", "usage") * 3;

/** A part of the footprint: how it is computed, from which factors. `perUnit` is for one unit of the driver. */
interface Part extends Term {
  readonly formula: string;
  /** The formula with the central values put in, for a central value of the driver. */
  readonly substitute: (driver: string) => string;
  readonly factors: readonly Factor[];
}

const SECONDS_PER_YEAR = "365.25 × 86400 s";

/** What one joule at the facility and one second of a server cause. A criterion with an unknown part is left out. */
function partsOf(infrastructure: Infrastructure): readonly Part[] {
  const { pue, wueLitresPerKilowattHour, electricityLitresPerKilowattHour: offSite, factors } = infrastructure;
  const { embodiedPerServerSecond: embodied } = infrastructure;
  const oneJoule = exactly(1);
  const ofEnergy = { phase: "usage", driver: FACILITY_JOULES } as const;
  const ofHardware = { phase: "embodied", driver: SERVER_SECONDS, factors: factors.embodied } as const;
  const hardwareFormula = "server time × (server + GPUs) ÷ lifetime";
  const { server, gpu, gpus, lifetimeYears } = infrastructure.hardware;
  const hardwareOf =
    (criterion: (typeof HARDWARE_CRITERIA)[number]) =>
    (seconds: string): string =>
      `${seconds} s × (${written(server[criterion].central)} + ${written(gpus.central)} × ${written(gpu[criterion].central)}) ÷ (${written(lifetimeYears.central)} × ${SECONDS_PER_YEAR})`;
  const ofKilowattHour = (perKilowattHour: Range, unit: string) => (joules: string) =>
    `${joules} J ÷ 3600000 J/kWh × ${written(perKilowattHour.central)} ${unit}`;
  const parts: Part[] = [
    {
      ...ofEnergy,
      criterion: "energyJoules",
      coefficient: oneJoule,
      formula: "energy at the facility",
      substitute: (joules) => `${joules} J`,
      factors: [],
    },
    {
      ...ofEnergy,
      criterion: "co2eGrams",
      coefficient: usageCarbon(oneJoule, infrastructure.gridGramsPerKilowattHour),
      formula: "energy × grid intensity",
      substitute: ofKilowattHour(infrastructure.gridGramsPerKilowattHour, "g/kWh"),
      factors: factors.grid,
    },
    {
      ...ofHardware,
      criterion: "co2eGrams",
      coefficient: embodied.co2eGrams,
      formula: hardwareFormula,
      substitute: hardwareOf("co2eGrams"),
    },
  ];
  if (offSite !== undefined) {
    parts.push({
      ...ofEnergy,
      criterion: "waterLitres",
      coefficient: usageWater(oneJoule, wueLitresPerKilowattHour, pue, offSite),
      formula: "energy × (WUE ÷ PUE + water of the electricity)",
      substitute: (joules) =>
        `${joules} J ÷ 3600000 J/kWh × (${written(wueLitresPerKilowattHour.central)} ÷ ${written(pue.central)} + ${written(offSite.central)}) L/kWh`,
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
        substitute: ofKilowattHour(perKilowattHour, criterion === "primaryEnergyJoules" ? "J/kWh" : "g/kWh"),
        factors: factors.electricity,
      },
      {
        ...ofHardware,
        criterion,
        coefficient: embodied[criterion],
        formula: hardwareFormula,
        substitute: hardwareOf(criterion),
      },
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
  const [best] = estimates;
  const parts = partsOf(infrastructure);
  const coefficients = new Coefficients(parts);
  const counts = newCounts();
  const drivers = newEnergyDrivers();

  /** @returns whether the usage says what the best estimate needs */
  function drive(usage: Usage, durationSeconds: number): boolean {
    readCounts(usage, weights.cache, counts);
    if (Number.isNaN(counts[best.needs])) return false;
    const bounded = durationSeconds > 0 ? durationSeconds : Infinity;
    writeSpan(estimates, counts, bounded, drivers);
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
      const steps = estimates.flatMap((estimate): readonly DerivationStep[] => {
        const derived = estimate.derive(counts, bounded);
        // How the bounds' estimates are reached stands in their last step; the best is told from the beginning.
        return estimate === best ? derived : derived.slice(-1);
      });
      const energy = rangeAt(drivers, FACILITY_JOULES);
      const hardware = rangeAt(drivers, SERVER_SECONDS);
      const joules = written(energy.central);
      const { pue, serverWatts } = infrastructure;
      steps.push(
        {
          quantity: "energy at the facility",
          formula: `central of the best estimate (${best.evidence}), bounds of all`,
          substituted: `${joules} J = ${written(energy.central / JOULES_PER_WATT_HOUR)} Wh`,
          value: energy,
          unit: "J",
          factors: weights.factors,
        },
        {
          quantity: "time on a server",
          formula: best.serverTime ? "latency × GPUs ÷ 8 ÷ batch" : "energy ÷ PUE ÷ server power",
          substituted:
            best.serverTime?.(counts, bounded) ??
            `${joules} J ÷ ${written(pue.central)} ÷ ${written(serverWatts.central)} W`,
          value: hardware,
          unit: "s",
          factors: [...infrastructure.factors.pue, ...infrastructure.factors.embodied],
        },
      );
      for (const { criterion, phase, driver, coefficient, formula, substitute, factors } of parts) {
        const liveCarbon = live !== undefined && criterion === "co2eGrams" && phase === "usage";
        steps.push({
          quantity: `${criterion}, ${phase}`,
          formula: liveCarbon ? `energy × live grid intensity of ${live} g/kWh` : formula,
          substituted: liveCarbon
            ? `${joules} J ÷ 3600000 J/kWh × ${live} g/kWh`
            : substitute(driver === FACILITY_JOULES ? joules : written(hardware.central)),
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
