import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { dump as stringify } from "js-yaml";
import { describe, expect, test } from "vitest";

import { ALERTING_RULES } from "../../grafana/source/alerts.ts";
import { substituted } from "../../grafana/source/substitution.ts";
import { exposition } from "../../src/exporters/prometheus/exposition.ts";
import { smallScenario } from "../exporters/scenario.ts";
import { expressions } from "../grafana/panels.ts";

const GRAFANA = join(import.meta.dirname, "../../grafana");

function run(command: string, args: readonly string[], input = ""): string {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: GRAFANA, encoding: "utf8", input });
  expect(status, stdout + stderr).toBe(0);
  return stdout + stderr;
}

test("promtool finds nothing wrong with the metrics", () => {
  expect(run("promtool", ["check", "metrics"], [...exposition(smallScenario().metrics, "text")].join(""))).toBe("");
});

test("promtool finds nothing wrong with the rules and the configuration", () => {
  run("promtool", ["check", "rules", "--lint=all", "--lint-fatal", "rules/recording.yaml", "rules/alerts.yaml"]);
  run("promtool", ["check", "config", "prometheus.yml"]);
});

test("every expression of the dashboards has the right types", () => {
  const directory = mkdtempSync(join(tmpdir(), "llm-footprint-expressions-"));
  const rules = expressions.map(({ expr }, index) => ({
    record: `dashboard:expression:${index}`,
    expr: substituted(expr, { range: "30d", rateInterval: "5m" }),
  }));
  const path = join(directory, "expressions.yaml");
  writeFileSync(path, stringify({ groups: [{ name: "dashboards", rules }] }));
  expect(run("promtool", ["check", "rules", path])).toContain(`SUCCESS: ${expressions.length} rules found`);
  rmSync(directory, { recursive: true });
});

const ruleTests = globSync("rules/tests/*.test.yaml", { cwd: GRAFANA }).sort();

describe("the rules", () => {
  test.each(ruleTests)("%s", { timeout: 120_000 }, (path) => {
    expect(run("promtool", ["test", "rules", path])).toContain("SUCCESS");
  });

  const alerts = ALERTING_RULES.flatMap(({ rules }) => rules);
  const tests = ruleTests.map((path) => readFileSync(join(GRAFANA, path), "utf8")).join("\n");
  const runbook = readFileSync(join(GRAFANA, "runbook.md"), "utf8");

  test.each(alerts.map((rule) => [rule.alert, rule] as const))("%s has cases and a runbook entry", (name, rule) => {
    const cases = [...tests.matchAll(new RegExp(`alertname: ${name}[ ,\\n]\\s*exp_alerts:(.*)`, "g"))];
    expect(new Set(cases.map(([, expected]) => (expected!.trim() === "" ? "firing" : "quiet")))).toEqual(
      new Set(["firing", "quiet"]),
    );
    expect(runbook).toContain(`\n## ${name}\n`);
    expect(rule.annotations.runbook_url).toMatch(new RegExp(`#${name.toLowerCase()}$`));
  });
});

describe("Alertmanager's configuration", () => {
  test("is right", () => {
    run("amtool", ["check-config", "alertmanager.yml"]);
  });

  test.each([
    ["critical", "team"],
    ["warning", "team"],
    ["info", "daily"],
  ])("sends what is %s to %s", (severity, receiver) => {
    run("amtool", [
      "config",
      "routes",
      "test",
      "--config.file=alertmanager.yml",
      `--verify.receivers=${receiver}`,
      `severity=${severity}`,
    ]);
  });
});
