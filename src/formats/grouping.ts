import type { Bucket, Fields } from "./past-request.ts";

/**
 * By which dimensions the results of one bucket are told apart: those that each of them has a value of, and those that
 * only some have, such as the key of a request that had none.
 */
export function groupingOf(
  results: readonly Fields[],
  dimensions: readonly string[],
): Pick<Bucket, "grouping" | "partly"> {
  const count = (name: string): number => results.filter((result) => hasValue(result, name)).length;
  return {
    grouping: dimensions.filter((name) => count(name) === results.length),
    partly: dimensions.filter((name) => count(name) > 0 && count(name) < results.length),
  };
}

const hasValue = (result: Fields, name: string): boolean => (result[name] ?? "") !== "";

/** Results of one bucket, those with a value of the fewest dimensions first. */
export const fewestDimensionsFirst = (results: readonly Fields[], dimensions: readonly string[]): Fields[] => {
  const count = (result: Fields): number => dimensions.filter((name) => hasValue(result, name)).length;
  return results.toSorted((a, b) => count(a) - count(b));
};
