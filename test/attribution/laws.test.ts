import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { facilityEnergy, serverSeconds } from "../../src/attribution/formulas/energy.ts";
import { METHODOLOGIES } from "../../src/attribution/selection/methodology.ts";
import { usageWater } from "../../src/attribution/formulas/water.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { newAmounts } from "../../src/model/amounts.ts";
import { CRITERIA, type Footprint } from "../../src/model/footprint.ts";
import { exactly, multiply, range, type Range } from "../../src/model/range.ts";
import type { TokenClass, Usage } from "../../src/model/usage.ts";

const names = defaultCatalogue().models.map(({ name }) => name);
const model = fc.constantFrom(...names);
const provider = fc.constantFrom("openai", "mistral_ai", "aws.bedrock", "nobody", ...["gcp.gemini", "deepseek"]);
const zone = fc.constantFrom(undefined, "FRA", "USA", "KEN", "europe-west9", "SGP");
const methodology = fc.constantFrom(...METHODOLOGIES);
const tokens = fc.option(fc.nat(1_000_000), { nil: undefined });
const usage = fc
  .record({
    inputTokens: tokens,
    cacheReadTokens: tokens,
    cacheWriteTokens: tokens,
    outputTokens: tokens,
    reasoningTokens: tokens,
  })
  .map((counts) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== undefined)) as Usage);
const duration = fc.double({ min: 0.01, max: 1000, noNaN: true });
const subject = fc
  .record({ model, provider, operation: fc.constantFrom("chat", "embeddings"), zone })
  .map(({ zone: place, ...rest }) => ({ ...rest, ...(place !== undefined && { zone: place }) }));

const attributes = Object.fromEntries(METHODOLOGIES.map((each) => [each, createAttribute({ methodology: each })]));

function footprint(
  which: Parameters<(typeof attributes)[string]>[0],
  how: string,
  used: Usage,
  seconds: number,
  live?: number,
): Footprint | undefined {
  const attributor = attributes[how]!(which);
  return "unattributedReason" in attributor ? undefined : attributor.footprint(used, seconds, live);
}

const ranges = (of: Footprint | undefined): Range[] =>
  CRITERIA.flatMap((criterion) =>
    of?.[criterion] === undefined ? [] : [of[criterion], ...Object.values(of[criterion].phases)],
  );

