import { isObject, type JsonObject } from "./json.ts";

/** Far beyond any provider's usage object. */
const DEEPEST = 6;

/**
 * An answer whose usage no longer changes with the object that the application has. The rest is the same: an answer is
 * read a moment after the application got it, and nobody wants to pay for a copy of its text.
 */
export const answerCopy = (answer: JsonObject, usageKey: string): JsonObject => {
  const usage = answer[usageKey];
  return isObject(usage) ? { ...answer, [usageKey]: plainCopy(usage, 1) } : { ...answer };
};

/** What stands deeper than usage does is left out. */
function plainCopy(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (depth > DEEPEST) return undefined;
  if (!isObject(value)) return (value as readonly unknown[]).map((item) => plainCopy(item, depth + 1));
  // The engine copies an object as a whole much faster than key by key.
  const copy: Record<string, unknown> = { ...value };
  for (const key in copy) if (typeof copy[key] === "object") copy[key] = plainCopy(copy[key], depth + 1);
  return copy;
}
