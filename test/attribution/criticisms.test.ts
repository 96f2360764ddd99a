import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { compareMethods } from "../../src/attribution/views/compare-methods.ts";
import { energySurfaces } from "../../src/attribution/estimates/published-shapes.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import releases from "../../src/factors/data/releases.json" with { type: "json" };
import { footprintOf } from "./attributor-for.ts";

/** What the published figures of this field are criticised for, and how the product answers: docs/methodology.md. */
const catalogue = defaultCatalogue();
const ANSWER = { inputTokens: 100, outputTokens: 400 };
const large2 = { provider: "mistral_ai", model: "mistral-large-2407" };

describe("of the Mistral analysis", () => {
  test("training and use are bundled: the total is never divided, and training is a phase apart, off by default", () => {
    expect(() => createAttribute({ training: { "mistral-large-2407": 1e12 } })).toThrow("not separable");
    expect(footprintOf(large2, ANSWER).co2eGrams?.phases).toEqual({
      undivided: { low: expect.any(Number) as number, central: 1.14, high: expect.any(Number) as number },
    });
    expect(catalogue.factor("training.mistral-large-2407")?.scalable).toBe(false);
  });

  test("it lies far above EcoLogits for the same model: both are shown, with boundaries, and never averaged", () => {
    const results = compareMethods({ outputTokens: 400 }, "mistral-large-2411");
    const [lca, parametric] = results.map(({ impacts }) => impacts.co2eGrams!.central);
    expect(results[0]?.boundary).not.toEqual(results[1]?.boundary);
    const centrals = (["best-evidence", "mistral-lca", "energy"] as const).map(
      (methodology) =>
        footprintOf({ ...large2, model: "mistral-large-2411" }, { outputTokens: 400 }, { methodology }).co2eGrams!
          .central,
    );
    expect(centrals).toEqual([lca, lca, parametric]);
  });

  test("no life-cycle data of GPUs: the embodied range spans the published figures", () => {
    expect(catalogue.factor("embodied.gpu.h100")?.metrics.co2eGrams).toEqual({
      low: 164_000,
      central: 273_400,
      high: 575_000,
      basis: "span",
    });
    expect(catalogue.factor("embodied.gpu.h100")?.metrics.abioticDepletionGramsSbEq?.central).toBe(8.95);
    expect(catalogue.factor("embodied.gpu.h100")?.metrics.primaryEnergyJoules?.central).toBe(3.939e9);
  });
});

test("of Google's: a median without tokens, market-based, on-site water only – so it is per request, opt-in and labelled", () => {
  const factor = catalogue.factor("google.gemini-apps.median-prompt")!;
  expect(factor).toMatchObject({ scalable: false, accounting: "market", unit: "request" });
  expect(factor.boundary.offsiteWater).toBe("no");
  expect(footprintOf({ provider: "gcp.gemini", model: "gemini-2.5-flash" }, ANSWER).factorIds).not.toContain(
    "google.gemini-apps.median-prompt@1.0.0",
  );
});

test("of OpenAI's: no method, no boundary – so it is off by default, and every boundary flag is unknown", () => {
  const { boundary } = catalogue.factor("openai.chatgpt.average-query")!;
  expect(new Set(Object.values(boundary))).toEqual(new Set(["unknown"]));
  expect(footprintOf({ model: "gpt-5" }, ANSWER).evidence).not.toBe("operator_statement");
});

test("of Jegham et al.: latency is not power, and versions differ – the version is in the id, the range is wide, no linear fit is used", () => {
  const rows = catalogue.factors.filter(({ shapes, role }) => shapes !== undefined && role !== "range");
  expect(rows.every(({ id, source }) => id.startsWith("jegham.v6.") && source.url.endsWith("v6"))).toBe(true);
  const { energyJoules } = footprintOf({ model: "gpt-4o" }, ANSWER);
  expect(energyJoules!.high / energyJoules!.low).toBeGreaterThan(10);
  // Its least-squares fit gives this row's input tokens a negative energy.
  const [, central] = energySurfaces(catalogue.factor("jegham.v6.gpt-4.1-mini")!.shapes!, 0.05);
  expect(central(50_000, 500)).toBeGreaterThan(central(500, 500));
});

test("of EcoLogits: input has no energy, parameters are guesses, a batch of one size – input weighs, guesses are ranges, the class spans batch sizes", () => {
  const subject = { provider: "openai", model: "gpt-5" };
  const [short, long] = [0, 20_000].map((inputTokens) => footprintOf(subject, { inputTokens, outputTokens: 400 }));
  expect(long!.energyJoules!.central).toBeGreaterThan(short!.energyJoules!.central * 1.5);
  const { parameters, evidence } = catalogue.factor("architecture.gpt-5")!;
  expect(evidence).toBe("modelled");
  expect(parameters?.["activeBillions"]).toMatchObject({ low: 30, high: 90 });
});

describe("of all", () => {
  test("false precision: every value is a range, and the sources' disagreement is the range", () => {
    for (const model of ["gpt-4o", "gpt-5", "claude-opus-4-1", "grok-4", "llama-3.1-8b", "gemini-2.5-pro"]) {
      const { co2eGrams } = footprintOf({ model }, ANSWER);
      expect(co2eGrams!.low).toBeLessThan(co2eGrams!.central);
      expect(co2eGrams!.central).toBeLessThan(co2eGrams!.high);
    }
  });

  test("boundaries that cannot be compared: each factor says what is inside, or that it is unknown", () => {
    for (const { boundary } of catalogue.factors) {
      expect(Object.values(boundary).every((part) => ["yes", "no", "unknown"].includes(part))).toBe(true);
    }
  });

  test("closed models are extrapolated from others: where they are, the result says so", () => {
    expect(footprintOf({ ...large2, model: "mistral-large-latest" }, ANSWER).warnings).toContain("extrapolated");
    expect(footprintOf({ provider: "x_ai", model: "grok-4" }, ANSWER).warnings).toContain("proxy");
    expect(footprintOf({ model: "gpt-omega" }, ANSWER).warnings).toContain("resolved_by_provider_default");
  });

  test("factors go stale: each has its dates, a release is frozen by its hash, and restatements are logged", () => {
    for (const { source } of catalogue.factors)
      expect(source.published <= "2026-12" && source.retrieved >= "2026").toBe(true);
    expect(releases.releases[0]).toMatchObject({ version: "2.1.0", hash: catalogue.hash });
    expect(releases.releases[0]!.restatements.length).toBeGreaterThan(0);
    expect(releases.releases.at(-1)).toMatchObject({ version: "1.0.0", restatements: [] });
  });

  test("silence: what nothing covers is undefined with a reason, and never 0", () => {
    const attributed = createAttribute()({ provider: "openai", model: "dall-e-3", operation: "images" });
    expect(attributed).toMatchObject({ unattributedReason: "no_factor" });
  });
});
