import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { compareModels } from "../../src/attribution/views/compare-models.ts";

const ANSWER = { inputTokens: 100, outputTokens: 300 };
const methodology = readFileSync(new URL("../../docs/methodology.md", import.meta.url), "utf8");
const significant = (value: number): string => String(Number(value.toPrecision(4)));

describe("the difference of two models", () => {
  test("has the range of what they do not share: a dozen times the size is decided, whatever the grid", () => {
    const { a, b, differences, shared } = compareModels("gpt-5.5-pro", "gpt-5.5", ANSWER)!;
    const { low, central, high, ratio, decided } = differences.co2eGrams!;
    expect(decided).toBe(true);
    expect(central).toBeCloseTo(a.impacts.co2eGrams!.central - b.impacts.co2eGrams!.central, 12);
    expect(low).toBeGreaterThan(0);
    expect(high).toBeLessThan(a.impacts.co2eGrams!.high - b.impacts.co2eGrams!.low);
    expect(ratio!.low).toBeGreaterThan(1);
    expect(shared).toEqual(expect.arrayContaining(["grid.usa.ember.2025@1.0.0", "embodied.gpu.h100@2.0.0"]));
  });

  test("is decided where the printed ranges overlap, since both have the class's bounds in common", () => {
    const { a, b, differences } = compareModels("gpt-6-astra", "gpt-5.4", ANSWER)!;
    expect(a.impacts.co2eGrams!.low).toBeLessThan(b.impacts.co2eGrams!.high);
    expect(differences.co2eGrams).toMatchObject({ decided: true });
    expect(differences.co2eGrams!.low).toBeGreaterThan(0);
  });

  test("is the opposite the other way round", () => {
    const [there, back] = [
      compareModels("gpt-5.5", "gpt-5.4", ANSWER),
      compareModels("gpt-5.4", "gpt-5.5", ANSWER),
    ].map((comparison) => comparison!.differences.co2eGrams!);
    expect(back!.low).toBeCloseTo(-there!.high, 12);
    expect(back!.central).toBeCloseTo(-there!.central, 12);
    expect(back!.high).toBeCloseTo(-there!.low, 12);
    expect(back!.ratio!.low).toBeCloseTo(1 / there!.ratio!.high, 9);
  });

  test("is nothing for one model, to the last bound", () => {
    const { differences } = compareModels("gpt-4.1", "gpt-4.1", ANSWER)!;
    for (const { low, central, high, ratio, decided } of Object.values(differences)) {
      expect([low, central, high, decided]).toEqual([0, 0, 0, false]);
      expect(ratio).toEqual({ low: 1, central: 1, high: 1 });
    }
  });

  test("of two places is their grids' alone, as docs/methodology.md works out by hand", () => {
    const germany = { model: "gpt-4.1", zone: "DEU" };
    const { differences } = compareModels(germany, { model: "gpt-4.1", zone: "FRA" }, ANSWER)!;
    const { low, central, high, decided } = differences.co2eGrams!;
    expect(central).toBeCloseTo((3135.6 / 3.6e6) * (329.6 - 41.4), 9);
    const energy = compareModels(germany, germany, ANSWER)!.a.impacts.energyJoules!;
    expect(low).toBeCloseTo((energy.low / 3.6e6) * (329.6 - 51.9), 9);
    expect(high).toBeCloseTo((energy.high / 3.6e6) * (342.06 - 41.4), 9);
    expect(decided).toBe(true);
    expect(differences.energyJoules).toMatchObject({ low: 0, central: 0, high: 0 });
    for (const value of [low, central, high]) expect(methodology).toContain(`${significant(value)} g`);
  });

  test("of two months is that of their usage, at one energy per token", () => {
    const month = (outputTokens: number) => ({
      model: "llama-3.1-70b",
      provider: "together_ai",
      usage: { outputTokens },
    });
    const { differences } = compareModels(month(3e6), month(2e6), ANSWER)!;
    expect(differences.co2eGrams!.ratio!.low).toBeCloseTo(1.5, 3);
    expect(differences.co2eGrams!.ratio!.high).toBeCloseTo(1.5, 3);
    expect(differences.co2eGrams!.decided).toBe(true);
  });

  test("names the proxy of a side without a figure, and is undefined where nothing covers one", () => {
    expect(compareModels("gpt-9", "gpt-5.4", ANSWER)!.a).toMatchObject({ proxy: "gpt-6-astra" });
    expect(compareModels("dall-e-3", "gpt-5.4", ANSWER)).toBeUndefined();
  });
});
