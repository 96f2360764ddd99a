import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { footprintOf } from "./attributor-for.ts";

const subject = { provider: "together_ai", model: "meta-llama/Llama-3.1-405B-Instruct" };

describe("training", () => {
  test("training is not shown unless an option says what it is spread over", () => {
    expect(Object.keys(footprintOf(subject, { outputTokens: 500 }).co2eGrams!.phases)).toEqual(["usage", "embodied"]);
  });

  test("is spread over the tokens that the user names, beside the total and never in it", () => {
    const without = footprintOf(subject, { outputTokens: 500 });
    const with_ = footprintOf(
      subject,
      { outputTokens: 400, reasoningTokens: 100 },
      { training: { "llama-3.1-405b": 1e13 } },
    );
    expect(with_.co2eGrams!.phases.training).toEqual({ low: 0.4465, central: 0.4465, high: 0.4465 });
    expect(with_.co2eGrams!.central).toBe(without.co2eGrams!.central);
    expect(with_.factorIds).toEqual([...without.factorIds, "training.llama-3.1-405b@1.0.0"]);
  });

  test("is shown for the models that are named, by any of their names", () => {
    const training = { "Meta-Llama-3.1-405B-Instruct": 1e13 };
    expect(footprintOf(subject, { outputTokens: 500 }, { training }).co2eGrams!.phases.training?.central).toBe(0.4465);
    expect(
      footprintOf({ model: "gpt-4o" }, { outputTokens: 1 }, { training }).co2eGrams!.phases.training,
    ).toBeUndefined();
  });

  test.each([
    [{ "mistral-large-2407": 1e12 }, "not separable"],
    [{ "llama-3.3-70b": 1e12 }, "contradicts"],
    [{ "deepseek-v3": 1e12 }, "gives no footprint"],
    [{ "gpt-4o": 1e12 }, "no training footprint is published"],
    [{ "llama-3.1-405b": 0 }, "expected a number of tokens, got 0"],
    [{ "llama-3.1-405b": NaN }, "expected a number of tokens, got NaN"],
  ])("is refused where it cannot be: %j", (training, problem) => {
    expect(() => createAttribute({ training })).toThrow(problem);
  });
});
