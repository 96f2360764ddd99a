import { objectAt } from "../json.ts";
import { quantity } from "./stated-amount.ts";
import type { StatementShape } from "./statement-shape.ts";

const JOULES_PER_WATT_MILLISECOND = 1e-3;
const GRAMS_PER_MICROGRAM = 1e-6;

/** The operator's own servers, metered; "estimated" in its own word. In any other unit it is not this statement. */
export const greenpt: StatementShape = {
  key: "impact",
  ofObject: (object) => {
    const energy = objectAt(object, "energy");
    const emissions = objectAt(object, "emissions");
    return {
      energyJoules: inUnit(energy, "Wms", JOULES_PER_WATT_MILLISECOND),
      co2eGrams: inUnit(emissions, "ugCO2e", GRAMS_PER_MICROGRAM),
      source: "estimated",
      method: "other",
      boundary: "server",
    };
  },
};

const inUnit = (amount: Readonly<Record<string, unknown>> | undefined, unit: string, perUnit: number) =>
  amount === undefined ? undefined : amount["unit"] === unit ? quantity(amount["total"], perUnit) : NaN;
