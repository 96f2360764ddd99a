import { describe, expect, test } from "vitest";

import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { createSelector } from "../../src/attribution/selection/selection.ts";
import { MODEL_NAMES } from "./model-names.ts";

const azureDeployments = { "My-Company-Chat": "gpt-4o", "prod-summariser": "gpt-4.1-mini" };
const { select } = createSelector({ azureDeployments });

describe("the name of a model", () => {
  test("has more than 300 real examples", () => {
    expect(new Set(MODEL_NAMES.map(([, name]) => name)).size).toBeGreaterThan(300);
  });

  test.each(MODEL_NAMES)("%s %s is %s, by %s", (provider, name, model, step) => {
    const selection = select({ provider, model: name, operation: "chat" });
    expect([selection.model?.name ?? "unknown", selection.resolution]).toEqual([model, step]);
  });

  test("is the same whatever was asked before", () => {
    const backwards = createSelector({ azureDeployments }).select;
    for (const [provider, name, model] of MODEL_NAMES.toReversed()) {
      expect(backwards({ provider, model: name, operation: "chat" }).model?.name ?? "unknown").toBe(model);
    }
  });

  test("is read in any case of letters and with blanks around it", () => {
    expect(defaultCatalogue().resolve("  Mistral-LARGE-2407 ").model?.name).toBe("mistral-large-2407");
  });

  test.each(["minion", "gemini", "gpt", "o", "", "-", "claude", "70", "b", "70bb", "x70b"])(
    "%j is not taken for a part of another",
    (name) => {
      expect(defaultCatalogue().resolve(name)).toEqual({ model: undefined, step: "unknown" });
    },
  );

  test("costs little when it is hostile", () => {
    const began = performance.now();
    for (const name of ["-a".repeat(1e6), ":a".repeat(1e6), `ft:${"-1234".repeat(100)}`, "_q4_".repeat(120)]) {
      expect(defaultCatalogue().resolve(name).model).toBeUndefined();
    }
    expect(performance.now() - began).toBeLessThan(500);
  });
});
