import { describe, expect, test } from "vitest";

import { footprintOf } from "./attributor-for.ts";

/**
 * Ten footprints computed by hand from the sources' own figures, without the catalogue: what a sustainability officer
 * gets with a calculator. USA: 384.4 g/kWh, 3.1321 L/kWh, 8.44 MJ/kWh. A server of eight H100 is
 * 5,700 + 8 × 273.4 = 7,887.2 kg over 3 × 365.25 × 86,400 = 94,672,800 s, 0.0833101 g/s, and draws 7,140 W.
 */
const wattHours = (joules: number): number => joules / 3600;

describe("by hand", () => {
  test("1. Mistral Large 2, 400 tokens: as published, 1.14 g, 45 mL, 0.16 mg Sb eq", () => {
    const made = footprintOf({ provider: "mistral_ai", model: "mistral-large-2407" }, { outputTokens: 400 });
    expect(made.co2eGrams!.central).toBe(1.14);
    expect(made.waterLitres!.central).toBe(0.045);
    expect(made.abioticDepletionGramsSbEq!.central).toBe(0.00016);
  });

  test("2. Mistral Large 2, 9,000 in and 137 out: (137 + 0.05 × (9,000 − 137)) ÷ 400 = 1.450375 times that", () => {
    const made = footprintOf(
      { provider: "mistral_ai", model: "mistral-large-2407" },
      { inputTokens: 9000, outputTokens: 137 },
    );
    expect(made.co2eGrams!.central).toBeCloseTo(1.6534275, 9);
    expect(made.waterLitres!.central).toBeCloseTo(0.065266875, 9);
  });

  test("3. Mistral Large 3 by the analysis: 1.14 × 41 ÷ 123 g, 45 × 41 ÷ 123 mL, 0.16 × 675 ÷ 123 mg Sb eq", () => {
    const made = footprintOf({ provider: "mistral_ai", model: "mistral-large-3" }, { outputTokens: 400 });
    expect(made.co2eGrams!.central).toBeCloseTo(0.38, 12);
    expect(made.waterLitres!.central).toBeCloseTo(0.015, 12);
    expect(made.abioticDepletionGramsSbEq!.central).toBeCloseTo(0.00087804878, 12);
  });

  test("4. GPT-4.1, 100 → 300: a cell of Jegham's table, 0.871 Wh = 3,135.6 J", () => {
    const made = footprintOf({ model: "gpt-4.1", zone: "USA" }, { inputTokens: 100, outputTokens: 300 });
    expect(made.energyJoules!.central).toBeCloseTo(3135.6, 9);
    // 0.000871 kWh × 384.4 g/kWh
    expect(made.co2eGrams!.phases.usage!.central).toBeCloseTo(0.3348124, 9);
    // 3,135.6 ÷ 1.17 ÷ 7,140 = 0.37535 s
    expect(made.co2eGrams!.phases.embodied!.central).toBeCloseTo(0.031270456, 8);
    // 0.000871 kWh × (0.27 ÷ 1.17 + 3.1321) L/kWh
    expect(made.waterLitres!.central).toBeCloseTo(0.0029290591, 10);
    // 0.000871 kWh × 8.44 MJ/kWh, and 0.37535 s × (70,000 + 8 × 3,939) MJ ÷ 94,672,800 s
    expect(made.primaryEnergyJoules!.phases.usage!.central).toBeCloseTo(7351.24, 6);
    expect(made.primaryEnergyJoules!.phases.embodied!.central).toBeCloseTo(402.47, 1);
  });

  test("5. o4-mini at high effort, 100 → 300 and 1,000 of reasoning: 3.649 Wh, the time of thinking inside", () => {
    const made = footprintOf(
      { model: "o4-mini", zone: "USA", reasoningEffort: "high" },
      { inputTokens: 100, outputTokens: 300, reasoningTokens: 1000 },
    );
    expect(wattHours(made.energyJoules!.central)).toBeCloseTo(3.649, 9);
    expect(made.co2eGrams!.phases.usage!.central).toBeCloseTo(1.4026756, 7);
    expect(made.co2eGrams!.phases.embodied!.central).toBeCloseTo(0.13100562, 7);
  });

  test("6. o4-mini at its default effort: 3.649 × 0.674 ÷ 3.012 Wh, and up to the high effort at least", () => {
    const made = footprintOf({ model: "o4-mini", zone: "USA" }, { inputTokens: 100, outputTokens: 300 });
    expect(wattHours(made.energyJoules!.central)).toBeCloseTo(0.8165425, 5);
    expect(wattHours(made.energyJoules!.high)).toBeGreaterThanOrEqual(3.649);
    expect(made.co2eGrams!.phases.usage!.central).toBeCloseTo(0.3138789, 5);
  });

  test("7. GPT-5.5, 400 tokens, by EcoLogits' method: 32 GPUs, 0.545634 J per GPU and token, 8.1967 s, batch 64", () => {
    // 1.2 × 900 × 2 ÷ 80 = 27 → 32 GPUs. (0.00000116652731705 × e^(−0.0112059210256 × 64) × 195 + 0.0000405292814673)
    // × 3,600 = 0.545634 J. 400 ÷ 96 + 4.03 = 8.19667 s; × 32 ÷ 8 ÷ 64 = 0.512292 s of a server.
    // 1.17 × (32 × 0.545634 × 400 + 1,200 × 32 ÷ 8 × 8.19667 ÷ 64) = 8,890.67 J
    const made = footprintOf({ model: "gpt-5.5", zone: "USA" }, { outputTokens: 400 });
    expect(made.energyJoules!.central).toBeCloseTo(8890.671715, 5);
    expect(wattHours(made.energyJoules!.central)).toBeCloseTo(2.469631, 5);
    expect(made.co2eGrams!.phases.usage!.central).toBeCloseTo(0.949326169, 8);
    expect(made.co2eGrams!.phases.embodied!.central).toBeCloseTo(0.042679068, 8);
    expect(made.waterLitres!.central).toBeCloseTo(0.008305046, 8);
  });

  test("8. Llama 3.3 70B at Scaleway in France: 400 × 0.6036 J × 1.578 × 1.375 = 523.864 J, 41.4 g/kWh", () => {
    const made = footprintOf({ provider: "scaleway", model: "llama-3.3-70b", zone: "FRA" }, { outputTokens: 400 });
    expect(made.energyJoules!.central).toBeCloseTo(523.86444, 5);
    expect(made.co2eGrams!.phases.usage!.central).toBeCloseTo(0.00602444106, 10);
    // 523.864 ÷ 1.375 ÷ 7,140 = 0.0533603 s
    expect(made.co2eGrams!.phases.embodied!.central).toBeCloseTo(0.00444544909, 10);
    expect(made.waterLitres!.central).toBeCloseTo(0.00053607074603, 12);
  });

  test("9. a video by Sora 2 Pro: 8 s at 1280 × 720 take 227.289 s × 6,646.63 W × 1.17 = 0.491 kWh", () => {
    const made = footprintOf({ model: "sora-2-pro", zone: "USA", operation: "videos" }, {});
    expect(made.energyJoules!.central / 3.6e6).toBeCloseTo(0.491, 3);
  });

  test("10. text-embedding-3-large by E5 Mistral 7B: 0.05 × 400 × 0.153 J × 7.11 ÷ 4.5 × 1.578 × 1.17 = 8.926 J", () => {
    const made = footprintOf(
      { model: "text-embedding-3-large", zone: "USA", operation: "embeddings" },
      { inputTokens: 400 },
    );
    expect(made.energyJoules!.central).toBeCloseTo(8.926297848, 8);
    expect(made.co2eGrams!.central).toBeCloseTo(0.0010421497, 9);
    expect(made.waterLitres!.central).toBeCloseTo(8.33832566e-6, 11);
  });
});
