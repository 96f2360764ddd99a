import { describe, expect, test } from "vitest";

import { architectureOf } from "../../src/attribution/estimates/architecture.ts";
import { usageCarbon } from "../../src/attribution/formulas/carbon.ts";
import { newCounts, readCounts } from "../../src/attribution/estimates/counts.ts";
import { embodiedImpact } from "../../src/attribution/formulas/embodied.ts";
import { FACILITY_JOULES, newEnergyDrivers, SERVER_SECONDS } from "../../src/attribution/estimates/energy-estimate.ts";
import { rangeAt } from "../../src/attribution/engines/engine.ts";
import { gpusFor, parametricEstimate, parametricMethod } from "../../src/attribution/estimates/parametric.ts";
import { usageWater } from "../../src/attribution/formulas/water.ts";
import { parameter, required, tokenWeights } from "../../src/attribution/estimates/weights.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { exactly, range, scale } from "../../src/model/range.ts";

const catalogue = defaultCatalogue();
const method = required(catalogue, "ecologits.v0.9.3.energy-model");
const grid = (id: string) => required(catalogue, id).metrics.co2eGrams!;

/** What EcoLogits 0.9.3 assumes of the host, and what it says of 400 output tokens. */
const CHECK_VALUES = [
  {
    model: "mistral-large-2411",
    pue: 1.16,
    grid: "grid.swe.ember.2024",
    wattHours: [0.241, 0.241],
    grams: [0.0086, 0.0086],
    embodied: 0.0069,
  },
  {
    model: "gpt-4o",
    pue: 1.2,
    grid: "grid.usa.ember.2024",
    wattHours: [0.64, 1.03],
    grams: [0.25, 0.39],
    embodied: 0.026,
  },
  {
    model: "gpt-5",
    pue: 1.2,
    grid: "grid.usa.ember.2024",
    wattHours: [0.68, 0.94],
    grams: [0.26, 0.36],
    embodied: 0.043,
  },
  {
    model: "claude-sonnet-4.6",
    pue: 1.115,
    grid: "grid.usa.ember.2024",
    wattHours: [0.59, 0.95],
    grams: [0.23, 0.37],
    embodied: 0.025,
  },
] as const;

function estimated(model: string, pue: number, inputTokens = 0, durationSeconds = Infinity) {
  const architecture = architectureOf(catalogue, catalogue.resolve(model).model!)!;
  const weights = tokenWeights(catalogue);
  const counts = newCounts();
  readCounts({ inputTokens, outputTokens: 400 }, weights.cache, counts);
  const drivers = newEnergyDrivers();
  parametricEstimate(method, architecture, exactly(pue), weights.input).write(counts, durationSeconds, drivers);
  return { energy: rangeAt(drivers, FACILITY_JOULES), servers: rangeAt(drivers, SERVER_SECONDS) };
}

/** Within 1 %, or within the rounding of a value that was published with two digits. */
function expectNear(actual: number, published: number, digits: number): void {
  expect(Math.abs(actual - published)).toBeLessThanOrEqual(Math.max(0.01 * published, 0.5 * 10 ** -digits));
}

describe("the parametric method", () => {
  test.each(CHECK_VALUES)(
    "meets EcoLogits' energy and carbon for $model",
    ({ model, pue, grid: id, wattHours, grams }) => {
      const { energy } = estimated(model, pue);
      expectNear(energy.low / 3600, wattHours[0], 3);
      expectNear(energy.high / 3600, wattHours[1], 3);
      const carbon = usageCarbon(energy, grid(id));
      const digits = model === "mistral-large-2411" ? 4 : 2;
      expectNear(carbon.low, grams[0], digits);
      expectNear(carbon.high, grams[1], digits);
    },
  );

  test.each(CHECK_VALUES)("meets EcoLogits' embodied carbon for $model", ({ model, pue, embodied }) => {
    const { servers } = estimated(model, pue);
    const server = required(catalogue, "embodied.server");
    const gpu = required(catalogue, "embodied.gpu.h100");
    const { central } = embodiedImpact(
      servers,
      server.metrics.co2eGrams!,
      gpu.metrics.co2eGrams!,
      parameter(server, "gpus"),
      parameter(required(catalogue, "embodied.lifetime"), "lifetimeYears"),
    );
    expectNear(central, embodied, model === "mistral-large-2411" ? 4 : 3);
  });

  test.each([
    ["mistral-large-2411", 1.16, 0.09, 6.0315, 1.71, 1.71],
    ["gpt-4o", 1.2, 0.569, 3.1321, 2.78, 4.45],
  ])(
    "gives less water than EcoLogits' code for %s by the PUE that it applies twice",
    (model, pue, wue, offSite, low, high) => {
      const { energy } = estimated(model, pue);
      const millilitres = scale(usageWater(energy, exactly(wue), exactly(pue), exactly(offSite)), 1000);
      expectNear(millilitres.low * pue, low, 2);
      expectNear(millilitres.high * pue, high, 2);
    },
  );

  test("holds a model in the next power of two of GPUs", () => {
    const constants = parametricMethod(method);
    expect([7.3, 33.3, 33.4, 123, 440, 2000].map((billions) => gpusFor(billions, constants))).toEqual([
      1, 1, 2, 4, 16, 64,
    ]);
  });

  test("holds the server no longer than the request took", () => {
    const long = estimated("gpt-4o", 1.2, 0, 1000);
    const short = estimated("gpt-4o", 1.2, 0, 2);
    expect(long).toEqual(estimated("gpt-4o", 1.2));
    expect(short.servers.central).toBe((2 * 16) / 8 / 64);
    expect(short.energy.central).toBeLessThan(long.energy.central);
  });

  test("gives input its weight, which the original leaves out", () => {
    const gpuJoules = (tokens: number) => tokens * 0.05;
    const [without, with_] = [estimated("mistral-large-2411", 1.16), estimated("mistral-large-2411", 1.16, 8000)];
    const perToken = (without.energy.central - 1.16 * (1200 / 128) * (400 / 36.9 + 1.05)) / 400;
    expect(with_.energy.central - without.energy.central).toBeCloseTo(gpuJoules(8000) * perToken, 6);
  });

  test("falls back on the published fit where no speed was measured", () => {
    const { servers } = estimated("gpt-oss-120b", 1.2);
    const seconds = 400 * (0.0006785088 * 5.1 + 0.000311931 * 64 + 0.0194737176);
    expect(servers).toEqual(range(seconds * (4 / 8 / 64), seconds * (4 / 8 / 64), seconds * (4 / 8 / 64)));
  });
});
