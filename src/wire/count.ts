import type { JsonObject } from "./json.ts";

/** More tokens than any request can have; a larger count is an error of the sender. */
const MOST_TOKENS = 1e10;

/** A count of tokens, pages or images as a provider states it; undefined when it is no whole number from 0 to 10^10. */
export function countAt(object: JsonObject | undefined, key: string): number | undefined {
  const value = object?.[key];
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS ? value : undefined;
}

/** Seconds as a provider states them; undefined when not a number from 0 to 10^10. */
export function secondsAt(object: JsonObject | undefined, key: string): number | undefined {
  const value = object?.[key];
  return typeof value === "number" && value >= 0 && value <= MOST_TOKENS ? value : undefined;
}

/**
 * `whole` without its `parts`. A part larger than the whole cannot be inside it, so then the whole stands as it is:
 * some hosts that speak OpenAI's API report cached or reasoning tokens beside the totals instead of within.
 */
export function without(whole: number | undefined, ...parts: (number | undefined)[]): number | undefined {
  if (whole === undefined) return undefined;
  const inside = parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
  return inside <= whole ? whole - inside : whole;
}
