import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

import { footprintOf } from "./attributor-for.ts";

const methodology = readFileSync(new URL("../../docs/methodology.md", import.meta.url), "utf8");
const significant = (value: number, digits: number): string => String(Number(value.toPrecision(digits)));

test("the worked example of Mistral in the methodology is what the code says", () => {
  const { co2eGrams, waterLitres, abioticDepletionGramsSbEq } = footprintOf(
    { provider: "mistral_ai", model: "mistral-large-2407" },
    { outputTokens: 137 },
  );
  expect(methodology).toContain(`**${significant(co2eGrams!.central, 6)} gCO2e**`);
  expect(methodology).toContain(
    `(÷ and × 2.5: ${significant(co2eGrams!.low, 6)} to ${significant(co2eGrams!.high, 6)})`,
  );
  expect(methodology).toContain(`**${significant(waterLitres!.central * 1000, 7)} mL**`);
  expect(methodology).toContain(`**${significant(abioticDepletionGramsSbEq!.central * 1000, 5)} mg Sb eq**`);
});

test("the worked example of gpt-4.1 in the methodology is what the code says", () => {
  const { energyJoules, co2eGrams, waterLitres } = footprintOf(
    { model: "gpt-4.1" },
    { inputTokens: 100, outputTokens: 300 },
  );
  expect(methodology).toContain(`${significant(energyJoules!.central, 6)} J`);
  expect(methodology).toContain(`**${significant(co2eGrams!.phases.usage!.central, 4)} gCO2e**`);
  expect(methodology).toContain(`**${significant(co2eGrams!.phases.embodied!.central, 4)} gCO2e**`);
  expect(methodology).toContain(`**${significant(waterLitres!.central * 1000, 4)} mL**`);
  expect(methodology).toContain(`${significant(co2eGrams!.low, 2)} to ${significant(co2eGrams!.high, 2)} g`);
});
