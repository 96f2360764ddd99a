import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { exposition, type ExpositionFormat } from "../../../src/exporters/prometheus/exposition.ts";
import type { Exported } from "../../../src/metrics/samples.ts";
import { contribution, key } from "../../totals/contributions.ts";
import { scenarioWith, smallScenario } from "../scenario.ts";

const textOf = (metrics: readonly Exported[], format: ExpositionFormat = "text"): string =>
  [...exposition(metrics, format)].join("");

/** The lines of one metric with a footprint, without comments. */
const linesOf = (text: string, name: string): string[] => text.split("\n").filter((line) => line.startsWith(name));

const CO2E = "llm_footprint_co2e_grams_total";

describe("the text", () => {
  test("of a small scenario, in full", async () => {
    await expect(textOf(smallScenario().metrics)).toMatchFileSnapshot("small-scenario.prom");
  });

  test("as OpenMetrics differs only in its comments and its end", () => {
    const { metrics } = smallScenario();
    const samples = (text: string) => text.split("\n").filter((line) => !line.startsWith("#"));
    const openMetrics = textOf(metrics, "openmetrics");
    expect(samples(openMetrics)).toEqual(samples(textOf(metrics)));
    expect(openMetrics).toContain(
      "# TYPE llm_footprint_co2e_grams counter\n# UNIT llm_footprint_co2e_grams grams\nllm_footprint_co2e_grams_total{",
    );
    expect(openMetrics.endsWith("\n# EOF\n")).toBe(true);
  });

  test("comes in bounded pieces", () => {
    const { totals, metrics } = scenarioWith({ maxLabelValues: 500 });
    for (let team = 0; team < 500; team += 1) {
      totals.add(totals.series(key(`team-${team}`)), contribution([["co2eGrams", "usage", 1, 2, 3]]));
    }
    const pieces = [...exposition(metrics, "text")];
    expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThan(17_000);
    expect(linesOf(pieces.join(""), CO2E)).toHaveLength(500);
  });

  test("stays one line per sample whatever the labels, and reads back to them", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (team) => {
        const { totals, metrics } = scenarioWith();
        const series = totals.series(key(team));
        totals.add(series, contribution([["co2eGrams", "usage", 1, 2, 3]]));
        const [line, ...more] = linesOf(textOf(metrics), CO2E);
        expect(more).toEqual([]);
        const quoted = /team="((?:[^"\\\n]|\\["\\n])*)",phase="usage"\} 2$/u.exec(line!)?.[1];
        expect(quoted?.replace(/\\(.)/gu, "$1")).toBe(series.labels.team);
      }),
    );
  });

  test("has no line for what was never known", () => {
    const text = textOf(smallScenario().metrics);
    expect(linesOf(text, "llm_footprint_energy_joules_total")).toHaveLength(1);
    expect(linesOf(text, "llm_footprint_training")).toEqual([]);
    expect(text).not.toMatch(/NaN|Infinity|undefined/);
  });
});

describe("the hold at zero", () => {
  test("shows a new line as 0 until it is older than the hold, then its value", () => {
    const { totals, clock, metrics } = scenarioWith({ zeroHoldSeconds: 60 });
    totals.add(totals.series(key("search")), contribution([["co2eGrams", "usage", 1, 2, 3]]));
    clock.advance(59);
    expect(linesOf(textOf(metrics), CO2E)[0]).toMatch(/ 0$/);
    clock.advance(1);
    expect(linesOf(textOf(metrics), CO2E)[0]).toMatch(/ 2$/);
  });

  test("holds a line that appears later in a label set by itself", () => {
    const { totals, clock, metrics } = scenarioWith({ zeroHoldSeconds: 60 });
    const series = totals.series(key("search"));
    totals.add(series, contribution([["co2eGrams", "usage", 1, 2, 3]]));
    clock.advance(60);
    totals.add(series, contribution([["co2eGrams", "embodied", 1, 5, 9]]));
    expect(linesOf(textOf(metrics), CO2E).map((line) => line.replace(/.*phase=/, ""))).toEqual([
      '"usage"} 2',
      '"embodied"} 0',
    ]);
    // The bounds are lines that were there before: they go on rising.
    expect(linesOf(textOf(metrics), "llm_footprint_co2e_high_grams_total")[0]).toMatch(/ 12$/);
  });

  test("holds a distribution as a whole", () => {
    const { totals, clock, metrics } = scenarioWith({ zeroHoldSeconds: 60 });
    totals.add(totals.series(key("search")), contribution([], { durationSeconds: 2 }));
    const duration = "llm_footprint_request_duration_seconds";
    const values = () => linesOf(textOf(metrics), duration).map((line) => Number(line.split(" ").at(-1)));
    expect(values()).toEqual(Array.from({ length: 17 }, () => 0));
    clock.advance(60);
    expect(values()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 2, 1]);
  });

  test("does not hold what was restored", () => {
    const before = smallScenario();
    const after = scenarioWith({ zeroHoldSeconds: 60 });
    after.totals.restore(before.totals.snapshot());
    expect(linesOf(textOf(after.metrics), CO2E)).toEqual(linesOf(textOf(before.metrics), CO2E));
  });
});

test("samples of another room stand under their metric", () => {
  const labels = { budget: "search", criterion: "co2eGrams", window: "month", group: "team=search" };
  const { metrics } = scenarioWith({}, [
    () => [
      { metric: "budgetLimit", labels, value: 50_000 },
      { metric: "budgetUsedRatio", labels, value: Number.NaN },
    ],
  ]);
  expect(linesOf(textOf(metrics), "llm_footprint_budget")).toEqual([
    'llm_footprint_budget_limit{budget="search",criterion="co2eGrams",window="month",group="team=search"} 50000',
  ]);
});
