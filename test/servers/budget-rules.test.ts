import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { dump as stringify } from "js-yaml";

import type { BudgetDescription } from "../../src/budgets/definition/description.ts";
import { calendarRules } from "../../src/alerting/calendar-rules.ts";
import { budgetRules } from "../../src/alerting/budget-rules.ts";
import { budgets } from "../budgets/fixtures.ts";

const directory = mkdtempSync(join(tmpdir(), "llm-footprint-rules-"));
afterAll(() => rmSync(directory, { recursive: true }));

const write = (name: string, text: string): string => {
  writeFileSync(join(directory, name), text);
  return join(directory, name);
};
const promtool = (...parameters: string[]): string =>
  execFileSync("promtool", parameters, { encoding: "utf8", stdio: "pipe" });

const HOUR = 3600;
const labels = '{budget="budget 0", criterion="co2eGrams", team="search"}';

interface Scenario {
  /** A counter's samples in Prometheus' notation, one per interval. */
  readonly values: string;
  readonly interval: string;
  /** [seconds since the epoch, what the budget has used]. */
  readonly used?: (readonly [at: number, grams: number])[];
  readonly alerts?: (readonly [at: number, alert: string, firing: boolean, threshold?: string])[];
}

/** Runs the rules through Prometheus' own unit tests, which begin in 1970. */
function rulesGive(
  description: Partial<BudgetDescription>,
  { values, interval, used = [], alerts = [] }: Scenario,
): void {
  const rules = write("rules.yaml", budgetRules(budgets({ groupBy: ["team"], ...description }), { from: new Date(0) }));
  const tests = {
    rule_files: [rules],
    evaluation_interval: interval,
    tests: [
      {
        interval,
        input_series: [{ series: 'llm_footprint_co2e_grams_total{team="search",model="m"}', values }],
        promql_expr_test: [
          ...used.map(([at, grams]) => ({
            expr: "llm_footprint:budget_used",
            eval_time: `${at}s`,
            exp_samples: [{ labels: `llm_footprint:budget_used${labels}`, value: grams }],
          })),
          ...alerts.map(([at, alert, firing, threshold = ""]) => ({
            expr: `count(ALERTS{alertname="${alert}",alertstate="firing",threshold="${threshold}"}) or vector(0)`,
            eval_time: `${at}s`,
            exp_samples: [{ labels: "{}", value: firing ? 1 : 0 }],
          })),
        ],
      },
    ],
  };
  promtool("test", "rules", write("tests.yaml", stringify(tests)));
}

