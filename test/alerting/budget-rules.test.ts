import { describe, expect, test } from "vitest";
import { load as parse } from "js-yaml";

import { ALERTING_RULES } from "../../grafana/source/alerts.ts";
import { METRICS } from "../../src/metrics/metrics.ts";
import type { BudgetDescription } from "../../src/budgets/definition/description.ts";
import type { Rule } from "../../src/alerting/rule.ts";
import { budgetRules } from "../../src/alerting/budget-rules.ts";
import { budgets } from "../budgets/fixtures.ts";

const FROM = new Date("2026-11-01T00:00Z");

function rulesOf(...descriptions: Partial<BudgetDescription>[]): Rule[] {
  const { groups } = parse(budgetRules(budgets(...descriptions), { from: FROM })) as { groups: { rules: Rule[] }[] };
  return groups.flatMap(({ rules }) => rules);
}
const expressionOf = (rules: Rule[], record: string): string => rules.find((rule) => rule.record === record)!.expr;

describe("rules of budgets", () => {
  test("the limit is that of the description, in the exporter's unit", () => {
    const rules = rulesOf({ criterion: "energyJoules", limit: "10 kWh" });
    expect(expressionOf(rules, "llm_footprint:budget_limit")).toBe("vector(36000000)");
  });

  test.each([
    [{}, "llm_footprint_co2e_grams_total{}"],
    [{ bound: "high" }, "llm_footprint_co2e_high_grams_total{}"],
    [{ criterion: "waterLitres", limit: "1 L" }, "llm_footprint_water_litres_total{}"],
    [
      { criterion: "primaryEnergyJoules", limit: "1 J", bound: "high" },
      "llm_footprint_primary_energy_high_joules_total{}",
    ],
    [{ criterion: "abioticDepletionGramsSbEq", limit: "1 g" }, "llm_footprint_abiotic_depletion_grams_total{}"],
    [{ criterion: "tokens", limit: 5 }, "llm_footprint_tokens_total{}"],
    [{ criterion: "requests", limit: 5 }, 'llm_footprint_requests_total{outcome!="failed"}'],
    [{ match: { provider: "mistral_ai" } }, 'llm_footprint_co2e_grams_total{provider="mistral_ai"}'],
    [{ match: { team: ['a"b', "c.d"] } }, `llm_footprint_co2e_grams_total{team=~${JSON.stringify('a"b|c\\.d')}}`],
  ] as [Partial<BudgetDescription>, string][])("%j counts %s", (description, selector) => {
    const rules = rulesOf({ window: "rolling 24h", groupBy: ["team"], ...description });
    expect(expressionOf(rules, "llm_footprint:budget_used")).toBe(`sum by (team) (increase(${selector}[86400s]))`);
    const { name } = Object.values(METRICS).find((metric) => selector.startsWith(`${metric.name}{`))!;
    expect(selector.startsWith(name)).toBe(true);
  });

  test("an alert per threshold, one for the limit and one for the forecast", () => {
    const alerts = rulesOf({ name: "search", thresholds: [0.5, 1] }).filter(({ alert }) => alert !== undefined);
    expect(alerts.map(({ alert, expr }) => [alert, expr])).toEqual([
      ["LlmFootprintBudgetLimitThreshold", 'llm_footprint:budget_used_ratio{budget="search"} >= 0.5'],
      ["LlmFootprintBudgetLimitExhausted", 'llm_footprint:budget_used_ratio{budget="search"} >= 1'],
      [
        "LlmFootprintBudgetLimitForecastExceeded",
        'llm_footprint:budget_forecast{budget="search"} > 100 and llm_footprint:budget_used_ratio{budget="search"} < 1',
      ],
    ]);
  });

  test("no alert has the name of one of the stack, so that both sets can be loaded", () => {
    const ofStack = ALERTING_RULES.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    const names = rulesOf({}).flatMap(({ alert }) => alert ?? []);
    expect(names).toHaveLength(4);
    expect(names.filter((name) => ofStack.includes(name))).toEqual([]);
  });

  test("local time follows every change of the offset for ten years, and one rule serves all budgets of a zone", () => {
    const rules = rulesOf(
      { timeZone: "Europe/Paris" },
      { timeZone: "Europe/Paris", window: "week" },
      { timeZone: "Asia/Kolkata" },
    );
    const times = rules.filter(({ record }) => record === "llm_footprint:local_time_seconds");
    expect(times.map(({ labels }) => labels!.time_zone)).toEqual(["Europe/Paris", "Asia/Kolkata"]);
    const spring = Date.UTC(2027, 2, 28, 1) / 1000;
    expect(times[0]!.expr).toContain(`vector(time() + 3600) + 3600 * (vector(time()) >= bool ${spring}) - 3600 * `);
    expect(times[0]!.expr.match(/bool/g)).toHaveLength(20);
    expect(times[1]!.expr).toBe("vector(time() + 19800)");
  });

  test("a budget's name stays a text in the expressions", () => {
    const rules = rulesOf({ name: 'a"} or vector(1) #' });
    expect(expressionOf(rules, "llm_footprint:budget_used_ratio")).toBe(
      'llm_footprint:budget_used{budget="a\\"} or vector(1) #"} / 100',
    );
  });
});
