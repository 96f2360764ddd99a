import { JOULES_PER_KILOWATT_HOUR } from "../../model/units.ts";
import type { Range } from "../../model/range.ts";
import { objectAt, type JsonObject } from "../json.ts";
import { quantity } from "./stated-amount.ts";
import type { Said } from "./statement-shape.ts";

const GRAMS_PER_KILOGRAM = 1000;

/** What the gateway has estimated by EcoLogits, with the PUE inside: the middle of its least and its most. */
export const openGateLlmCarbon = (object: JsonObject): Said => {
  const energy = between(objectAt(object, "kWh"), JOULES_PER_KILOWATT_HOUR);
  const carbon = between(objectAt(object, "kgCO2eq"), GRAMS_PER_KILOGRAM);
  return {
    energyJoules: energy?.central,
    energyRangeJoules: energy,
    co2eGrams: carbon?.central,
    source: "estimated",
    method: "ecologits",
    boundary: "facility",
  };
};

function between(bounds: JsonObject | undefined, perUnit: number): Range | undefined {
  const low = quantity(bounds?.["min"], perUnit);
  const high = quantity(bounds?.["max"], perUnit);
  if (low === undefined || high === undefined) return undefined;
  return { low, central: low <= high ? (low + high) / 2 : NaN, high };
}
