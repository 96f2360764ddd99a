import { CRITERIA, type Criterion } from "../../model/footprint.ts";
import { exactly, type Range } from "../../model/range.ts";
import { TOKEN_CLASSES, type Usage } from "../../model/usage.ts";
import type { BudgetCriterion } from "../definition/budget.ts";

/** What a request uses of each criterion, in the criterion's unit. What is not known is absent, never 0. */
export type Spend = Readonly<Partial<Record<BudgetCriterion, Range>>>;

/** What a request that was answered has used. An amount that is not a number counts as unknown: one would spoil the account. */
export function spendOf(
  footprint: Readonly<Partial<Record<Criterion, Range>>> | undefined,
  usage: Usage | undefined,
): Spend {
  const spend: Partial<Record<BudgetCriterion, Range>> = { requests: exactly(1) };
  const tokens = usage && tokensOf(usage);
  if (tokens !== undefined && Number.isFinite(tokens)) spend.tokens = exactly(tokens);
  for (const criterion of CRITERIA) {
    const impact = footprint?.[criterion];
    if (impact !== undefined && Number.isFinite(impact.high)) spend[criterion] = impact;
  }
  return spend;
}

function tokensOf(usage: Usage): number | undefined {
  let sum: number | undefined;
  for (const tokenClass of TOKEN_CLASSES) {
    const tokens = usage[tokenClass];
    if (tokens !== undefined) sum = (sum ?? 0) + tokens;
  }
  return sum;
}
