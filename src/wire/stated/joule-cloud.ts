import type { StatedMethod } from "../../model/stated.ts";
import { quantityOfText } from "./stated-amount.ts";
import type { StatementShape } from "./statement-shape.ts";

/** Counters of energy with the PUE inside: of the GPUs, or with RAPL of processor and memory, else from utilisation. */
export const jouleCloud: StatementShape = {
  ofHeaders: (headers) => {
    const energyJoules = quantityOfText(headers.get("x-energy-joules"));
    if (energyJoules === undefined) return undefined;
    const name = (headers.get("x-energy-method") ?? "").slice(0, 64).toLowerCase();
    const method = methodNamed(name);
    return {
      energyJoules,
      co2eGrams: quantityOfText(headers.get("x-carbon-mg"), GRAMS_PER_MILLIGRAM),
      source: method === "nvml" || method === "rapl" || name.includes("ioreport") ? "measured" : "estimated",
      method,
      boundary: method === "nvml" ? "gpu_with_overhead" : "facility",
      // As `nebius/eu-helsinki/h100-sxm5`.
      host: /^[a-z][a-z0-9-]{1,40}(?=\/)/.exec(headers.get("x-routed-to") ?? "")?.[0],
    };
  },
};

const GRAMS_PER_MILLIGRAM = 1e-3;

const methodNamed = (name: string): StatedMethod =>
  name.includes("nvml") ? "nvml" : name.includes("rapl") ? "rapl" : name.includes("util") ? "utilisation" : "other";
