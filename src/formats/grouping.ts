import type { Fields } from "./past-request.ts";

/**
 * By which dimensions the results of one bucket are told apart: those that each of them has a value of. What only some
 * of them have, such as the key of a request that had none, does not tell how they are grouped.
 */
export const groupingOf = (results: readonly Fields[], dimensions: readonly string[]): string =>
  dimensions.filter((name) => results.every((result) => (result[name] ?? "") !== "")).join(" and ");
