import { JOULES_PER_KILOWATT_HOUR } from "../../model/units.ts";
import { stringAt } from "../json.ts";
import { quantity } from "./stated-amount.ts";
import type { StatementShape } from "./statement-shape.ts";

/** The model's measured energy per token at the host that served it, with that host's PUE inside; it names the host. */
export const melious: StatementShape = {
  key: "environment_impact",
  ofObject: (object) => ({
    energyJoules: quantity(object["energy_kwh"], JOULES_PER_KILOWATT_HOUR),
    co2eGrams: quantity(object["carbon_g_co2"]),
    waterLitres: quantity(object["water_liters"]),
    source: "estimated",
    method: "model_average",
    boundary: "facility",
    location: stringAt(object, "location"),
    host: stringAt(object, "provider_id"),
  }),
};
