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
import { exactly, range, type Range } from "../../src/model/range.ts";

const catalogue = defaultCatalogue();
const method = required(catalogue, "ecologits.v0.9.3.energy-model");
const grid = (id: string) => required(catalogue, id).metrics.co2eGrams!;

/** What EcoLogits 0.11.3 assumes of the host, and what it says of 400 output tokens: bench/ecologits/dump.py 400. */
const CHECK_VALUES = [
  {
    model: "mistral-large-3",
    pue: [1.16, 1.16],
    grid: "grid.swe.ember.2025",
    wattHours: [1.12693301272126, 1.12693301272126],
    grams: [0.07820834946999305 - 0.038472691441441435, 0.07820834946999305 - 0.038472691441441435],
    embodied: 0.038472691441441435,
  },
  {
    model: "gpt-4o",
    pue: [1.2, 1.2],
    grid: "grid.usa.ember.2025",
    wattHours: [0.5788737899565864, 0.9637064713962811],
    grams: [0.23818420310255506 - 0.015665118243243244, 0.38611388584797374 - 0.015665118243243244],
    embodied: 0.015665118243243244,
  },
  {
    model: "gpt-5",
    pue: [1.2, 1.2],
    grid: "grid.usa.ember.2025",
    wattHours: [0.5913286039627499, 0.8537145231261781],
    grams: [0.25832145759491953 - 0.031014742231638415, 0.3591826049213413 - 0.031014742231638415],
    embodied: 0.031014742231638415,
  },
  {
    model: "claude-sonnet-4.6",
    pue: [1.09, 1.14],
    grid: "grid.usa.ember.2025",
    wattHours: [0.5841094020033588, 0.9764944586372778],
    grams: [0.2535681124634245 - 0.029036458333333334, 0.40440092823350293 - 0.029036458333333334],
    embodied: 0.029036458333333334,
  },
] as const;

/** A model as EcoLogits has it: with one speed instead of a range. */
function architecture(model: string) {
  const known = architectureOf(catalogue, catalogue.resolve(model).model!)!;
  const { outputTokensPerSecond: speed, timeToFirstTokenSeconds: wait } = known;
  return {
    ...known,
    ...(speed && { outputTokensPerSecond: exactly(speed.central) }),
    ...(wait && { timeToFirstTokenSeconds: exactly(wait.central) }),
  };
}

function estimated(model: string, pue: Range | number, inputTokens = 0, durationSeconds = Infinity) {
  const weights = tokenWeights(catalogue);
  const counts = newCounts();
  readCounts({ inputTokens, outputTokens: 400 }, weights.cache, counts);
  const drivers = newEnergyDrivers();
  const effectiveness = typeof pue === "number" ? exactly(pue) : pue;
  parametricEstimate(method, architecture(model), effectiveness, weights.input).write(counts, durationSeconds, drivers);
  return { energy: rangeAt(drivers, FACILITY_JOULES), servers: rangeAt(drivers, SERVER_SECONDS) };
}

describe("the parametric method", () => {
  test.each(CHECK_VALUES)(
    "meets EcoLogits' energy and carbon for $model",
    ({ model, pue: [lowest, highest], grid: id, wattHours, grams }) => {
      const { energy } = estimated(model, range(lowest, (lowest + highest) / 2, highest));
      expect(energy.low / 3600 / wattHours[0]).toBeCloseTo(1, 6);
      expect(energy.high / 3600 / wattHours[1]).toBeCloseTo(1, 6);
      const perKilowattHour = exactly(grid(id).central);
      const carbon = usageCarbon(energy, perKilowattHour);
      // Ember's figures stand there with more digits than anybody else quotes.
      expect(carbon.low / grams[0]).toBeCloseTo(1, 2);
      expect(carbon.high / grams[1]).toBeCloseTo(1, 2);
    },
  );

  test.each(CHECK_VALUES)("meets EcoLogits' embodied carbon for $model", ({ model, pue: [, pue], embodied }) => {
    const { servers } = estimated(model, pue);
    const server = required(catalogue, "embodied.server");
    const lifetimeOf365Days = exactly((3 * 365) / 365.25);
    const { central } = embodiedImpact(
      servers,
      server.metrics.co2eGrams!,
      exactly(273_000),
      parameter(server, "gpus"),
      lifetimeOf365Days,
    );
    expect(central / embodied).toBeCloseTo(1, 6);
    expect(required(catalogue, "embodied.gpu.h100").metrics.co2eGrams!.central).toBe(273_400);
  });

  test.each([
    ["mistral-large-3", 1.16, 0.09, 6.0315, 0.006884530924111825],
    ["gpt-4o", 1.2, 0.569, 3.1321, 0.002087573252927439],
  ])("gives the water that EcoLogits gives for %s", (model, pue, wue, offSite, litres) => {
    const { energy } = estimated(model, pue);
    expect(usageWater(energy, exactly(wue), exactly(pue), exactly(offSite)).low / litres).toBeCloseTo(1, 6);
  });

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
