import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";

import { budgetRules } from "../alerting/budget-rules.ts";
import { loadBudgetFile } from "../budgets/definition/budget-file.ts";
import { ConfigurationError } from "../model/errors.ts";
import { list, print, type CommandFactory } from "./command.ts";

interface Arguments {
  readonly budgets?: string;
  readonly stock?: true;
  readonly labels?: readonly string[];
  readonly output?: string;
}

export const rulesCommand: CommandFactory = () =>
  new Command("rules")
    .description("Prometheus rules (recordings and alerts): the stock ones, those of a budget file, or both.")
    .option("--stock", "the rules that the dashboards rest on, and the alerts of the runbook")
    .option("--budgets <file>", "those that watch the budgets of a file (YAML or JSON)")
    .option("--labels <names>", "the labels that the application declares, separated by commas", list)
    .option("--output <file>", "write to a file instead of standard output")
    .addHelpText("after", "\nExample: llm-footprint rules --stock --output /etc/prometheus/llm-footprint.yaml")
    .action((given: Arguments) => {
      const text = rulesOf(given);
      if (given.output === undefined) print(text);
      else writeFileSync(given.output, text);
    });

function rulesOf({ budgets, stock, labels = [] }: Arguments): string {
  if (budgets === undefined && !stock) {
    throw new ConfigurationError("rules", "expected rules to write, got none", "Give --stock, --budgets, or both.");
  }
  const ofBudgets = budgets === undefined ? "" : budgetRules(loadBudgetFile(budgets, { labelNames: labels }));
  // Every file is one list of groups, so that they join line by line.
  const [first = "", ...others] = [...(stock ? stockRules() : []), ofBudgets].filter((text) => text !== "");
  return [first, ...others.map((text) => text.replace(/^(?:#[^\n]*\n)*groups:\n/, ""))].join("");
}

/** The package's own rules: the same way up from `src/cli`, `dist/cli` and `dist/node`. */
const stockRules = (): string[] =>
  ["recording.yaml", "alerts.yaml"].map((name) =>
    readFileSync(join(import.meta.dirname, "../../grafana/rules", name), "utf8"),
  );
