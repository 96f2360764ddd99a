import { expect, test } from "vitest";

import { createSelector } from "../../src/attribution/selection/selection.ts";
import { createCatalogue } from "../../src/factors/catalogue.ts";
import { ownFactor } from "../factors/own-factor.ts";
import { footprintOf } from "./attributor-for.ts";

const exactly = (value: number) => ({ low: value, central: value, high: value, basis: "user" });

/** 2 J an output token and 0.1 J an input token at the facility's meter, and 0.5 J of idling to each. */
const measured = (parameters: Record<string, unknown> = {}) =>
  ownFactor({
    evidence: "user_measured",
    metrics: { energyJoules: { low: 1, central: 2, high: 4, basis: "user" } },
    parameters: { energyJoulesPerInputToken: exactly(0.1), idleJoulesPerToken: exactly(0.5), ...parameters },
  });

const SUBJECT = { provider: "vllm", model: "acme-7b" };

test("what was measured by kind of token is counted by kind of token, and idling on top", () => {
  const catalogue = createCatalogue({ factors: [measured()] });
  const { evidence, energyJoules } = footprintOf(SUBJECT, { inputTokens: 1000, outputTokens: 100 }, { catalogue });
  expect(evidence).toBe("user_measured");
  // 1000 × 0.1 + 100 × 2 + 1100 × 0.5
  expect(energyJoules).toMatchObject({ low: 750, central: 850, high: 1050 });
});

test("cached tokens have the figure that was measured for them, and that of input where none was", () => {
  const usage = { inputTokens: 200, cacheReadTokens: 800, outputTokens: 100 };
  const central = (parameters: Record<string, unknown>) =>
    footprintOf(SUBJECT, usage, { catalogue: createCatalogue({ factors: [measured(parameters)] }) }).energyJoules!
      .central;
  expect(central({})).toBeCloseTo(850, 9);
  // 200 × 0.1 + 800 × 0.01 + 100 × 2 + 1100 × 0.5
  expect(central({ energyJoulesPerCacheReadToken: exactly(0.01) })).toBeCloseTo(778, 9);
});

test("the derivation shows each kind of token, idling apart, and the PUE once", () => {
  const boundary = { ...(ownFactor()["boundary"] as object), facility: "no" };
  const catalogue = createCatalogue({ factors: [{ ...measured(), boundary }] });
  const { chosen } = createSelector({ catalogue }).select({ ...SUBJECT, operation: "chat" });
  if (typeof chosen === "string") throw new Error(chosen);
  const [step] = chosen.engine.derive({ inputTokens: 1000, outputTokens: 100 }, Infinity);
  expect(step!.substituted).toBe("(1000 input × 0.1 J + 100 output × 2 J + 1100 × 0.5 J idle) × 1.4");
  expect(step!.value.central).toBeCloseTo(850 * 1.4, 9);
});
