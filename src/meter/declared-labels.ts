import { shown } from "../model/errors.ts";
import type { Labels } from "../model/request.ts";
import type { Warnings } from "./warnings.ts";

/**
 * Reduces labels that are given at run time to those that are declared and whose values are strings. The others are
 * counted and named once in a warning. Never throws.
 */
export const declaredLabels =
  (labelNames: readonly string[], warnings: Warnings, countError: () => void) =>
  (labels: Labels): Labels => {
    const leftOut = (what: string, problem: string): false => {
      countError();
      warnings.once("LLM_FOOTPRINT_LABEL", `${what} left out: ${problem}`);
      return false;
    };
    try {
      const given = Object.entries((labels as Labels | null) ?? {}).filter(([name, value]) => {
        if (!labelNames.includes(name)) return leftOut(`the label ${shown(name)} is`, "it is not declared");
        if (typeof value === "string") return true;
        return leftOut(`the label ${shown(name)} is`, "expected a string as its value");
      });
      return Object.fromEntries(given);
    } catch {
      // A proxy or a getter that throws.
      leftOut("labels are", "the object cannot be read");
      return {};
    }
  };
