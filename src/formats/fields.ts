import type { Usage } from "../model/usage.ts";
import { isObject, parsed } from "../wire/json.ts";
import { momentOf } from "./moment.ts";
import { numberOf, wholeOf } from "./number.ts";
import type { Fields, Notation } from "./past-request.ts";
import { pythonValue } from "./python-value.ts";

/** A text that is there and not empty. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The first text that is there of several names. */
export function firstText(fields: Fields, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = text(fields, name);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A text, or a number as one: ids are written both ways. */
export function idText(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "number" ? String(value) : text(fields, name);
}

/** A whole number of at least 0; undefined where there is none. @throws RejectedRecord for anything else */
export const whole = (fields: Fields, name: string, { decimal }: Notation): number | undefined =>
  wholeOf(fields[name], name, decimal);

/** The first whole number that is there of several names. @throws RejectedRecord for anything else */
export function firstWhole(fields: Fields, names: readonly string[], notation: Notation): number | undefined {
  for (const name of names) {
    const found = whole(fields, name, notation);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A number of at least 0; undefined where there is none. @throws RejectedRecord for anything else */
export const amount = (fields: Fields, name: string, { decimal }: Notation): number | undefined =>
  numberOf(fields[name], name, decimal);

/** Milliseconds since 1970. @throws RejectedRecord where there is no time that can be */
export const moment = (fields: Fields, name: string, { dates, now }: Notation): number =>
  momentOf(fields[name], name, dates, now);

/** How databases and pandas write that there is no time. */
const NO_TIME = /^(?:nan|nat|none|null|<na>|\\n)?$/i;

/** Seconds from one moment to another that may be missing or unreadable; at least 0. */
export function secondsUntil(startedAt: number, fields: Fields, name: string, notation: Notation): number {
  const end = fields[name];
  if (end === undefined || end === null || (typeof end === "string" && NO_TIME.test(end))) return 0;
  return Math.max(0, moment(fields, name, notation) - startedAt) / 1000;
}

/** An object, also as JSON or as Python writes it in a text, as CSV exports have them; empty when there is none. */
export function nested(fields: Fields, name: string): Fields {
  const object = unwrapped(fields[name]);
  return isObject(object) ? object : {};
}

/** A list of objects; empty when there is none. */
export function items(fields: Fields, name: string): Fields[] {
  const value = unwrapped(fields[name]);
  return Array.isArray(value) ? value.filter(isObject) : [];
}

function unwrapped(value: unknown): unknown {
  if (typeof value !== "string" || !/^\s*[[{]/.test(value)) return value;
  return parsed(value) ?? pythonValue(value);
}

/** A value at a path such as `metadata.team`, or under that very name; numbers lead into lists. */
export function at(fields: Fields, path: string): unknown {
  if (path in fields) return fields[path];
  for (let dot = path.indexOf("."); dot !== -1; dot = path.indexOf(".", dot + 1)) {
    const value = unwrapped(fields[path.slice(0, dot)]);
    if (typeof value !== "object" || value === null) continue;
    const found = at(value as Fields, path.slice(dot + 1));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What is inside the sums, and stands beside them in {@link Usage}. */
export interface InclusiveCounts {
  readonly input: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly output: number | undefined;
  readonly reasoning?: number | undefined;
  /** Of all, where it is stated: it says what stands beside the sums after all. */
  readonly total?: number | undefined;
}

/**
 * Token counts of which the details are inside the sums, as OpenAI, LiteLLM and OpenTelemetry write them, as disjoint
 * classes. Details that are larger than their sum stand beside it: the sum cannot include them. So do those that a
 * total adds to it, as some do with Anthropic's cache, and Gemini and xAI with their reasoning.
 */
export function disjointUsage(counts: InclusiveCounts): Usage | undefined {
  const { input, cacheRead, cacheWrite, output, reasoning = 0, total } = counts;
  const cached = (cacheRead ?? 0) + (cacheWrite ?? 0);
  const beside = total === undefined ? 0 : total - (input ?? 0) - (output ?? 0);
  const isAdded = (part: number): boolean => beside > 0 && (beside === part || beside === cached + reasoning);
  return usageOf({
    inputTokens: input === undefined || isAdded(cached) ? input : without(input, cached),
    cacheReadTokens: cacheRead,
    cacheWriteTokens: cacheWrite,
    outputTokens: output === undefined || isAdded(reasoning) ? output : without(output, reasoning),
    reasoningTokens: counts.reasoning,
  });
}

const without = (sum: number, part: number): number => (part <= sum ? sum - part : sum);

/** The classes that are known; undefined where none is. */
export function usageOf(classes: { readonly [Class in keyof Usage]: number | undefined }): Usage | undefined {
  const known: { -readonly [Class in keyof Usage]: number } = {};
  let any = false;
  for (const name in classes) {
    const amount = classes[name as keyof Usage];
    if (amount === undefined) continue;
    known[name as keyof Usage] = amount;
    any = true;
  }
  return any ? known : undefined;
}

/** The sum of what is known; undefined where nothing is. */
export function sumOf(...amounts: readonly (number | undefined)[]): number | undefined {
  const known = amounts.filter((amount) => amount !== undefined);
  return known.length > 0 ? known.reduce((sum, amount) => sum + amount, 0) : undefined;
}

/** A usage, and whether it was stated. */
export const reported = (usage: Usage | undefined) => ({ usage, usageSource: usage ? "reported" : "missing" }) as const;

/** A request that failed: what became of it, and no usage where it states none but zeros. */
export const failure = (errorType = "unknown") => ({ outcome: "failed", errorType }) as const;

/** An error by its HTTP status, as the meter names it; undefined for a status that is not an error. */
export const statusError = (status: number | undefined): string | undefined =>
  status !== undefined && status >= 400 ? `http_${status}` : undefined;

/** The host of an address; empty for anything else. */
export const hostOf = (address: string | undefined): string =>
  address !== undefined && URL.canParse(address) ? new URL(address).host : "";

/** A status or the like, also below 0; undefined where there is none that is a number. */
export function numberAt(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === "" || value === null || value === undefined) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}
