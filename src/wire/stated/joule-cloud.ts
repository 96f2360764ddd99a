import type { StatedMethod } from "../../model/stated.ts";
import { quantityOfText } from "./stated-amount.ts";
import type { StatementShape } from "./statement-shape.ts";

/** Counters of energy with the PUE inside: of the GPUs, or with RAPL of processor and memory, else from utilisation. */
export const jouleCloud: StatementShape = {
  ofHeaders: (headers) => {
    const energyJoules = quantityOfText(headers.get("x-energy-joules"));
    if (energyJoules === undefined) return undefined;
    const method = methodNamed(headers.get("x-energy-method") ?? "");
    return {
      energyJoules,
      source: method === "nvml" || method === "rapl" ? "measured" : "estimated",
      method,
      boundary: method === "nvml" ? "gpu_with_overhead" : "facility",
    };
  },
};

const methodNamed = (header: string): StatedMethod => {
  const name = header.slice(0, 64).toLowerCase();
  return name.includes("nvml")
    ? "nvml"
    : name.includes("rapl")
      ? "rapl"
      : name.includes("util")
        ? "utilisation"
        : "other";
};
