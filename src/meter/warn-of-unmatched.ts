import type { Budget } from "../budgets/definition/budget.ts";
import type { Catalogue } from "../factors/catalogue.ts";
import { modelSuggestion, providerSuggestion } from "../factors/suggestions.ts";
import { shown } from "../model/errors.ts";
import { UNKNOWN_NAME } from "../model/unknown-name.ts";
import type { Warnings } from "./warnings.ts";

/** Says of budgets that match a model or a provider which requests do not count under, and what they do count under. */
export function warnOfUnmatched(budgets: readonly Budget[], catalogue: Catalogue, warnings: Warnings): void {
  const models = new Set([UNKNOWN_NAME, ...catalogue.models.map(({ name }) => name)]);
  const providers = new Set([UNKNOWN_NAME, ...catalogue.providers.map(({ name }) => name)]);
  const warn = ({ name }: Budget, what: string, problem: string, remedy: string): void => {
    const message = `the budget ${shown(name)} matches the ${what}, ${problem}`;
    warnings.once("LLM_FOOTPRINT_BUDGET", remedy === "" ? message : `${message}. ${remedy}`);
  };
  for (const budget of budgets) {
    for (const value of budget.match["model"] ?? []) {
      if (models.has(value)) continue;
      const { model } = catalogue.resolve(value);
      const remedy = model ? `Its requests count as ${shown(model.name)}.` : modelSuggestion(catalogue, value);
      warn(budget, `model ${shown(value)}`, "a name that no request counts under", remedy);
    }
    for (const value of budget.match["provider"] ?? []) {
      if (providers.has(value)) continue;
      const problem = "which only requests have whose provider you give so yourself";
      warn(budget, `provider ${shown(value)}`, problem, providerSuggestion(catalogue, value));
    }
  }
}
