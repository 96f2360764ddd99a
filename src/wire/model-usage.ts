import { addUsage, type Usage } from "../model/usage.ts";

/** What one of several models used for an answer. */
export interface ModelUsage {
  /** Undefined for the one that answered. */
  readonly model: string | undefined;
  readonly usage: Usage;
}

/** How an answer that several models worked on divides its usage. */
export interface Division {
  /** What the answer's usage does not hold. */
  readonly beside?: readonly ModelUsage[] | undefined;
  /** What it holds. */
  readonly within?: readonly ModelUsage[] | undefined;
}

/** The usage of an answer as a whole, and what other models have used of it, where there are any. */
export function wholeUsage(
  stated: Usage | undefined,
  { beside = [], within = [] }: Division,
): { readonly usage: Usage | undefined; readonly others?: readonly ModelUsage[] } {
  if (beside.length === 0 && within.length === 0) return { usage: stated };
  const usage = beside.reduce((sum, part) => addUsage(sum, part.usage), stated);
  const others = [...beside, ...within].filter(({ model }) => model !== undefined);
  return others.length === 0 ? { usage } : { usage, others };
}
