import { USAGE_CLASSES, type Usage } from "../model/usage.ts";
import type { JsonObject } from "./json.ts";

/** More tokens than any request can have; a larger count is an error of the sender. */
const MOST_TOKENS = 1e10;

/** A count of tokens, pages or images as a provider states it; undefined when not a whole number from 0 to 10^10. */
export const countOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_TOKENS ? value : undefined;

export const countAt = (object: JsonObject | undefined, key: string): number | undefined => countOf(object?.[key]);

/** Seconds as a provider states them; undefined when not a number from 0 to 10^10. */
export const secondsOf = (value: unknown): number | undefined =>
  typeof value === "number" && value >= 0 && value <= MOST_TOKENS ? value : undefined;

export const secondsAt = (object: JsonObject | undefined, key: string): number | undefined => secondsOf(object?.[key]);

/**
 * `whole` without its `parts`. A part larger than the whole cannot be inside it, so then the whole stands as it is:
 * some hosts that speak OpenAI's API report cached or reasoning tokens beside the totals instead of within.
 */
export function without(whole: number | undefined, ...parts: (number | undefined)[]): number | undefined {
  if (whole === undefined) return undefined;
  let inside = 0;
  for (const part of parts) inside += part ?? 0;
  return inside <= whole ? whole - inside : whole;
}

/** The largest of what is known; undefined when nothing is. */
export const largest = (...counts: readonly (number | undefined)[]): number | undefined => {
  let most: number | undefined;
  for (const count of counts) if (count !== undefined && (most === undefined || count > most)) most = count;
  return most;
};

/** A number as it stands; undefined for anything else. */
export const numberOf = (value: unknown): number | undefined => (typeof value === "number" ? value : undefined);

export const numberAt = (object: JsonObject | undefined, key: string): number | undefined => numberOf(object?.[key]);

/** The sum of what is known; undefined when neither is. */
export const sumKnown = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : a + (b ?? 0);

/** A usage of the classes that were stated; the others are absent. */
export function statedUsage(usage: { [Class in keyof Usage]: number | undefined }): Usage {
  const classes: { -readonly [Class in keyof Usage]: number } = {};
  for (const name of USAGE_CLASSES) {
    const amount = usage[name];
    if (amount !== undefined) classes[name] = amount;
  }
  return classes;
}
