import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { dashboards, generatedFiles } from "../../grafana/source/generated.ts";
import { METRICS } from "../../src/metrics/metrics.ts";
import { expressions, panels } from "./panels.ts";

const GRAFANA = join(import.meta.dirname, "../../grafana");

test.each([...generatedFiles()])("%s is what its source generates", (path, text) => {
  expect(readFileSync(join(GRAFANA, path), "utf8")).toBe(text);
});

// The rules of https://github.com/grafana/dashboard-linter that apply to a dashboard that others import and edit.
describe("a dashboard", () => {
  test.each(dashboards().map((dashboard) => [dashboard.uid!, dashboard] as const))("%s", (_, dashboard) => {
    const variables = dashboard.templating.list ?? [];
    expect(variables[0]).toMatchObject({
      type: "datasource",
      name: "datasource",
      label: "Data source",
      query: "prometheus",
    });
    expect(variables.at(-1)).toMatchObject({ type: "textbox", name: "live_page", label: "Live page" });
    for (const variable of variables.slice(1, -1)) {
      // Values are looked up again when the time range changes.
      expect(variable).toMatchObject({
        datasource: { uid: "${datasource}" },
        refresh: 2,
        includeAll: true,
        allValue: ".*",
      });
    }
    const from = dashboard.uid === "llm-footprint-overview" ? "now-7d" : "now/M";
    expect(dashboard).toMatchObject({ schemaVersion: 42, timezone: "utc", time: { from, to: "now" } });
    const ids = (dashboard.panels ?? []).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe("a panel", () => {
  test.each(panels.map((panel) => [`${panel.dashboard} / ${panel.title}`, panel] as const))("%s", (_, panel) => {
    expect(panel.title).toMatch(/^[A-Z]/);
    expect(panel.description).toMatch(/^[A-Z].*\.$/s);
    expect(panel.datasource?.uid).toBe("${datasource}");
    if (panel.type === "text") return;
    expect(panel.unit).toMatch(/^[a-zA-Z]+$/);
    expect(panel.targets.length).toBeGreaterThan(0);
    for (const target of panel.targets) expect(target.datasource?.uid).toBe("${datasource}");
  });
});

describe("an expression", () => {
  test.each(expressions.map(({ from, expr }) => [from, expr] as const))("%s", (from, expr) => {
    for (const [, range] of expr.matchAll(/\[([^\]]+)\]/g)) expect(["$__rate_interval", "$__range"]).toContain(range);
    // A counter says something only through its rate or its increase.
    for (const [, before] of expr.matchAll(/(\w*)\(?llm_footprint_\w+_total\b/g)) {
      expect(before).toMatch(/^(rate|increase)$/);
    }
    if (!from.startsWith("llm-footprint-budgets") && /llm_footprint_\w+\{/.test(expr) && !expr.includes(":")) {
      expect(expr).toContain('job=~"$job"');
    }
  });
});

/** Exported, but on no dashboard and in no rule. */
const NOT_SHOWN: Readonly<Record<string, string>> = {
  audioSeconds: "few applications read audio; the journal's reports show it",
  images: "few applications make images; the journal's reports show it",
  pages: "few applications read documents; the journal's reports show it",
  videos: "few applications make videos; the journal's reports show it",
  videoSeconds: "few applications make videos; the journal's reports show it",
  videoMegapixelSeconds: "few applications make videos; the journal's reports show it",
  waterLow: "the band is shown for CO2e; water's is in the reports",
  waterHigh: "the band is shown for CO2e; water's is in the reports",
  energyLow: "the band is shown for CO2e; electricity's is in the reports",
  energyHigh: "the band is shown for CO2e; electricity's is in the reports",
  primaryEnergy: "for life-cycle reporting, once a year",
  primaryEnergyLow: "for life-cycle reporting, once a year",
  primaryEnergyHigh: "for life-cycle reporting, once a year",
  abioticDepletion: "for life-cycle reporting, once a year",
  abioticDepletionLow: "for life-cycle reporting, once a year",
  abioticDepletionHigh: "for life-cycle reporting, once a year",
  trainingCo2e: "off by default, and part of no total",
  trainingWater: "off by default, and part of no total",
  trainingEnergy: "off by default, and part of no total",
  attributedRequests: "the CO2e by evidence is shown, which weighs requests by what they cause",
  requestWater: "the distribution is shown for CO2e, which water follows",
  budgetStoreClockAhead: "the clock event reports it; nothing to watch from day to day",
  budgetStoreDataLosses: "the data_loss event reports it",
  journalLost: "the process warns of it when it happens and when it closes",
  journalSummed: "as above",
  journalWaiting: "as above",
  budgetReserved: "a moment's figure; the state page of the budgets shows it",
  budgetExhaustedEarliest: "the central estimate is shown",
  budgetExhaustedLatest: "the central estimate is shown",
  startTime: "the doctor and the report compare it, to notice a process that is scraped twice",
  budgetHandlerErrors: "an application's own error, which its own logs show",
};

test("every metric is shown, or listed with the reason why not", () => {
  const files = [...generatedFiles().values()].join("\n");
  const names = [...files.matchAll(/\bllm_footprint_[a-z0-9_]+\b/g)].map(([name]) => name.replace(/_bucket$/, ""));
  const used = new Set(names);
  const unused = Object.entries(METRICS).filter(([, { name }]) => !used.has(name));
  expect(unused.map(([key]) => key).sort()).toEqual(Object.keys(NOT_SHOWN).sort());
});

test("every metric that is asked for exists", () => {
  const known = new Set(Object.values(METRICS).map(({ name }) => name));
  for (const { expr } of expressions) {
    for (const [name] of expr.matchAll(/(?<![:\w])llm_footprint_[a-z0-9_]+\b(?!:)/g)) {
      expect(known).toContain(name.replace(/_bucket$/, ""));
    }
  }
});
