import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { compareMethods } from "../../src/attribution/views/compare-methods.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { usualProvider } from "../../src/factors/usual-provider.ts";

const USAGE = { inputTokens: 100, outputTokens: 400 };

/** A document as one line. */
const document = (path: string) =>
  readFileSync(new URL(`../../docs/${path}`, import.meta.url), "utf8").replaceAll("\n", " ");

describe("the comparison of methods", () => {
  test("sets what each published method says side by side, with its boundary", () => {
    const results = compareMethods(USAGE, "mistral-large-2411");
    expect(results.map(({ method, evidence }) => [method, evidence])).toEqual([
      ["mistral.large-2.inference@1.0.0", "operator_lca"],
      ["ecologits.v0.9.3.energy-model@2.0.0", "parametric"],
      ["ml-energy.v3.class.large.chat@1.0.0", "class_default"],
      ["ml-energy.v3.class.large.reasoning@2.0.0", "class_default"],
    ]);
    const [lca, parametric] = results;
    expect(lca?.boundary).toMatchObject({ embodied: "yes", training: "no", terminals: "no", idle: "unknown" });
    expect(parametric?.boundary).toMatchObject({ embodied: "no", idle: "no", facility: "no" });
    expect(lca?.impacts.energyJoules).toBeUndefined();
    expect(lca?.impacts.co2eGrams?.central).toBe(1.14);
  });

  test("shows how far the methods lie apart for one model, as docs/methodology.md says", () => {
    const answer = { outputTokens: 400 };
    const above = (zone?: string, model = "mistral-large-2407") => {
      const [lca, parametric] = compareMethods(answer, model, zone === undefined ? {} : { zone });
      expect([lca?.evidence, parametric?.evidence]).toEqual(["operator_lca", "parametric"]);
      const carbon = lca!.impacts.co2eGrams!.central;
      return {
        all: Math.round(carbon / parametric!.impacts.co2eGrams!.central),
        usage: Math.round(carbon / parametric!.impacts.co2eGrams!.phases.usage!.central),
        water: Math.round(lca!.impacts.waterLitres!.central / parametric!.impacts.waterLitres!.central),
      };
    };
    const [home, france, america, world] = [above(), above("FRA"), above("USA"), above("WORLD")];
    expect(home).toEqual({ all: 64, usage: 114, water: 50 });
    expect([france.all, america.all, world.all]).toEqual([64, 11, 10]);
    expect(above(undefined, "mistral-large-2411")).toEqual(home);
    const text = document("methodology.md");
    expect(text).toContain(`gives ${home.all} times the carbon of the parametric method in the default zone`);
    expect(text).toContain(`(${france.all} times in \`FRA\`, ${america.all} in \`USA\`, ${world.all} in \`WORLD\`; `);
    expect(text).toContain(`${home.usage} times the phase of use alone) and ${home.water} times its water`);
    expect(text).toContain(`| ${home.all} times EcoLogits' carbon for the same model in the default zone`);
    const decision = document("decisions/extrapolation-before-measurement.md");
    expect(decision).toContain(`${home.all} times above the parametric method`);
    expect(decision).toContain(`(${world.all} times with the world's electricity)`);
  });

  test("shows the saving that a change of method would feign, as docs/methodology.md says", () => {
    const answer = { outputTokens: 400 };
    const before = compareMethods(answer, "mistral-large-2407")[0]!.impacts.co2eGrams!.central;
    const saved = compareMethods(answer, "mistral-large-3").map(({ evidence, impacts }) => [
      evidence,
      Math.round(100 * (1 - impacts.co2eGrams!.central / before)),
    ]);
    expect(saved).toEqual([
      ["operator_lca_extrapolated", 67],
      ["parametric", 93],
      ["class_default", 98],
      ["class_default", 98],
    ]);
    const text = document("methodology.md");
    expect(text).toContain("saving of 93 %, or 98 % by the class default, where the active parameters fell by 67 %");
  });

  test("takes in every row that measured or modelled the model", () => {
    const methods = compareMethods(USAGE, "llama-3.1-70b", { provider: "aws.bedrock" }).map(({ method }) => method);
    expect(methods).toEqual([
      "mistral.large-2.inference@1.0.0",
      "ml-energy.v3.llama-3.1-70b-instruct.chat.h100@2.0.0",
      "ml-energy.v3.llama-3.1-70b-instruct.chat.b200@2.0.0",
      "jegham.v6.llama-3.1-70b@2.0.0",
      "ecologits.v0.9.3.energy-model@2.0.0",
    ]);
  });

  test("takes in the operator's statement, for the operator's models", () => {
    const methods = compareMethods(USAGE, "gemini-2.5-flash").map(({ method, evidence }) => `${evidence} ${method}`);
    expect(methods).toContain("operator_statement google.gemini-apps.median-prompt@1.0.0");
  });

  test("serves a model by its developer, and one that nobody knows by nobody", () => {
    expect(usualProvider(defaultCatalogue(), "mistral-large-2411")).toBe("mistral_ai");
    expect(usualProvider(defaultCatalogue(), "nonsense")).toBe("unknown");
  });

  test("has nothing to say of an unknown model, or of a usage without what a method needs", () => {
    expect(compareMethods(USAGE, "nonsense", { operation: "images" })).toEqual([]);
    expect(compareMethods({ inputTokens: 5 }, "mistral-large-2411")).toEqual([]);
  });
});
