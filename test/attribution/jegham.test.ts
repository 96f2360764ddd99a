import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { energySurfaces } from "../../src/attribution/estimates/published-shapes.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import type { Usage } from "../../src/model/usage.ts";
import { footprintOf } from "./attributor-for.ts";

const INPUT_WEIGHT = 0.05;
/** Rows carried over to another reasoning effort, which no table has. */
const DERIVED = ["jegham.v6.o4-mini-default", "jegham.v6.o1-high-effort", "jegham.v6.o3-high-effort"];
const factors = defaultCatalogue().factors.flatMap(({ id, shapes }) =>
  shapes !== undefined && id.startsWith("jegham.v6.") && !DERIVED.includes(id) ? [{ id, shapes }] : [],
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
    ["openai", "gpt-4.1", 100, 300, 0.871],
    ["openai", "gpt-4.1", 10_000, 1500, 4.833],
    ["anthropic", "claude-3-7-sonnet-20250219", 1000, 1000, 2.989],
    ["openai", "gpt-4.1-nano", 100, 300, 0.207],
    ["openai", "o3", 100, 300, 1.177],
  ])(
    "is the central energy of %s's %s, %d → %d tokens: %d Wh",
    (provider, model, inputTokens, outputTokens, wattHours) => {
      const { energyJoules, evidence } = footprintOf({ provider, model }, { inputTokens, outputTokens });
      expect(evidence).toBe("modelled");
      expect(energyJoules!.central / 3600).toBeCloseTo(wattHours, 9);
    },
  );

  test.each([
    ["gpt-4o-mini", "gpt-4o"],
    ["claude-3-5-haiku-20241022", "claude-3-5-sonnet-20241022"],
  ])("sets no central value where it puts the smaller above the larger: %s and %s", (small, large) => {
    const provider = small.startsWith("gpt") ? "openai" : "anthropic";
    const [less, more] = [small, large].map((model) =>
      footprintOf({ provider, model }, { inputTokens: 100, outputTokens: 300 }),
    );
    expect(less!.energyJoules!.central).toBeLessThan(more!.energyJoules!.central);
    expect(less!.energyJoules!.high).toBeLessThanOrEqual(more!.energyJoules!.high);
    expect(less!.evidence).not.toBe("modelled");
  });
});

describe("the reasoning of a model that Jegham et al. took", () => {
  const wattHours = (model: string, usage: Usage, reasoningEffort?: string) => {
    const { low, central, high } = footprintOf(
      { model, ...(reasoningEffort && { reasoningEffort }) },
      usage,
    ).energyJoules!;
    return [low, central, high].map((joules) => joules / 3600);
  };
  const usage = { inputTokens: 100, outputTokens: 300 };

  test("is in the latency and counts once: o4-mini at high effort takes 3.649 Wh, however long it thought", () => {
    expect(wattHours("o4-mini", { ...usage, reasoningTokens: 1000 }, "high")[1]).toBeCloseTo(3.649, 9);
    expect(wattHours("o4-mini", usage, "high")[1]).toBeCloseTo(3.649, 9);
  });

  test("chooses the row by the effort that the request states", () => {
    expect(wattHours("o3-mini", usage)[1]).toBeCloseTo(0.674, 9);
    expect(wattHours("o3-mini", usage, "medium")[1]).toBeCloseTo(0.674, 9);
    expect(wattHours("o3-mini", usage, "high")[1]).toBeCloseTo(3.012, 9);
  });

  test("at the default effort has a range up to the row of high effort, and o4-mini the ratio of o3-mini", () => {
    expect(wattHours("o3-mini", usage)[2]).toBeGreaterThanOrEqual(3.012);
    const [low, central, high] = wattHours("o4-mini", usage);
    expect(central).toBeCloseTo((3.649 * 0.674) / 3.012, 4);
    expect(low).toBeLessThan(central!);
    expect(high).toBeGreaterThanOrEqual(3.649);
  });

  test("is counted as output by other methods, in which it is not inside", () => {
    const joules = (reasoningTokens: number) =>
      footprintOf({ model: "gpt-5" }, { ...usage, reasoningTokens }).energyJoules!.central;
    expect(joules(3000)).toBeGreaterThan(joules(0) * 4);
  });
});
