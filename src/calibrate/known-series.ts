import type { BOUNDARY_PARTS } from "../factors/factor.ts";

/** What a meter sees: the accelerators alone, the whole server, or the facility with its cooling. */
export const METER_BOUNDARIES = ["accelerator", "host", "facility"] as const;
export type MeterBoundary = (typeof METER_BOUNDARIES)[number];

/** What each unit of energy or power is in J or W. */
export const ENERGY_UNITS = { J: 1, mJ: 1e-3, uJ: 1e-6, Wh: 3600, kWh: 3.6e6, W: 1, mW: 1e-3, uW: 1e-6 } as const;
export type EnergyUnit = keyof typeof ENERGY_UNITS;

/** Whether a series of this unit shows power, which is averaged over a window, and not energy, which is counted. */
export const isPower = (unit: EnergyUnit): boolean => unit.endsWith("W");

/** A series that counts energy or shows power. */
export interface EnergySeries {
  /** A PromQL selector. */
  readonly selector: string;
  readonly unit: EnergyUnit;
  readonly boundary: MeterBoundary;
}

/** The series that exporters of energy write, those that count before those that sample; the whole server last. */
export const ENERGY_SERIES: readonly EnergySeries[] = [
  { selector: "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", unit: "mJ", boundary: "accelerator" },
  { selector: "DCGM_FI_DEV_POWER_USAGE", unit: "W", boundary: "accelerator" },
  { selector: "kepler_node_gpu_joules_total", unit: "J", boundary: "accelerator" },
  { selector: "scaph_host_energy_microjoules", unit: "uJ", boundary: "host" },
];

/** The series of tokens of an inference server. */
export interface TokenSeries {
  readonly input: string;
  readonly output: string;
  /** Input tokens that a cache held. */
  readonly cached?: string;
  /** Whether `input` counts cached tokens, too. */
  readonly inputHoldsCached: boolean;
  /** The label that names the model; absent where the server has one model and does not name it. */
  readonly modelLabel?: string;
}

/** The series that inference servers write. */
export const TOKEN_SERIES: readonly TokenSeries[] = [
  {
    input: "vllm:prompt_tokens_total",
    output: "vllm:generation_tokens_total",
    cached: "vllm:prefix_cache_hits_total",
    inputHoldsCached: true,
    modelLabel: "model_name",
  },
  {
    input: "sglang:prompt_tokens_total",
    output: "sglang:generation_tokens_total",
    cached: "sglang:cached_tokens_total",
    inputHoldsCached: true,
    modelLabel: "model_name",
  },
  { input: "tgi_request_input_length_sum", output: "tgi_request_generated_tokens_sum", inputHoldsCached: true },
  { input: "llamacpp:prompt_tokens_total", output: "llamacpp:tokens_predicted_total", inputHoldsCached: false },
];

/** The parts of a factor's boundary that each meter sees. Idle time is in all of them. */
export const SEEN_BY: Readonly<Record<MeterBoundary, readonly (typeof BOUNDARY_PARTS)[number][]>> = {
  accelerator: ["accelerator", "idle"],
  host: ["accelerator", "host", "idle"],
  facility: ["accelerator", "host", "idle", "facility"],
};
