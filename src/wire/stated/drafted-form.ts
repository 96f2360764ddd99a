import type { StatedMethod } from "../../model/stated.ts";
import { JOULES_PER_KILOWATT_HOUR, JOULES_PER_WATT_HOUR } from "../../model/units.ts";
import { stringAt, type JsonObject } from "../json.ts";
import { neuralwattEnergy } from "./neuralwatt.ts";
import { quantity } from "./stated-amount.ts";
import type { Said } from "./statement-shape.ts";

/**
 * The form that is being drafted for everybody: in `usage.energy`, in a comment of an event stream, in a header. It does
 * not say how far the energy reaches. Who does not say that it was measured has estimated it.
 */
export function draftedForm(object: JsonObject): Said {
  // The comment of the provider that the draft is modelled on, behind a proxy of one's own.
  if (typeof object["attribution_method"] === "string") return neuralwattEnergy(object);
  const joules = [
    quantity(object["joules"]),
    quantity(object["energy_joules"]),
    quantity(object["kwh"], JOULES_PER_KILOWATT_HOUR),
    quantity(object["wh"], JOULES_PER_WATT_HOUR),
  ];
  const isMeasured = object["source"] === "measured";
  return {
    energyJoules: joules.find((amount) => amount !== undefined),
    alsoJoules: joules,
    co2eGrams: quantity(object["g_co2e"]),
    source: isMeasured ? "measured" : "estimated",
    method: methodNamed(stringAt(object, "method") ?? ""),
    boundary: "unknown",
  };
}

const methodNamed = (name: string): StatedMethod => {
  const method = name.slice(0, 64).toLowerCase();
  return method === "nvml" || method === "rapl" || method === "utilisation" ? method : "other";
};
