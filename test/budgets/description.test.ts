// cspell:ignore tema
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";

import { loadBudgetFile } from "../../src/budgets/definition/budget-file.ts";
import { parseBudgets } from "../../src/budgets/definition/description.ts";
import { ConfigurationError } from "../../src/model/errors.ts";

const labelNames = ["team", "feature"];
const search = { name: "search", criterion: "co2eGrams", limit: "50 kg", window: "month" };

describe("a budget as it is written", () => {
  test("with nothing but what is needed, warns at half, four fifths and all of its limit", () => {
    expect(parseBudgets([search], { labelNames })).toEqual([
      {
        name: "search",
        criterion: "co2eGrams",
        limit: 50_000,
        match: {},
        groupBy: [],
        window: { kind: "calendar", unit: "month", timeZone: "UTC" },
        thresholds: [0.5, 0.8, 1],
        bound: "central",
        mode: "warn",
        onStoreFailure: "open",
      },
    ]);
  });

  test("with all that can be said", () => {
    const written = {
      name: "water of chat",
      criterion: "waterLitres",
      limit: "2 m3",
      match: { provider: "mistral_ai", team: ["search", "ads"] },
      groupBy: ["team", "model"],
      window: "day",
      thresholds: [1, 0.25],
      bound: "high",
      mode: "refuse",
      onStoreFailure: "closed",
    };
    expect(parseBudgets([{ ...written, timeZone: "Europe/Paris" }], { labelNames })).toEqual([
      {
        ...written,
        limit: 2000,
        match: { provider: ["mistral_ai"], team: ["search", "ads"] },
        window: { kind: "calendar", unit: "day", timeZone: "Europe/Paris" },
        thresholds: [0.25, 1],
      },
    ]);
  });

  test.each([
    ["co2eGrams", "750 g", 750],
    ["co2eGrams", "1.5t", 1_500_000],
    ["abioticDepletionGramsSbEq", "20 mg", 0.02],
    ["waterLitres", "45 mL", 0.045],
    ["waterLitres", "3 L", 3],
    ["energyJoules", "10 kWh", 36_000_000],
    ["energyJoules", "2 MWh", 7_200_000_000],
    ["primaryEnergyJoules", "5 MJ", 5_000_000],
    ["tokens", "2_000_000 tokens", 2_000_000],
    ["tokens", "2e6", 2_000_000],
    ["requests", 1000, 1000],
  ])("%s: %s", (criterion, limit, expected) => {
    expect(parseBudgets([{ ...search, criterion, limit }], { labelNames })[0]!.limit).toBeCloseTo(expected, 12);
  });

  test.each([
    ["rolling 24h", 86_400],
    ["rolling 7 d", 604_800],
    ["rolling 1min", 60],
  ])("%s", (window, durationSeconds) => {
    expect(parseBudgets([{ ...search, window }], { labelNames })[0]!.window).toEqual({
      kind: "rolling",
      durationSeconds,
    });
  });
});

