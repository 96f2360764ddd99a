import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { OUTCOMES } from "../../src/model/request.ts";
import { contribution, key, totalsWith, type Known } from "./contributions.ts";

/** 400 output tokens of Mistral Large 2, as its maker's life-cycle assessment publishes it. */
const ANSWER: Known[] = [
  ["co2eGrams", "undivided", 1.14, 1.14, 1.14],
  ["waterLitres", "undivided", 0.045, 0.045, 0.045],
  ["abioticDepletionGramsSbEq", "undivided", 0.00016, 0.00016, 0.00016],
];

describe("a request", () => {
  test("is in every sum that it belongs to, and in no other", () => {
    const { totals } = totalsWith();
    const usage = { inputTokens: 12, outputTokens: 400 };
    totals.add(totals.series(key("search")), contribution(ANSWER, { usage, attempts: 3 }));
    expect(totals.snapshot().overall).toEqual({
      requests: { completed: 1, abandoned: 0, failed: 0 },
      attempts: 3,
      usage,
      usageSources: { reported: 1 },
      unattributed: {},
      coverage: 1,
      co2eGrams: {
        low: 1.14,
        central: 1.14,
        high: 1.14,
        phases: { undivided: { low: 1.14, central: 1.14, high: 1.14 } },
      },
      waterLitres: {
        low: 0.045,
        central: 0.045,
        high: 0.045,
        phases: { undivided: { low: 0.045, central: 0.045, high: 0.045 } },
      },
      abioticDepletionGramsSbEq: {
        low: 0.00016,
        central: 0.00016,
        high: 0.00016,
        phases: { undivided: { low: 0.00016, central: 0.00016, high: 0.00016 } },
      },
    });
  });

  test("without a footprint is counted with its reason and lowers the coverage", () => {
    const { totals } = totalsWith();
    const series = totals.series(key("search"));
    totals.add(series, contribution(ANSWER));
    totals.add(series, {
      outcome: "failed",
      attempts: 2,
      durationSeconds: 1,
      usageSource: "missing",
      slots: 0,
      unattributedReason: "failed",
    });
    const { overall } = totals.snapshot();
    expect(overall.coverage).toBe(0.5);
    expect(overall.unattributed).toEqual({ failed: 1 });
    expect(overall.usageSources).toEqual({ reported: 1, missing: 1 });
    expect(overall.usage).toEqual({});
  });

  test("training is kept apart from the total", () => {
    const { totals } = totalsWith();
    totals.add(
      totals.series(key("search")),
      contribution([
        ["co2eGrams", "usage", 1, 2, 3],
        ["co2eGrams", "embodied", 0.5, 0.5, 0.5],
        ["co2eGrams", "training", 10, 20, 30],
      ]),
    );
    expect(totals.snapshot().overall.co2eGrams).toEqual({
      low: 1.5,
      central: 2.5,
      high: 3.5,
      phases: {
        usage: { low: 1, central: 2, high: 3 },
        embodied: { low: 0.5, central: 0.5, high: 0.5 },
        training: { low: 10, central: 20, high: 30 },
      },
    });
  });
});

