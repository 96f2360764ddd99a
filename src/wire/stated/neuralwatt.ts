import { JOULES_PER_KILOWATT_HOUR } from "../../model/units.ts";
import type { JsonObject } from "../json.ts";
import { quantity } from "./stated-amount.ts";
import type { Said, StatementShape } from "./statement-shape.ts";

/**
 * Measured by NVML: the draw of the server's GPUs, by the request's share of the tokens in flight. No overhead of the
 * facility is inside. A share that was capped leaves open everything up to the uncapped one.
 */
export const neuralwattEnergy = (object: JsonObject): Said => {
  const energyJoules = quantity(object["energy_joules"]);
  const uncapped = quantity(object["uncapped_energy_joules"]);
  const isCapped = object["ratio_was_capped"] === true && energyJoules !== undefined && uncapped! > energyJoules;
  return {
    energyJoules,
    alsoJoules: [quantity(object["energy_kwh"], JOULES_PER_KILOWATT_HOUR)],
    ...(isCapped && { energyRangeJoules: { low: energyJoules, central: energyJoules, high: uncapped! } }),
    co2eGrams: quantity(object["carbon_g_co2eq"]),
    source: "measured",
    method: "attributed",
    boundary: "gpu",
  };
};

export const neuralwatt: StatementShape = { key: "energy", ofObject: neuralwattEnergy };