describe("an invalid budget is refused with the place, the value and what is allowed", () => {
  const LIMIT = "Give a number with a unit. Allowed: mg, g, kg, t.";
  const WINDOW =
    'Allowed: day, week, month, quarter, year, or "rolling" with a number of min, h or d up to 366 d, such as "rolling 24h".';
  const PARTS =
    "A budget has: name, criterion, limit, match, groupBy, window, timeZone, weekStart, thresholds, bound, mode, onStoreFailure.";
  const THRESHOLDS = "Give shares of the limit above 0, at most 10, without repetition, such as [0.5, 0.8, 1].";

  test.each([
    [{ limit: "50" }, 'limit: expected an amount of co2eGrams above 0, got "50"', LIMIT],
    [{ limit: "50 lbs" }, 'limit: expected an amount of co2eGrams above 0, got "50 lbs"', LIMIT],
    [{ limit: "50 kWh" }, 'limit: expected an amount of co2eGrams above 0, got "50 kWh"', LIMIT],
    [{ limit: "50 KG" }, 'limit: expected an amount of co2eGrams above 0, got "50 KG"', LIMIT],
    [{ limit: "0 kg" }, 'limit: expected an amount of co2eGrams above 0, got "0 kg"', LIMIT],
    [{ limit: "-3 kg" }, 'limit: expected an amount of co2eGrams above 0, got "-3 kg"', LIMIT],
    [{ limit: NaN }, "limit: NaN is not allowed", 'Give an amount above 0 with its unit, such as "50 kg".'],
    [{ limit: "1e999 kg" }, 'limit: expected an amount of co2eGrams above 0, got "1e999 kg"', LIMIT],
    [
      { criterion: "co2" },
      'criterion: "co2" is not allowed',
      "Allowed: co2eGrams, waterLitres, energyJoules, primaryEnergyJoules, abioticDepletionGramsSbEq, tokens, requests.",
    ],
    [{ window: "decade" }, 'window: expected a window, got "decade"', WINDOW],
    [{ window: "rolling 30s" }, 'window: expected a window, got "rolling 30s"', WINDOW],
    [{ window: "rolling 400d" }, 'window: expected a window, got "rolling 400d"', WINDOW],
    [
      { timeZone: "Mars/Olympus" },
      'timeZone: "Mars/Olympus" is not known',
      "Give an IANA time zone, such as Europe/Paris or UTC.",
    ],
    [
      { window: "rolling 24h", timeZone: "UTC" },
      'timeZone: "UTC" says nothing about a rolling window',
      "Leave it out.",
    ],
    [
      { groupBy: ["tema"] },
      'groupBy: "tema" is not a declared label',
      "Allowed: provider, model, operation, team, feature.",
    ],
    [
      { match: { user: "x" } },
      'match: "user" is not a declared label',
      "Allowed: provider, model, operation, team, feature.",
    ],
    [{ groupBy: ["team", "team"] }, "groupBy: team,team repeats a name", "Name each once."],
    [
      { match: { constructor: "x" } },
      'match: "constructor" is not a declared label',
      "Allowed: provider, model, operation, team, feature.",
    ],
    [{ match: "all" }, 'match: "all" is not allowed', "Give names of labels, each with a value or a list of values."],
    [
      { window: "month", weekStart: "sunday" },
      'weekStart: "sunday" says nothing about a month',
      "Leave it out, or use window week.",
    ],
    [
      { mode: "warn", onStoreFailure: "allowance" },
      'onStoreFailure: "allowance" contradicts mode "warn", which refuses nothing',
      'Set mode to "refuse".',
    ],
    [{ match: { team: [] } }, "match.team:  is not allowed", "Give a value, or a list of values, as text."],
    [{ thresholds: [50] }, "thresholds[0]: 50 is not allowed", THRESHOLDS],
    [{ thresholds: [0.5, 0.5] }, "thresholds: 0.5,0.5 is not allowed", THRESHOLDS],
    [{ bound: "low" }, 'bound: "low" is not allowed', "Allowed: central, high."],
    [
      { criterion: "tokens", limit: 5, bound: "high" },
      'bound: "high" says nothing about tokens, which are counted',
      "Leave it out.",
    ],
    [{ mode: "block" }, 'mode: "block" is not allowed', "Allowed: warn, shadow, refuse."],
    [
      { mode: "shadow", onStoreFailure: "closed" },
      'onStoreFailure: "closed" contradicts mode "shadow", which refuses nothing',
      'Set mode to "refuse".',
    ],
    [{ name: "" }, 'name: "" is not allowed', "Give a name of 1 to 100 characters."],
    [{ limits: "5 kg" }, "limits: is not a field of a budget", PARTS],
  ])("%j", (changes, problem, remedy) => {
    expect(() => parseBudgets([{ ...search, ...changes }], { labelNames })).toThrow(
      new ConfigurationError(`createMeter.budgets[0].${problem.split(": ")[0]!}`, problem.split(": ")[1]!, remedy),
    );
  });

  test("a missing budget, something that is not a budget, and something that is not a list are refused", () => {
    const { name: _, ...nameless } = search;
    expect(() => parseBudgets([nameless], { labelNames })).toThrow("createMeter.budgets[0].name: is missing");
    expect(() => parseBudgets([search, null], { labelNames })).toThrow(
      "createMeter.budgets[1]: expected a budget, got null",
    );
    expect(() => parseBudgets("50 kg", { labelNames })).toThrow(
      'createMeter.budgets: "50 kg" is not allowed. Give a list of budgets.',
    );
  });

  test("two budgets of one name", () => {
    expect(() => parseBudgets([search, { ...search, name: "Search" }], { labelNames })).toThrow(
      'createMeter.budgets[1].name: "Search" is also the name of createMeter.budgets[0]',
    );
  });
});

describe("a budget file", () => {
  const directory = mkdtempSync(join(tmpdir(), "llm-footprint-budgets-"));
  afterAll(() => rmSync(directory, { recursive: true }));
  const file = (name: string, text: string): string => {
    writeFileSync(join(directory, name), text);
    return join(directory, name);
  };

  test("in YAML and in JSON, with and without a key around the list", () => {
    const yaml = "- name: search\n  criterion: co2eGrams\n  limit: 50 kg\n  window: month\n";
    const expected = parseBudgets([search], { labelNames });
    expect(loadBudgetFile(file("a.yaml", yaml), { labelNames })).toEqual(expected);
    expect(loadBudgetFile(file("b.json", JSON.stringify({ budgets: [search] })), { labelNames })).toEqual(expected);
  });

  test("an error names the file and the place", () => {
    const path = file("c.json", JSON.stringify({ budgets: [{ ...search, limit: "x" }] }));
    expect(() => loadBudgetFile(path, { labelNames })).toThrow(
      `${path}: budgets[0].limit: expected an amount of co2eGrams above 0, got "x"`,
    );
  });

  test("a budget file that is missing or not YAML is refused", () => {
    expect(() => loadBudgetFile(join(directory, "none.yaml"), { labelNames })).toThrow(
      /none\.yaml: cannot be read: ENOENT/,
    );
    expect(() => loadBudgetFile(file("d.yaml", "a: [1\n- b"), { labelNames })).toThrow(ConfigurationError);
  });
});

test("a match by __proto__, as JSON can have it, is refused and does not match everything", () => {
  const match = JSON.parse('{ "__proto__": "x" }') as Record<string, string>;
  expect(() => parseBudgets([{ ...search, match }], { labelNames: ["team"] })).toThrow(
    "createMeter.budgets[0].match.__proto__",
  );
});