describe("the rules of budgets, in Prometheus' own tools", () => {
  test("are clean, for every window, criterion and mode of counting", () => {
    const all = budgets(
      { window: "month", timeZone: "Europe/Paris", groupBy: ["team", "model"], match: { provider: ["a", "b.c"] } },
      { window: "week", criterion: "waterLitres", limit: "2 m3", bound: "high" },
      { window: "day", criterion: "tokens", limit: 1e6, timeZone: "Australia/Lord_Howe" },
      { window: "rolling 24h", criterion: "requests", limit: 1000 },
      { window: "quarter", timeZone: "Asia/Kolkata" },
      { window: "year", timeZone: "America/New_York" },
      { window: "week", weekStart: "sunday" },
    );
    const path = write("all.yaml", budgetRules(all, { from: new Date("2026-11-01T00:00Z") }));
    expect(promtool("check", "rules", "--lint=all", "--lint-fatal", path)).toMatch(/SUCCESS: \d+ rules found/);
  });

  test("a month ends at local midnight", () => {
    // Paris was an hour ahead in January 1970: its February begins at 23:00 in UTC on the 31st.
    const february = 31 * 24 * HOUR - HOUR;
    rulesGive(
      { window: "month", timeZone: "Europe/Paris", limit: "1 kg" },
      {
        interval: "1h",
        values: "0+1x800",
        used: [
          [february - HOUR, 742],
          [february, 0],
          [february + HOUR, 1],
          [february + 10 * HOUR, 10],
        ],
      },
    );
  });

  test("a week begins on Monday", () => {
    // 1 January 1970 was a Thursday.
    const monday = 4 * 24 * HOUR;
    rulesGive(
      { window: "week" },
      {
        interval: "15m",
        values: "0+1x500",
        used: [
          [monday - HOUR, 380],
          [monday, 0],
          [monday + HOUR, 4],
          [monday + 24 * HOUR, 96],
        ],
      },
    );
  });

  test("a week begins on the day that it is given", () => {
    const sunday = 3 * 24 * HOUR;
    rulesGive(
      { window: "week", weekStart: "sunday" },
      {
        interval: "15m",
        values: "0+1x500",
        used: [
          [sunday - HOUR, 284],
          [sunday, 0],
          [sunday + HOUR, 4],
        ],
      },
    );
  });

  test.each([
    // [window, time zone, how far the evaluations are apart, begin of the second window, its end]
    ["quarter", "Etc/GMT-6", "6h", "1970-03-31T18:00Z", "1970-06-30T18:00Z"],
    ["year", "UTC", "6h", "1971-01-01T00:00Z", "1972-01-01T00:00Z"],
  ] as const)("a %s begins at local midnight (%s)", (window, timeZone, interval, begin, end) => {
    const [start, next] = [begin, end].map((time) => Date.parse(time) / 1000) as [number, number];
    const described = budgets({ window, timeZone });
    const calendar = write(
      "calendar.yaml",
      stringify({ groups: [{ name: "calendar", rules: calendarRules(described, new Date(0)) }] }),
    );
    const step = 6 * HOUR;
    const expectation = (metric: string, at: number, value: number) => ({
      expr: `max(llm_footprint:${metric}{window="${window}"})`,
      eval_time: `${at}s`,
      exp_samples: [{ labels: "{}", value }],
    });
    const expectations = [
      expectation("budget_window", start - step, timeZone === "UTC" ? 0 : -step),
      expectation("budget_window_remaining_seconds", start - step, step),
      expectation("budget_window", start, start),
      expectation("budget_window_remaining_seconds", start, next - start),
    ];
    const tests = [{ interval, input_series: [], promql_expr_test: expectations }];
    const all = stringify({ rule_files: [calendar], evaluation_interval: interval, tests });
    promtool("test", "rules", write("calendar-tests.yaml", all));
  });

  test.each([
    ["an hour without scrapes", "0+5x100 _x12 565+5x100", 1_060],
    ["five hours without scrapes", "0+5x100 _x60 805+5x60", 1_060],
    ["a restart of the process", "0+5x99 0+5x112", 495 + 560],
    ["a restart of the process in an hour without scrapes", "0+5x99 _x12 40+5x100", 495 + 540],
    ["a replica that goes for good", "0+5x99 stale _x112", 495],
  ])("%s takes nothing from the month", (_, values, grams) => {
    rulesGive({ window: "month", limit: "10 kg" }, { interval: "5m", values, used: [[212 * 300, grams]] });
  });

  test("windows follow daylight saving", () => {
    // In Hobart until 8 March 1970, a day of 25 hours.
    const [sunday, monday] = ["1970-03-07T13:00Z", "1970-03-08T14:00Z"].map((time) => Date.parse(time) / 1000) as [
      number,
      number,
    ];
    const described = (["day", "week"] as const).map((window) => ({ window, timeZone: "Australia/Hobart" }));
    const rules = write(
      "calendar.yaml",
      stringify({ groups: [{ name: "calendar", rules: calendarRules(budgets(...described), new Date(0)) }] }),
    );
    const number = (window: string, at: number, value: number) => ({
      expr: `max(llm_footprint:budget_window{window="${window}"})`,
      eval_time: `${at}s`,
      exp_samples: [{ labels: "{}", value }],
    });
    const expectations = [
      number("day", sunday - HOUR, 65),
      number("day", sunday, 66),
      number("day", monday - HOUR, 66),
      number("day", monday, 67),
      number("week", monday - HOUR, 9),
      number("week", monday, 10),
    ];
    const tests = [{ interval: "1h", input_series: [], promql_expr_test: expectations }];
    const all = stringify({ rule_files: [rules], evaluation_interval: "1h", tests });
    promtool("test", "rules", write("calendar-tests.yaml", all));
  });

  test("a rolling window", () => {
    rulesGive({ window: "rolling 60min" }, { interval: "5m", values: "0+1x100", used: [[4 * HOUR, 12]] });
  });

  test("alerts fire at their threshold, not before, and end with the window", () => {
    // 5 g an hour of 100 g a day: 50 at 10:00, 80 at 16:00, 100 at 20:00.
    rulesGive(
      { window: "day", thresholds: [0.5, 0.8] },
      {
        interval: "5m",
        values: "0+0.416666666666666666x600",
        alerts: [
          [9 * HOUR, "LlmFootprintBudgetLimitThreshold", false, "0.5"],
          [10.5 * HOUR, "LlmFootprintBudgetLimitThreshold", true, "0.5"],
          [10.5 * HOUR, "LlmFootprintBudgetLimitThreshold", false, "0.8"],
          [16.5 * HOUR, "LlmFootprintBudgetLimitThreshold", true, "0.8"],
          [19.5 * HOUR, "LlmFootprintBudgetLimitExhausted", false],
          [20.5 * HOUR, "LlmFootprintBudgetLimitExhausted", true],
          [19.5 * HOUR, "LlmFootprintBudgetLimitForecastExceeded", true],
          [20.5 * HOUR, "LlmFootprintBudgetLimitForecastExceeded", false],
          [24.5 * HOUR, "LlmFootprintBudgetLimitExhausted", false],
        ],
      },
    );
  });

  test("a budget that will last raises nothing", () => {
    rulesGive(
      { window: "day", thresholds: [0.5] },
      {
        interval: "5m",
        values: "0+0.1x600",
        alerts: [
          [20 * HOUR, "LlmFootprintBudgetLimitForecastExceeded", false],
          [23 * HOUR, "LlmFootprintBudgetLimitThreshold", false],
        ],
      },
    );
  });
});
