import { describe, expect, test } from "vitest";

import { compareMethods } from "../../src/attribution/compare-methods.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { usualProvider } from "../../src/factors/usual-provider.ts";

const USAGE = { inputTokens: 100, outputTokens: 400 };

describe("the comparison of methods", () => {
  test("sets what each published method says side by side, with its boundary", () => {
    const results = compareMethods(USAGE, "mistral-large-2411");
    expect(results.map(({ method, evidence }) => [method, evidence])).toEqual([
      ["mistral.large-2.inference@1.0.0", "operator_lca"],
      ["ecologits.v0.9.3.energy-model@1.0.0", "parametric"],
      ["ml-energy.v3.class.large.chat@1.0.0", "class_default"],
    ]);
    const [lca, parametric] = results;
    expect(lca?.boundary).toMatchObject({ embodied: "yes", training: "no", terminals: "no", idle: "unknown" });
    expect(parametric?.boundary).toMatchObject({ embodied: "no", idle: "no", facility: "no" });
    expect(lca?.impacts.energyJoules).toBeUndefined();
    expect(lca?.impacts.co2eGrams?.central).toBe(1.14);
  });

  test("shows how far the methods lie apart for one model", () => {
    const [lca, parametric] = compareMethods({ outputTokens: 400 }, "mistral-large-2411");
    const ratio = lca!.impacts.co2eGrams!.central / parametric!.impacts.co2eGrams!.central;
    expect(ratio).toBeGreaterThan(70);
    expect(ratio).toBeLessThan(90);
  });

  test("takes in every row that measured or modelled the model", () => {
    const methods = compareMethods(USAGE, "llama-3.1-70b", { provider: "aws.bedrock" }).map(({ method }) => method);
    expect(methods).toEqual([
      "mistral.large-2.inference@1.0.0",
      "ml-energy.v3.llama-3.1-70b-instruct.chat.h100@1.0.0",
      "ml-energy.v3.llama-3.1-70b-instruct.chat.b200@1.0.0",
      "jegham.v6.llama-3.1-70b@1.0.0",
      "ecologits.v0.9.3.energy-model@1.0.0",
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
    expect(compareMethods(USAGE, "nonsense")).toEqual([]);
    expect(compareMethods({ inputTokens: 5 }, "mistral-large-2411")).toEqual([]);
  });
});