describe("every footprint", () => {
  test("has its ranges in order, finite and not negative", () => {
    fc.assert(
      fc.property(subject, methodology, usage, duration, (which, how, used, seconds) => {
        for (const { low, central, high } of ranges(footprint(which, how, used, seconds))) {
          expect(range(low, central, high)).toEqual({ low, central, high });
        }
      }),
      { numRuns: 250 },
    );
  });

  test("is the sum of its phases", () => {
    fc.assert(
      fc.property(subject, methodology, usage, duration, (which, how, used, seconds) => {
        const made = footprint(which, how, used, seconds);
        for (const criterion of CRITERIA) {
          const impact = made?.[criterion];
          if (impact === undefined) continue;
          const { usage: use, embodied, undivided } = impact.phases;
          expect(impact.central).toBe((use?.central ?? 0) + (embodied?.central ?? 0) + (undivided?.central ?? 0));
          expect(Object.keys(impact.phases)).not.toContain("training");
        }
      }),
      { numRuns: 200 },
    );
  });

  test("never falls when tokens are added", () => {
    const more = fc.constantFrom<TokenClass[]>("inputTokens", "cacheReadTokens", "outputTokens", "reasoningTokens");
    fc.assert(
      fc.property(
        subject,
        methodology,
        usage,
        duration,
        more,
        fc.nat(100_000),
        (which, how, used, seconds, what, extra) => {
          const base: Usage = { inputTokens: 0, outputTokens: 0, ...used };
          const before = footprint(which, how, base, seconds);
          const after = footprint(which, how, { ...base, [what]: (base[what] ?? 0) + extra }, seconds);
          for (const criterion of CRITERIA) {
            const [one, other] = [before?.[criterion], after?.[criterion]];
            if (one === undefined || other === undefined) continue;
            expect(other.central).toBeGreaterThanOrEqual(one.central * (1 - 1e-12));
            expect(other.low).toBeGreaterThanOrEqual(one.low * (1 - 1e-12));
            expect(other.high).toBeGreaterThanOrEqual(one.high * (1 - 1e-12));
          }
        },
      ),
      { numRuns: 250 },
    );
  });

  test("is the same from `evaluate` and from `footprint`, and the same again", () => {
    const amounts = newAmounts();
    fc.assert(
      fc.property(subject, usage, duration, (which, used, seconds) => {
        const attributor = attributes["best-evidence"]!(which);
        if ("unattributedReason" in attributor) return;
        const mask = attributor.evaluate(used, seconds, amounts);
        const first = attributor.footprint(used, seconds);
        expect(mask === 0).toBe(first === undefined);
        expect(attributor.footprint(used, seconds)).toEqual(first);
        const before = amounts.slice();
        attributor.evaluate(used, seconds, amounts);
        expect(amounts).toEqual(before);
      }),
      { numRuns: 200 },
    );
  });

  test("leaves the usage alone, whatever the method", () => {
    fc.assert(
      fc.property(subject, usage, duration, (which, used, seconds) => {
        const frozen = Object.freeze({ ...used });
        for (const how of METHODOLOGIES) footprint(which, how, frozen, seconds);
        expect(frozen).toEqual(used);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a live grid intensity", () => {
  test("never changes a direct result", () => {
    const direct = fc.constantFrom(
      "mistral-large-2407",
      "mistral-large-latest",
      "magistral-small-latest",
      "codestral-2508",
    );
    fc.assert(
      fc.property(
        direct,
        usage,
        duration,
        fc.double({ min: 1, max: 2000, noNaN: true }),
        (name, used, seconds, live) => {
          const which = { provider: "mistral_ai", model: name, operation: "chat" };
          const annual = footprint(which, "best-evidence", used, seconds);
          expect(footprint(which, "best-evidence", used, seconds, live)).toEqual(annual);
          expect(Object.keys(annual ?? {})).not.toContain("gridIntensity");
        },
      ),
    );
  });

  test("changes the carbon of use alone, and says so", () => {
    const which = { provider: "openai", model: "gpt-5", operation: "chat" };
    const [annual, live] = [undefined, 50].map((grams) => footprint(which, "energy", { outputTokens: 400 }, 9, grams)!);
    expect(live!.gridIntensity).toEqual({ basis: "live", gramsPerKilowattHour: 50 });
    expect(annual!.gridIntensity).toEqual({ basis: "annual", gramsPerKilowattHour: 384.4 });
    expect(live!.co2eGrams!.phases.usage!.central).toBeCloseTo((live!.energyJoules!.central / 3.6e6) * 50, 12);
    expect(live!.co2eGrams!.phases.embodied).toEqual(annual!.co2eGrams!.phases.embodied);
    expect([live!.waterLitres, live!.energyJoules, live!.abioticDepletionGramsSbEq]).toEqual([
      annual!.waterLitres,
      annual!.energyJoules,
      annual!.abioticDepletionGramsSbEq,
    ]);
  });
});

describe("PUE", () => {
  const ratio = fc.double({ min: 1, max: 3, noNaN: true });
  const energy = fc.double({ min: 0, max: 1e9, noNaN: true });

  test("enters the energy once, and the water and the server time not at all beyond it", () => {
    fc.assert(
      fc.property(energy, ratio, (joules, pue) => {
        const facility = facilityEnergy(exactly(joules), exactly(pue));
        expect(facility.central).toBe(joules * pue);
        const water = usageWater(facility, exactly(1.2), exactly(pue), exactly(0));
        expect(water.central).toBeCloseTo((joules / 3.6e6) * 1.2, 9);
        expect(serverSeconds(facility, exactly(pue), exactly(1000)).central).toBeCloseTo(joules / 1000, 3);
      }),
    );
  });

  test("of the host that serves is applied to what was measured at the accelerator, once", () => {
    const { energyJoules } = footprint(
      { provider: "together_ai", model: "qwen3-32b", operation: "chat" },
      "energy",
      { outputTokens: 1000 },
      9,
    )!;
    expect(energyJoules!.central).toBeCloseTo(0.4603 * 1.578 * 1.4 * 1000, 9);
  });
});

test("bounds multiply with bounds, never in quadrature", () => {
  expect(multiply(range(1, 2, 3), range(4, 5, 6))).toEqual(range(4, 10, 18));
});
