import { readFileSync } from "node:fs";

import { parseYaml } from "../../lazy/yaml.ts";
import { ConfigurationError } from "../../model/errors.ts";
import type { Budget } from "./budget.ts";
import { parseBudgets } from "./description.ts";

/**
 * Reads budgets from a YAML or JSON file: a list of budgets, or an object with such a list as `budgets`.
 *
 * @example
 * ```ts
 * const budgets = loadBudgetFile("budgets.yaml", { labelNames: ["team"] });
 * ```
 * @throws ConfigurationError when the file cannot be read, or on the first error in it
 */
export function loadBudgetFile(path: string, { labelNames }: { readonly labelNames: readonly string[] }): Budget[] {
  const content = read(path);
  const wrapped = typeof content === "object" && content !== null && "budgets" in content;
  return parseBudgets(wrapped ? content.budgets : content, {
    labelNames,
    part: `${path}: ${wrapped ? "budgets" : ""}`,
  });
}

function read(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, "utf8"));
  } catch (error) {
    throw new ConfigurationError(
      path,
      `cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      "Give the path of a YAML or JSON file with a list of budgets.",
      { cause: error },
    );
  }
}
