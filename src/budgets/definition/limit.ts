import { criterionTable } from "../../model/criteria.ts";
import type { BudgetCriterion } from "./budget.ts";

/** What one of a unit is in the criterion's own unit. */
const UNITS: Readonly<Record<BudgetCriterion, Readonly<Record<string, number>>>> = {
  ...criterionTable(({ limitUnits }) => limitUnits),
  tokens: { tokens: 1, "": 1 },
  requests: { requests: 1, "": 1 },
};

/** A limit as a person writes it, such as `50 kg` or `10 kWh`, in the criterion's unit; undefined when it is something else. */
export function parseLimit(text: string | number, criterion: BudgetCriterion): number | undefined {
  const parts = /^\s*(\d[\d_]*(?:\.\d+)?(?:e[+-]?\d+)?)\s*(\S*)\s*$/.exec(String(text));
  if (parts === null) return undefined;
  const unit = UNITS[criterion][parts[2]!];
  const limit = unit === undefined ? NaN : Number(parts[1]!.replaceAll("_", "")) * unit;
  return Number.isFinite(limit) && limit > 0 ? limit : undefined;
}

/** The units that a limit on this criterion can be written in. */
export const unitsOf = (criterion: BudgetCriterion): string[] =>
  Object.keys(UNITS[criterion]).filter((unit) => unit !== "");
