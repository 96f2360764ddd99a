import { describe, expect, test } from "vitest";

import { attributorFor, footprintOf } from "./attributor-for.ts";
import { newAmounts, offsetOfSlot, slotOf } from "../../src/model/amounts.ts";

describe("the Mistral life-cycle analysis", () => {
  const attributor = attributorFor({ provider: "mistral_ai", model: "mistral-large-2407", operation: "chat" });

  test.each([
    [400, 1.14, 0.045, 0.16e-3],
    [137, 0.39045, 0.0154125, 0.0000548],
  ])("is met to the digit for %d output tokens", (outputTokens, co2eGrams, waterLitres, abioticDepletion) => {
    const footprint = attributor.footprint({ outputTokens }, 1);
    expect(footprint?.co2eGrams?.phases.undivided?.central).toBe(co2eGrams);
    expect(footprint?.co2eGrams?.central).toBe(co2eGrams);
    expect(footprint?.waterLitres?.central).toBe(waterLitres);
    expect(footprint?.abioticDepletionGramsSbEq?.central).toBeCloseTo(abioticDepletion, 18);
    expect(footprint?.evidence).toBe("operator_lca");
  });

  test("gives no energy at all, because none is published", () => {
    const footprint = attributor.footprint({ outputTokens: 400 }, 1);
    expect(Object.keys(footprint ?? {})).not.toContain("energyJoules");
    expect(Object.keys(footprint?.co2eGrams?.phases ?? {})).toEqual(["undivided"]);
    const mask = attributor.evaluate({ outputTokens: 400 }, 1, newAmounts());
    expect(mask & (1 << slotOf("energyJoules", "usage"))).toBe(0);
  });

  test("counts reasoning as output", () => {
    const amounts = newAmounts();
    attributor.evaluate({ outputTokens: 300, reasoningTokens: 100 }, 1, amounts);
    expect(amounts[offsetOfSlot(slotOf("co2eGrams", "undivided")) + 1]).toBe(1.14);
  });

  test("has nothing to say of a request whose output is unknown", () => {
    expect(attributor.evaluate({ inputTokens: 400 }, 1, newAmounts())).toBe(0);
    expect(attributor.footprint({ inputTokens: 400 }, 1)).toBeUndefined();
  });
});

describe("Mistral's tiers", () => {
  const grams = (model: string, methodology: "best-evidence" | "energy") =>
    footprintOf({ provider: "mistral_ai", model }, { outputTokens: 400 }, { methodology }).co2eGrams!;

  test("are extrapolated by the parameters that work on a token: 128 of Medium 3.5, 41 of Large 3, of 123 × 10⁹", () => {
    const [medium, large] = [grams("mistral-medium-3.5", "best-evidence"), grams("mistral-large-3", "best-evidence")];
    expect(medium.central / ((1.14 * 128) / 123)).toBeCloseTo(1, 3);
    expect(large.central / ((1.14 * 41) / 123)).toBeCloseTo(1, 3);
    // Up to all 675 × 10⁹ parameters, × 2.5.
    expect(large.high / (((1.14 * 675) / 123) * 2.5)).toBeCloseTo(1, 2);
    expect(large.high).toBeGreaterThan(medium.high);
  });

  test("are in the order of their names by energy, which counts the servers that hold a model", () => {
    const [small, medium, large] = ["mistral-small-4", "mistral-medium-3.5", "mistral-large-3"].map(
      (model) => grams(model, "energy").central,
    );
    expect(small).toBeLessThan(medium!);
    expect(medium).toBeLessThan(large!);
  });
});
