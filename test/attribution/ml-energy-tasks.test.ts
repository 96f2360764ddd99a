import { describe, expect, test } from "vitest";

import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { footprintOf } from "./attributor-for.ts";

/** J of the GPUs per output token: 10th, 50th and 90th percentile of the configurations in ML.ENERGY's files of a task. */
describe("ML.ENERGY's tasks", () => {
  test.each([
    ["qwen3-coder-30b-a3b-instruct.fill-in-the-middle.h100", 0.2149, 0.3512, 0.8099],
    ["qwen3-coder-30b-a3b-instruct.fill-in-the-middle.b200", 0.1199, 0.2463, 0.6797],
    ["qwen3-coder-480b-a35b-instruct.fill-in-the-middle.b200", 1.3535, 3.4192, 10.5012],
    ["qwen3-coder-480b-a35b-instruct-fp8.fill-in-the-middle.b200", 4.8226, 10.3046, 21.5617],
  ])("of code are the factors of the coders: %s", (id, low, central, high) => {
    expect(defaultCatalogue().factor(`ml-energy.v3.${id}`)!.metrics.energyJoules).toMatchObject({ low, central, high });
  });

  test.each([
    ["qwen3-vl-235b-a22b-instruct", 1.2571, 4.488],
    ["qwen3-vl-30b-a3b-instruct", 0.3118, 0.425],
    ["qwen3-omni-30b-a3b-instruct", 0.3654, 0.5809],
    ["qwen3-vl-32b-instruct", 0.5566, 0.5681],
    ["qwen3-vl-8b-instruct", 0.1512, 0.2444],
    ["gemma-3-12b-it", 0.2317, 0.2838],
    ["gemma-3-27b-it", 0.4163, 0.6071],
    ["llama-4-maverick", 1.3577, 1.3577],
    ["llama-4-scout", 1.79, 1.79],
    ["nemotron-nano-12b-v2-vl", 0.6202, 0.6202],
  ])("with images in the prompt have their medians inside the range of %s", (model, least, most) => {
    const { low, high } = footprintOf(
      { provider: "openrouter", model },
      { inputTokens: 400, outputTokens: 400 },
      {
        methodology: "energy",
      },
    ).energyJoules!;
    // × 1.72 ÷ 1.09 from GPU to server × 1.4, the PUE of any host
    const atFacility = (joules: number) => 400 * joules * (1.72 / 1.09) * 1.4;
    expect(low).toBeLessThan(atFacility(least));
    expect(high).toBeGreaterThan(atFacility(most));
  });
});
