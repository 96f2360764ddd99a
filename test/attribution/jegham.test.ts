import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { energySurfaces } from "../../src/attribution/estimates/published-shapes.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { footprintOf } from "./attributor-for.ts";

const INPUT_WEIGHT = 0.05;
const factors = defaultCatalogue().factors.flatMap(({ id, shapes }) =>
  shapes !== undefined && id.startsWith("jegham.v6.") ? [{ id, shapes }] : [],
);
const cells = factors.flatMap(({ id, shapes }) =>
  shapes.map((shape) => ({ id, shapes, ...shape, where: `${shape.inputTokens}→${shape.outputTokens}` })),
);
/** Two published cells that lie below a smaller request of the same row: no rising function meets both. */
const CONTRADICTING = ["jegham.v6.o4-mini-high 10000→1500", "jegham.v6.o3-mini-high 10000→1500"];

describe("Table 4 of Jegham et al. v6", () => {
  test("has 30 models and 87 cells", () => {
    expect([factors.length, cells.length]).toEqual([30, 87]);
  });

  test.each(cells.filter(({ id, where }) => !CONTRADICTING.includes(`${id} ${where}`)))(
    "is met by $id at $where",
    ({ shapes, inputTokens, outputTokens, energyJoules }) => {
      const [, central] = energySurfaces(shapes, INPUT_WEIGHT);
      expect(central(inputTokens, outputTokens) / energyJoules.central).toBeCloseTo(1, 12);
    },
  );

  test.each(cells.filter(({ id, where }) => CONTRADICTING.includes(`${id} ${where}`)))(
    "contradicts itself in $id at $where, which the range holds",
    ({ shapes, inputTokens, outputTokens, energyJoules }) => {
      const [low, central, high] = energySurfaces(shapes, INPUT_WEIGHT);
      expect(low(inputTokens, outputTokens)).toBeCloseTo(energyJoules.low, 6);
      expect(central(inputTokens, outputTokens)).toBeGreaterThan(energyJoules.high);
      expect(high(inputTokens, outputTokens)).toBeGreaterThan(energyJoules.high);
    },
  );

  test("rises in both token counts, between and beyond the shapes, in all three bounds", () => {
    const tokens = fc.nat(200_000);
    fc.assert(
      fc.property(
        fc.constantFrom(...factors),
        tokens,
        tokens,
        tokens,
        tokens,
        ({ shapes }, input, output, more, longer) => {
          const [low, central, high] = energySurfaces(shapes, INPUT_WEIGHT);
          for (const surface of [low, central, high]) {
            const here = surface(input, output);
            const tolerance = 1e-9 * here;
            expect(surface(input + more, output)).toBeGreaterThanOrEqual(here - tolerance);
            expect(surface(input, output + longer)).toBeGreaterThanOrEqual(here - tolerance);
          }
          expect(low(input, output)).toBeLessThanOrEqual(central(input, output));
          expect(central(input, output)).toBeLessThanOrEqual(high(input, output));
        },
      ),
    );
  });

  test("gives input no negative energy, as a third of the linear fits would", () => {
    for (const { shapes } of factors) {
      const [low] = energySurfaces(shapes, INPUT_WEIGHT);
      expect(low(0, 0)).toBe(0);
      expect(low(1000, 0)).toBeGreaterThanOrEqual(0);
      expect(low(100_000, 100)).toBeGreaterThanOrEqual(low(0, 100));
    }
  });

  test.each([
    ["openai", "gpt-4o", 100, 300, 0.423],
    ["openai", "gpt-4o", 10_000, 1500, 2.875],
    ["anthropic", "claude-3-7-sonnet-20250219", 1000, 1000, 2.989],
    ["openai", "gpt-4.1-nano", 100, 300, 0.207],
    ["deepseek", "deepseek-v3", 100, 300, 2.777],
    ["azure.ai.inference", "DeepSeek-V3", 100, 300, 0.742],
  ])(
    "is the central energy of %s's %s, %d → %d tokens: %d Wh",
    (provider, model, inputTokens, outputTokens, wattHours) => {
      const { energyJoules, evidence } = footprintOf({ provider, model }, { inputTokens, outputTokens });
      expect(evidence).toBe("modelled");
      expect(energyJoules!.central / 3600).toBeCloseTo(wattHours, 9);
    },
  );
});
