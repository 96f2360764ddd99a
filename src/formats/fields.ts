import type { Usage } from "../model/usage.ts";
import { isObject, parsed } from "../wire/json.ts";
import { RejectedRecord, type Fields } from "./past-request.ts";

/** A text that is there and not empty. */
export function text(fields: Fields, name: string): string | undefined {
  const value = fields[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/**
 * A number of at least 0, also as CSV writes it; undefined when there is none.
 *
 * @throws RejectedRecord for anything else
 */
export function count(fields: Fields, name: string): number | undefined {
  const value = fields[name];
  if (value === undefined || value === null || value === "") return undefined;
  const number = typeof value === "string" ? Number(value) : value;
  if (typeof number !== "number" || !(number >= 0 && number < Infinity))
    throw new RejectedRecord(`${name} is no number`);
  return number;
}

/**
 * A moment in milliseconds since 1970: ISO 8601 (UTC where no zone is given), or seconds, milliseconds, microseconds or
 * nanoseconds since then, told apart by their size.
 *
 * @throws RejectedRecord when there is none
 */
export function time(fields: Fields, name: string): number {
  const value = fields[name];
  if (typeof value === "number" || (typeof value === "string" && /^\d+(\.\d+)?$/.test(value))) {
    let moment = Number(value);
    if (moment < 1e11) moment *= 1000;
    while (moment > 1e14) moment /= 1000;
    return moment;
  }
  if (typeof value === "string") {
    const zoned = /(Z|[+-]\d\d:?\d\d)$/.test(value) || !/\d:\d\d/.test(value) ? value : `${value.replace(" ", "T")}Z`;
    const moment = Date.parse(zoned);
    if (Number.isFinite(moment)) return moment;
  }
  throw new RejectedRecord(`${name} is no time`);
}

/** An object, also as JSON in a text, as CSV exports write them; empty when there is none. */
export function nested(fields: Fields, name: string): Fields {
  const value = fields[name];
  const object = typeof value === "string" && value.startsWith("{") ? parsed(value) : value;
  return isObject(object) ? object : {};
}

/**
 * Token counts of which the details are inside the sums, as OpenAI, LiteLLM and OpenTelemetry write them, as disjoint
 * classes. Details that are larger than their sum stand beside it.
 */
export function disjointUsage(sums: {
  readonly input: number | undefined;
  readonly cacheRead?: number | undefined;
  readonly cacheWrite?: number | undefined;
  readonly output: number | undefined;
  readonly reasoning?: number | undefined;
}): Usage | undefined {
  const { input, cacheRead, cacheWrite, output, reasoning } = sums;
  const usage: Usage = {
    ...(input !== undefined && { inputTokens: without(input, (cacheRead ?? 0) + (cacheWrite ?? 0)) }),
    ...(cacheRead !== undefined && { cacheReadTokens: cacheRead }),
    ...(cacheWrite !== undefined && { cacheWriteTokens: cacheWrite }),
    ...(output !== undefined && { outputTokens: without(output, reasoning ?? 0) }),
    ...(reasoning !== undefined && { reasoningTokens: reasoning }),
  };
  return Object.keys(usage).length > 0 ? usage : undefined;
}

const without = (sum: number, part: number): number => (part <= sum ? sum - part : sum);

/** A value at a path such as `metadata.team`, or under that very name. */
export function at(fields: Fields, path: string): unknown {
  if (path in fields) return fields[path];
  const dot = path.indexOf(".");
  return dot === -1 ? undefined : at(nested(fields, path.slice(0, dot)), path.slice(dot + 1));
}
