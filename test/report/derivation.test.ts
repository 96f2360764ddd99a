import { expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { explain, type Derivation } from "../../src/attribution/views/explain.ts";
import type { Methodology } from "../../src/attribution/selection/methodology.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import type { Usage } from "../../src/model/usage.ts";
import { derivationText, derivationView } from "../../src/report/derivation.ts";

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
  const names = {
    requestedModel: model,
    respondedModel: undefined,
    zone: attributor.zone,
    zoneBasis: attributor.zoneBasis,
  };
  return explain({ ...subject, ...names, usage, durationSeconds: 4, footprint }, { methodology });
}

test("a derivation reads as a chain, from the tokens to the grams, with its sources below", () => {
  const derivation = derivationOf("mistral_ai", "mistral-large-2407", { outputTokens: 137 });
  const [head, ...lines] = derivationText(derivation, { outputTokens: 137 }).split("\n");
  expect(head).toBe(
    `mistral-large-2407 (by its name), zone FRA (provider default), catalogue ${defaultCatalogue().identity}`,
  );
  expect(lines.slice(0, 22)).toStrictEqual([
    "  usage: 137 output tokens",
    "  output tokens ÷ reference: 0.3425 × 400 output tokens",
    "    = (count + input weight × input beyond the output) ÷ 400 [1] [2] [3]",
    "    = (137 + 0.05 × 0) ÷ 400",
    "  Greenhouse gases (CO2e), undivided, scaled from the published figure: 0.3905 (0.1562 to 0.9761) g CO2e",
    "    = published × uncertainty (÷ and × 2.5) × (count ÷ reference) [4] [5]",
    "    = 1.14 × 1 × 0.3425",
    "  Water consumed, undivided, scaled from the published figure: 0.01541 (0.006165 to 0.03853) L",
    "    = published × uncertainty (÷ and × 2.5) × (count ÷ reference) [4] [5]",
    "    = 0.045 × 1 × 0.3425",
    "  Abiotic resource depletion, undivided, scaled from the published figure: 0.0000548 (0.00002192 to 0.000137) g Sb eq",
    "    = published × uncertainty (÷ and × 2.5) × (count ÷ reference) [4] [5]",
    "    = 0.00016 × 1 × 0.3425",
    "  Greenhouse gases (CO2e), undivided: 0.3905 (0.1562 to 0.9761) g CO2e",
    "    = as scaled",
    "  Water consumed, undivided: 0.01541 (0.006165 to 0.03853) L",
    "    = as scaled",
    "  Abiotic resource depletion, undivided: 0.0000548 (0.00002192 to 0.000137) g Sb eq",
    "    = as scaled",
    "  Greenhouse gases (CO2e): 390 mg (156 to 976)",
    "  Water consumed: 15.4 mL (6.17 to 38.5)",
    "  Abiotic resource depletion: 54.8 µg Sb eq (21.9 to 137)",
  ]);
  expect(lines.slice(31, 36)).toStrictEqual([
    "[4] mistral.large-2.inference@1.0.0: Our contribution to a global environmental standard for AI, " +
      "Marginal impacts of inference: one 400-token response of Le Chat, user terminals excluded",
    "    1.14 g CO2e per 400 output tokens; 0.045 L per 400 output tokens; 0.00016 g Sb eq per 400 output tokens",
    "    https://mistral.ai/news/our-contribution-to-a-global-environmental-standard-for-ai (single facts, cited)",
    expect.stringMatching(/^\[5\] uncertainty\.operator-lca@/),
    "    factor 1 (0.4 to 2.5)",
  ]);
});

test("each source has its factor's figures with range and unit", () => {
  const usage = { inputTokens: 100, outputTokens: 400 };
  const view = derivationView(derivationOf("openai", "gpt-4o", usage), usage);
  expect(view.usage).toBe("100 input tokens, 400 output tokens");
  expect(view.sources.filter(({ figures }) => figures.length === 0)).toStrictEqual([]);
  const figuresOf = (id: string) => view.sources.find(({ factor }) => factor.startsWith(id))?.figures;
  expect(figuresOf("grid.usa.ember.2025@")).toStrictEqual(["384.4 g CO2e/kWh"]);
  expect(figuresOf("pue.microsoft.fy25@")).toStrictEqual(["PUE 1.17 (1.12 to 1.2)"]);
  expect(figuresOf("epoch.2025.gpt-4o@")).toStrictEqual(["1080 J per 500 output tokens"]);
  expect(figuresOf("jegham.v6.gpt-4o")?.[0]).toBe("1523 (1217 to 1829) J for 100 input and 300 output tokens");
  expect(figuresOf("embodied.lifetime@")).toStrictEqual(["lifetime years 3 (3 to 6)"]);
});

test("no text of a derivation has a field's name", () => {
  const usage = { inputTokens: 100, outputTokens: 400 };
  for (const model of ["gpt-4o", "mistral-large-2407"]) {
    expect(derivationText(derivationOf("openai", model, usage), usage)).not.toMatch(
      /co2eGrams|waterLitres|[eE]nergyJoules|SbEq|output_token/,
    );
  }
});

test("every factor stands in the text with its source and licence", () => {
  for (const model of ["gpt-4o", "mistral-large-latest"]) {
    const derivation = derivationOf("mistral_ai", model, { inputTokens: 3000, outputTokens: 400 });
    const text = derivationText(derivation, undefined);
    for (const { source, licence } of derivation.steps.flatMap(({ factors }) => factors)) {
      expect(text).toContain(`${source.url} (${licence})`);
    }
  }
});

test("a derivation that is not what was recorded says so", () => {
  const usage = { inputTokens: 3000, outputTokens: 400 };
  const text = derivationText(derivationOf("openai", "gpt-4o", usage, "mistral-lca"), usage);
  expect(text).toContain("\nThis is not what was recorded: the catalogue or the options have changed since.\n");
});
