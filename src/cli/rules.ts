import { writeFileSync } from "node:fs";
import { Command } from "commander";

import { loadBudgetFile } from "../budgets/definition/budget-file.ts";
import { budgetRules } from "../alerting/budget-rules.ts";
import { list, print, type CommandFactory } from "./command.ts";

interface Arguments {
  readonly budgets: string;
  readonly labels: readonly string[];
  readonly output?: string;
}

export const rulesCommand: CommandFactory = () =>
  new Command("rules")
    .description("Prometheus rules (recordings and alerts) that watch the budgets of a file.")
    .requiredOption("--budgets <file>", "the budget file (YAML or JSON)")
    .option("--labels <names>", "the labels that the application declares, separated by commas", list, [])
    .option("--output <file>", "write to a file instead of standard output")
    .action((given: Arguments) => {
      const text = budgetRules(loadBudgetFile(given.budgets, { labelNames: given.labels }));
      if (given.output === undefined) print(text);
      else writeFileSync(given.output, text);
    });
