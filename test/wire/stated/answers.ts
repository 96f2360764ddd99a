/** Statements as the providers' own pages and public threads show them. */
export const NEURALWATT = {
  energy_joules: 190.46,
  energy_kwh: 5.2904e-5,
  avg_power_watts: 3109,
  duration_seconds: 0.613,
  attribution_method: "prorated_multi_gpu_8",
  attribution_ratio: 0.1,
  ratio_was_capped: true,
  uncapped_attribution_ratio: 1,
  uncapped_energy_joules: 1904.55,
};

export const GREENPT = {
  inferenceTime: { total: 412, unit: "ms" },
  energy: { total: 40_000, unit: "Wms" },
  emissions: { total: 2_300, unit: "ugCO2e" },
  version: "20250922",
};

export const MELIOUS = {
  energy_kwh: 0.00015,
  carbon_g_co2: 0.06,
  water_liters: 0.0002,
  renewable_percent: 85,
  pue: 1.18,
  provider_id: "ovhcloud",
  location: "FR",
};

export const USAGE = { prompt_tokens: 20, completion_tokens: 100, total_tokens: 120 };

export const chatOf = (more: object = {}) => ({
  id: "chatcmpl-1",
  object: "chat.completion",
  model: "gpt-oss-120b",
  choices: [{ index: 0, message: { role: "assistant", content: "Hello" }, finish_reason: "stop" }],
  usage: USAGE,
  ...more,
});

const chunk = (more: object) => ({ id: "chatcmpl-1", object: "chat.completion.chunk", model: "gpt-oss-120b", ...more });
const event = (object: object) => `data: ${JSON.stringify(object)}\n\n`;

/** @param last of the chunk that states the usage @param comments between it and the end */
export const streamOf = (last: object = {}, comments = "", content = "Hello"): string =>
  event(chunk({ choices: [{ index: 0, delta: { content } }] })) +
  event(chunk({ choices: [], usage: USAGE, ...last })) +
  comments +
  "data: [DONE]\n\n";
