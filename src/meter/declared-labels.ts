import { shown } from "../model/errors.ts";
import type { Labels } from "../model/request.ts";
import type { Warnings } from "./warnings.ts";

/**
 * Reduces labels that are given at run time to those that are declared and whose values are strings. The others are
 * counted and named once in a warning.
 */
export const declaredLabels =
  (labelNames: readonly string[], warnings: Warnings, countError: () => void) =>
  (labels: Labels): Labels =>
    Object.fromEntries(
      Object.entries((labels as Labels | null) ?? {}).filter(([name, value]) => {
        if (labelNames.includes(name) && typeof value === "string") return true;
        countError();
        const problem = labelNames.includes(name) ? "expected a string as its value" : "it is not declared";
        warnings.once("LLM_FOOTPRINT_LABEL", `the label ${shown(name)} is left out: ${problem}`);
        return false;
      }),
    );
