import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { ConfigurationError } from "../../src/model/errors.ts";
import { sanitizeLabelValue } from "../../src/model/label-value.ts";
import { createTotals } from "../../src/totals/totals.ts";
import { contribution, key, totalsWith } from "./contributions.ts";

describe("label names", () => {
  test.each([["team-a"], ["1st"], [""], ["__name__"], ["model"], ["le"], ["phase"]])("%j is refused", (name) => {
    expect(() => createTotals({ labelNames: ["feature", name], now: Date.now })).toThrow(ConfigurationError);
    expect(() => createTotals({ labelNames: ["feature", name], now: Date.now })).toThrow("createMeter.labels[1]");
  });

  test("a name that stands twice is refused", () => {
    expect(() => createTotals({ labelNames: ["team", "team"], now: Date.now })).toThrow("stands twice");
  });

  test.each([
    [{ maxSeries: 0 }, "createMeter.maxSeries"],
    [{ maxLabelValues: 1.5 }, "createMeter.maxLabelValues"],
    [{ zeroHoldSeconds: -1 }, "createMeter.zeroHoldSeconds"],
    [{ zeroHoldSeconds: Number.NaN }, "createMeter.zeroHoldSeconds"],
  ])("%j is refused", (limits, part) => {
    expect(() => createTotals({ labelNames: [], now: Date.now, ...limits })).toThrow(part);
  });
});

describe("label values", () => {
  test("equal labels give the same series, different ones do not", () => {
    const { totals } = totalsWith();
    expect(totals.series(key("search"))).toBe(totals.series(key("search")));
    expect(totals.series(key("search"))).not.toBe(totals.series(key("ads")));
  });

  test("a label that is not given is empty", () => {
    const { totals } = totalsWith();
    const series = totals.series({ provider: "openai", model: "gpt-5", operation: "chat", labels: {} });
    expect(series.labels).toEqual({ provider: "openai", model: "gpt-5", operation: "chat", team: "" });
  });

  test("values are cut, and control characters and lone surrogates replaced", () => {
    expect(sanitizeLabelValue("a\nb\u0000c\u{1F33F}")).toBe("a\uFFFDb\uFFFDc\u{1F33F}");
    expect(sanitizeLabelValue("x".repeat(1000))).toHaveLength(128);
    expect(sanitizeLabelValue(`${"x".repeat(127)}\u{1F33F}`)).toBe(`${"x".repeat(127)}\uFFFD`);
    expect(sanitizeLabelValue({ toString: () => "prompt" })).toBe("");
  });

  test("whatever is given, the value is clean", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const clean = sanitizeLabelValue(value);
        expect(clean.length).toBeLessThanOrEqual(128);
        expect(clean).not.toMatch(/[\p{Cc}\p{Cs}]/u);
      }),
    );
  });
});

describe("caps", () => {
  test("beyond a label's cap only that label becomes other, and it is counted each time", () => {
    const { totals } = totalsWith({ maxLabelValues: 2 });
    totals.series(key("a"));
    totals.series(key("b"));
    expect(totals.series(key("c")).labels).toEqual({ ...key("c").labels, ...common, team: "other" });
    expect(totals.series(key("d"))).toBe(totals.series(key("c")));
    expect(totals.series(key("a")).labels.team).toBe("a");
    expect(totals.labelOverflow.get("team")).toBe(3);
    expect(totals.labelOverflow.get("model")).toBe(0);
  });

  test("beyond the cap on label sets the declared labels become other, then everything", () => {
    const { totals } = totalsWith({ maxSeries: 20 });
    for (let team = 0; team < 18; team += 1) totals.series(key(`team-${team}`));
    expect(totals.labelOverflow.get("label_set")).toBe(0);
    expect(totals.series(key("late")).labels).toEqual({ ...common, team: "other" });
    expect(totals.series(key("later"))).toBe(totals.series(key("late")));
    const all = { provider: "other", model: "other", operation: "other", team: "other" };
    expect(totals.series(key("late", "another-model")).labels).toEqual(all);
    expect(totals.labelSets).toHaveLength(20);
    expect(totals.labelOverflow.get("label_set")).toBe(4);
  });

  test("whatever the labels, there are never more sets than allowed, and no request is lost", () => {
    const someKey = fc.record({
      provider: fc.constantFrom("openai", "mistral_ai"),
      model: fc.string(),
      operation: fc.constantFrom("chat", "embeddings"),
      labels: fc.record({ team: fc.string() }, { requiredKeys: [] }),
    });
    fc.assert(
      fc.property(fc.array(someKey, { maxLength: 60 }), fc.integer({ min: 1, max: 12 }), (keys, maxSeries) => {
        const { totals } = totalsWith({ maxSeries, maxLabelValues: 5 });
        for (const each of keys) totals.add(totals.series(each), contribution([["co2eGrams", "usage", 1, 2, 4]]));
        expect(totals.labelSets.length).toBeLessThanOrEqual(maxSeries);
        const { overall } = totals.snapshot();
        expect(overall.requests.completed).toBe(keys.length);
        expect(overall.co2eGrams?.central ?? 0).toBe(2 * keys.length);
      }),
    );
  });
});

const common = { provider: "mistral_ai", model: "mistral-large-2407", operation: "chat" };
