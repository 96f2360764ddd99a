import { expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/attribute.ts";
import { explain, type Derivation } from "../../src/attribution/explain.ts";
import type { Methodology } from "../../src/attribution/methodology.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import type { Usage } from "../../src/model/usage.ts";
import { derivationText } from "../../src/report/derivation.ts";

/** Of a record that was attributed by the best evidence, explained by a methodology. */
function derivationOf(
  provider: string,
  model: string,
  usage: Usage,
  methodology: Methodology = "best-evidence",
): Derivation {
  const subject = { provider, operation: "chat" };
  const attributor = createAttribute()({ ...subject, model });
  const footprint = "unattributedReason" in attributor ? undefined : attributor.footprint(usage, 4);
  const names = { requestedModel: model, respondedModel: undefined, zone: attributor.zone };
  return explain({ ...subject, ...names, usage, durationSeconds: 4, footprint }, { methodology });
}

test("a derivation reads as a chain, from the tokens to the grams, with its sources below", () => {
  const derivation = derivationOf("mistral_ai", "mistral-large-2407", { outputTokens: 137 });
  const [head, ...lines] = derivationText(derivation).split("\n");
  expect(head).toBe(`mistral-large-2407 (by exact), zone SWE, catalogue ${defaultCatalogue().identity}`);
  expect(lines.slice(0, 17)).toStrictEqual([
    "  output_tokens ÷ reference: 0.3425 × 400 output_tokens",
    "    = count ÷ 400; high bound with the input weight × input beyond the output [1] [2] [3]",
    "  co2eGrams, undivided, as published: 0.3905 (0.1562 to 0.9761) co2eGrams",
    "    = published × uncertainty (÷ and × 2.5) × (count ÷ reference) [4] [5]",
    "  waterLitres, undivided, as published: 0.01541 (0.006165 to 0.03853) waterLitres",
    "    = published × uncertainty (÷ and × 2.5) × (count ÷ reference) [4] [5]",
    "  abioticDepletionGramsSbEq, undivided, as published: 0.0000548 (0.00002192 to 0.000137) abioticDepletionGramsSbEq",
    "    = published × uncertainty (÷ and × 2.5) × (count ÷ reference) [4] [5]",
    "  co2eGrams, undivided: 0.3905 (0.1562 to 0.9761) co2eGrams",
    "    = as published",
    "  waterLitres, undivided: 0.01541 (0.006165 to 0.03853) waterLitres",
    "    = as published",
    "  abioticDepletionGramsSbEq, undivided: 0.0000548 (0.00002192 to 0.000137) abioticDepletionGramsSbEq",
    "    = as published",
    "  Greenhouse gases (CO2e): 390 mg (156 to 976)",
    "  Water consumed: 15.4 mL (6.17 to 38.5)",
    "  Abiotic resource depletion: 54.8 µg Sb eq (21.9 to 137)",
  ]);
  expect(lines.slice(23, 25)).toStrictEqual([
    "[4] mistral.large-2.inference@1.0.0: Our contribution to a global environmental standard for AI, " +
      "Marginal impacts of inference: one 400-token response of Le Chat, user terminals excluded",
    "    https://mistral.ai/news/our-contribution-to-a-global-environmental-standard-for-ai (single facts, cited)",
  ]);
});

test("every factor stands in the text with its source and licence", () => {
  for (const model of ["gpt-4o", "mistral-large-latest"]) {
    const derivation = derivationOf("mistral_ai", model, { inputTokens: 3000, outputTokens: 400 });
    const text = derivationText(derivation);
    for (const { source, licence } of derivation.steps.flatMap(({ factors }) => factors)) {
      expect(text).toContain(`${source.url} (${licence})`);
    }
  }
});

test("a derivation that is not what was recorded says so", () => {
  const usage = { inputTokens: 3000, outputTokens: 400 };
  const text = derivationText(derivationOf("openai", "gpt-4o", usage, "mistral-lca"));
  expect(text).toContain("\nThis is not what was recorded: the catalogue or the options have changed since.\n");
});
