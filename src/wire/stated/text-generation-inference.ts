import type { JsonObject } from "../json.ts";
import { quantity } from "./stated-amount.ts";
import type { Said } from "./statement-shape.ts";

const JOULES_PER_MILLIJOULE = 1e-3;

/** How many requests the server answers at once unless it is told otherwise, each of which has all of the energy. */
const MOST_AT_ONCE = 128;

/**
 * What the GPUs took while a request was answered, not shared out among those that were answered with it: the most that it
 * can have taken.
 *
 * @see https://github.com/huggingface/text-generation-inference/pull/3315
 */
export const textGenerationEnergy = (details: JsonObject): Said => {
  const joules = quantity(details["energy_mj"], JOULES_PER_MILLIJOULE);
  return {
    energyJoules: joules,
    energyRangeJoules: joules === undefined ? undefined : { low: joules / MOST_AT_ONCE, central: joules, high: joules },
    source: "measured",
    method: "unshared",
    boundary: "gpu",
  };
};
