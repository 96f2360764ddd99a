import type { BudgetCriterion } from "./budget.ts";

const MASS = { mg: 1e-3, g: 1, kg: 1e3, t: 1e6 };
const ENERGY = { J: 1, kJ: 1e3, MJ: 1e6, GJ: 1e9, Wh: 3600, kWh: 3.6e6, MWh: 3.6e9 };

/** What one of a unit is in the criterion's own unit. Upper and lower case differ: mWh is not MWh. */
const UNITS: Readonly<Record<BudgetCriterion, Readonly<Record<string, number>>>> = {
  co2eGrams: MASS,
  waterLitres: { L: 1, l: 1, mL: 1e-3, ml: 1e-3, m3: 1e3, "m³": 1e3 },
  energyJoules: ENERGY,
  primaryEnergyJoules: ENERGY,
  abioticDepletionGramsSbEq: { ...MASS, µg: 1e-6 },
  tokens: { tokens: 1, "": 1 },
  requests: { requests: 1, "": 1 },
};

/** A limit as a person writes it, such as `50 kg` or `10 kWh`, in the criterion's unit; undefined when it is none. */
export function parseLimit(text: string | number, criterion: BudgetCriterion): number | undefined {
  const parts = /^\s*(\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)\s*(\S*)\s*$/.exec(String(text));
  if (parts === null) return undefined;
  const unit = UNITS[criterion][parts[2]!];
  const limit = unit === undefined ? NaN : Number(parts[1]!.replaceAll("_", "")) * unit;
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
}

/** The units that a limit on this criterion can be written in. */
export const unitsOf = (criterion: BudgetCriterion): string[] =>
  Object.keys(UNITS[criterion]).filter((unit) => unit !== "");