describe("laws", () => {
  const amount = fc.double({ min: 0, max: 1e6, noNaN: true });
  const request = fc.record({
    team: fc.constantFrom("a", "b", "c"),
    outcome: fc.constantFrom(...OUTCOMES),
    bounds: fc.tuple(amount, amount, amount).map((bounds) => bounds.sort((one, other) => one - other)),
    outputTokens: fc.nat(),
  });

  test("each series is the sum of its requests in their order, to the last bit", () => {
    fc.assert(
      fc.property(fc.array(request, { maxLength: 50 }), (requests) => {
        const { totals } = totalsWith();
        const expected = new Map<string, { tokens: number; low: number; central: number; high: number }>();
        for (const { team, outcome, bounds, outputTokens } of requests) {
          const [low, central, high] = bounds;
          const known: Known[] = [["energyJoules", "usage", low, central, high]];
          totals.add(totals.series(key(team)), contribution(known, { outcome, usage: { outputTokens } }));
          const sum = expected.get(team) ?? { tokens: 0, low: 0, central: 0, high: 0 };
          sum.tokens += outputTokens;
          sum.low += low;
          sum.central += central;
          sum.high += high;
          expected.set(team, sum);
        }
        const { labelSets } = totals.snapshot();
        expect(labelSets).toHaveLength(expected.size);
        for (const { labels, usage, energyJoules } of labelSets) {
          const { tokens, low, central, high } = expected.get(labels.team!)!;
          expect(usage).toEqual({ outputTokens: tokens });
          expect(energyJoules?.phases.usage).toEqual({ low, central, high });
        }
      }),
    );
  });

  test("an invalid number never enters a sum, and each is counted", () => {
    const bad = fc.constantFrom(Number.NaN, Infinity, -Infinity, -1e-9, -5);
    fc.assert(
      fc.property(fc.array(bad, { minLength: 1, maxLength: 20 }), (values) => {
        const { totals } = totalsWith();
        const series = totals.series(key("search"));
        totals.add(series, contribution(ANSWER, { usage: { outputTokens: 400 } }));
        const before = totals.snapshot();
        for (const value of values) {
          const known: Known[] = [["co2eGrams", "undivided", 0, value, 9]];
          totals.add(series, contribution(known, { usage: { outputTokens: value }, durationSeconds: value }));
        }
        const after = totals.snapshot();
        expect(after.overall.co2eGrams).toEqual(before.overall.co2eGrams);
        expect(after.overall.usage).toEqual(before.overall.usage);
        expect(after.models[0]!.distributions.durationSeconds).toEqual(before.models[0]!.distributions.durationSeconds);
        expect(after.overall.requests.completed).toBe(1 + values.length);
        // The range, its distribution, the evidence's grams, the tokens and the duration.
        expect(after.errors.totals).toBe(5 * values.length);
      }),
    );
  });

  test("a sum that would leave the range of doubles is refused rather than made infinite", () => {
    const { totals } = totalsWith();
    const series = totals.series(key("search"));
    const huge: Known[] = [["energyJoules", "usage", 1e308, 1e308, 1e308]];
    totals.add(series, contribution(huge));
    totals.add(series, contribution(huge));
    expect(totals.snapshot().overall.energyJoules?.high).toBe(1e308);
    expect(totals.errors.get("totals")).toBe(1);
  });
});

describe("a snapshot", () => {
  test("is JSON, and totals continue from it exactly", () => {
    const { totals } = totalsWith();
    for (const team of ["a", "b", "a"]) {
      const series = totals.series(key(team));
      totals.add(series, contribution(ANSWER, { usage: { outputTokens: 7 }, timeToFirstTokenSeconds: 0.3 }));
      totals.add(series, contribution([["co2eGrams", "usage", 0.1, 0.2, 0.3]], { evidence: "modelled" }));
    }
    const snapshot = totals.snapshot();
    const copy = JSON.parse(JSON.stringify(snapshot)) as typeof snapshot;
    expect(copy).toEqual(snapshot);
    const { totals: continued } = totalsWith();
    continued.restore(copy);
    expect(continued.snapshot()).toEqual(snapshot);
    continued.restore(copy);
    expect(continued.snapshot().overall.requests.completed).toBe(12);
  });

  test("with buckets of another release keeps the rest and counts what it leaves out", () => {
    const { totals } = totalsWith();
    totals.add(totals.series(key("a")), contribution(ANSWER));
    const snapshot = totals.snapshot();
    const models = snapshot.models.map((model) => ({
      ...model,
      distributions: { durationSeconds: { counts: [1, 2], sum: 3 } },
    }));
    const { totals: continued } = totalsWith();
    continued.restore({ ...snapshot, models });
    expect(continued.snapshot().overall).toEqual(snapshot.overall);
    expect(continued.snapshot().models[0]!.distributions).toEqual({});
    expect(continued.errors.get("totals")).toBe(1);
  });
});
