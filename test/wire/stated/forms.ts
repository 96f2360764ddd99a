import { chatOf, GREENPT, MELIOUS, NEURALWATT, streamOf, USAGE } from "./answers.ts";

export const NEURALWATT_URL = "https://api.neuralwatt.com/v1/chat/completions";
export const GREENPT_URL = "https://api.greenpt.ai/v1/chat/completions";
export const MELIOUS_URL = "https://api.melious.ai/v1/chat/completions";
export const JOULE_URL = "https://api.greenjoules.cloud/v1/chat/completions";
export const OWN_URL = "https://llm.example.org/v1/chat/completions";

/** An answer of a host, as JSON or as an event stream. */
export interface SentAnswer {
  readonly url: string;
  readonly body: string | object;
  readonly headers?: Record<string, string>;
}

const OF_NEURALWATT = {
  source: "measured",
  energyJoules: 190.46,
  energyRangeJoules: { low: 190.46, central: 190.46, high: 1904.55 },
  accounting: "unknown",
  method: "attributed",
  boundary: "gpu",
  raw: { energy_joules: 190.46, energy_kwh: 5.2904e-5, attribution_ratio: 0.1, uncapped_energy_joules: 1904.55 },
};
const OF_GREENPT = { source: "estimated", energyJoules: 40, co2eGrams: 0.0023, boundary: "server" };
const OF_MELIOUS = {
  source: "estimated",
  energyJoules: 540,
  co2eGrams: 0.06,
  waterLitres: 0.0002,
  accounting: "location",
  method: "model_average",
  boundary: "facility",
  location: "FR",
  servedBy: "ovhcloud",
};
export const COMMON = { joules: 150, source: "measured", provider: "own", method: "nvml" };
const OF_COMMON = { source: "measured", energyJoules: 150, method: "nvml", boundary: "unknown" };
const COMMENT = `: energy ${JSON.stringify(NEURALWATT)}\n\n: cost {"total":0.1}\n\n`;

/** Every form in which something is stated, and what is read of it. */
export const FORMS: readonly [name: string, sent: SentAnswer, stated: object][] = [
  ["NeuralWatt's answer", { url: NEURALWATT_URL, body: chatOf({ energy: NEURALWATT }) }, OF_NEURALWATT],
  ["NeuralWatt's comment", { url: NEURALWATT_URL, body: streamOf({}, COMMENT) }, OF_NEURALWATT],
  ["NeuralWatt's comment behind a proxy", { url: OWN_URL, body: streamOf({}, COMMENT) }, OF_NEURALWATT],
  [
    "NeuralWatt's comment without a space",
    { url: OWN_URL, body: streamOf({}, COMMENT.replaceAll(": ", ":")) },
    OF_NEURALWATT,
  ],
  [
    "NeuralWatt's comment in a stream that is not labelled as one",
    { url: OWN_URL, body: streamOf({}, COMMENT), headers: { "content-type": "text/plain" } },
    OF_NEURALWATT,
  ],
  [
    "GreenPT's last chunk in a stream that is not labelled as one",
    { url: GREENPT_URL, body: streamOf({ impact: GREENPT }), headers: { "content-type": "application/octet-stream" } },
    OF_GREENPT,
  ],
  [
    "Melious' answer with a country in lower case",
    { url: MELIOUS_URL, body: chatOf({ environment_impact: { ...MELIOUS, location: "fr" } }) },
    OF_MELIOUS,
  ],
  ["GreenPT's answer", { url: GREENPT_URL, body: chatOf({ impact: GREENPT }) }, OF_GREENPT],
  ["GreenPT's last chunk", { url: GREENPT_URL, body: streamOf({ impact: GREENPT }) }, OF_GREENPT],
  ["Melious' answer", { url: MELIOUS_URL, body: chatOf({ environment_impact: MELIOUS }) }, OF_MELIOUS],
  ["Melious' last chunk", { url: MELIOUS_URL, body: streamOf({ environment_impact: MELIOUS }) }, OF_MELIOUS],
  [
    "Joule Cloud's headers",
    { url: JOULE_URL, body: chatOf(), headers: { "x-energy-joules": "88.5", "x-energy-method": "nvml" } },
    { source: "measured", energyJoules: 88.5, method: "nvml", boundary: "gpu_with_overhead" },
  ],
  [
    "Joule Cloud's headers of carbon and host",
    {
      url: JOULE_URL,
      body: chatOf(),
      headers: {
        "x-energy-joules": "88.5",
        "x-energy-method": "nvml",
        "x-carbon-mg": "2.5",
        "x-routed-to": "nebius/eu-helsinki/h100-sxm5",
      },
    },
    { energyJoules: 88.5, co2eGrams: 0.0025, accounting: "location", servedBy: "nebius" },
  ],
  [
    "Joule Cloud's headers of RAPL",
    { url: JOULE_URL, body: streamOf(), headers: { "x-energy-joules": "100", "x-energy-method": "rapl" } },
    { energyRangeJoules: { low: 95, central: 100, high: 105 }, boundary: "facility" },
  ],
  ["the common form", { url: OWN_URL, body: chatOf({ usage: { ...USAGE, energy: COMMON } }) }, OF_COMMON],
  ["the common form in a stream", { url: OWN_URL, body: streamOf({ usage: { ...USAGE, energy: COMMON } }) }, OF_COMMON],
  [
    "the common form in a header",
    { url: OWN_URL, body: chatOf(), headers: { "x-energy-data": '{"wh":0.05,"g_co2e":0.02}' } },
    { source: "estimated", energyJoules: 180, co2eGrams: 0.02 },
  ],
  [
    "OpenGateLLM's answer",
    {
      url: OWN_URL,
      body: chatOf({
        usage: { ...USAGE, carbon: { kWh: { min: 1e-5, max: 3e-5 }, kgCO2eq: { min: 1e-6, max: 3e-6 } } },
      }),
    },
    { source: "estimated", energyJoules: 72, co2eGrams: 0.002, method: "ecologits" },
  ],
];
