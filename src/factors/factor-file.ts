import { readFileSync } from "node:fs";
import type { BaseIssue } from "valibot";

import { valibot } from "../lazy/valibot.ts";
import { parseYaml } from "../lazy/yaml.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import type { Factor } from "./factor.ts";
import { factorSchema } from "./schema.ts";

/** A set of factors as it is written: what they share is said once in `common`. */
export interface FactorFile {
  readonly common?: unknown;
  readonly factors: readonly unknown[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `common` under `own`; objects are merged one level deep, so that a factor may add a locator to a shared source. */
function merge(common: unknown, own: unknown): unknown {
  if (!isRecord(common) || !isRecord(own)) return own;
  const merged: Record<string, unknown> = { ...common, ...own };
  for (const part of ["source", "boundary"]) {
    if (isRecord(common[part]) && isRecord(own[part])) merged[part] = { ...common[part], ...own[part] };
  }
  return merged;
}

/** Writes out what the factors of a file share. Nothing is checked. */
export const expand = (file: FactorFile): unknown[] => file.factors.map((own) => merge(file.common, own));

/**
 * Reads a JSON or YAML file of factors.
 *
 * @throws ConfigurationError when it cannot be read or is neither
 */
export function readFactorFile(path: string): FactorFile {
  const part = `factor file ${path}`;
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (cause) {
    throw new ConfigurationError(part, "cannot be read", "Give the path of a JSON or YAML file.", { cause });
  }
  return asFactorFile(part, contentOf(text, part));
}

/** @throws ConfigurationError for anything but a set of factors */
export function asFactorFile(part: string, content: unknown): FactorFile {
  if (Array.isArray(content)) return { factors: content };
  if (isRecord(content) && Array.isArray(content["factors"])) return content as unknown as FactorFile;
  throw new ConfigurationError(part, "holds no list of factors", "Write a list, or `common` and `factors`.");
}

function contentOf(text: string, part: string): unknown {
  try {
    return parseYaml(text);
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigurationError(part, problem, "Write valid JSON or YAML.", { cause });
  }
}

/**
 * Checks a set of factors as a whole.
 *
 * @param part what is checked, for the message
 * @param known ids that exist already, which `supersedes` and `extrapolatedFrom` may name
 * @throws ConfigurationError that lists every problem as path, value and rule; nothing is taken from a faulty set
 */
export function checkFactors(part: string, candidates: readonly unknown[], known: ReadonlySet<string>): Factor[] {
  const { safeParse, getDotPath } = valibot.load();
  const problems: string[] = [];
  const factors: Factor[] = [];
  const missing = new Map<string, number[]>();
  for (const [index, candidate] of candidates.entries()) {
    const result = safeParse(factorSchema(), candidate);
    if (result.success) factors.push(result.output);
    else
      for (const issue of result.issues) {
        const path = getDotPath(issue);
        if (isMissing(issue) && path !== null) missing.set(path, [...(missing.get(path) ?? []), index]);
        else problems.push(`factors.${index}${path === null ? "" : `.${path}`}: ${given(issue)} ${rule(issue)}`);
      }
  }
  // A field that every factor of a file lacks is said once.
  problems.unshift(...Array.from(missing, ([path, where]) => `factors.${where.join(",")}.${path}: required`));
  const ids = new Set<unknown>();
  for (const [index, candidate] of candidates.entries()) {
    const id = isRecord(candidate) ? candidate["id"] : undefined;
    if (id !== undefined && ids.has(id)) problems.push(`factors.${index}.id: ${shown(id)} must not stand twice`);
    ids.add(id);
  }
  for (const [index, candidate] of candidates.entries()) {
    for (const reference of ["supersedes", "extrapolatedFrom"]) {
      const id = isRecord(candidate) ? candidate[reference] : undefined;
      if (typeof id === "string" && !ids.has(id) && !known.has(id)) {
        problems.push(`factors.${index}.${reference}: ${shown(id)} must be the id of a factor`);
      }
    }
  }
  if (problems.length > 0) {
    throw new ConfigurationError(
      part,
      `${problems.length} ${problems.length === 1 ? "problem" : "problems"}:\n  ${problems.join("\n  ")}\nNothing was taken from it`,
      "Correct these and load it again.",
    );
  }
  return factors;
}

/** What stands where the problem is. */
function given({ path, input }: BaseIssue<unknown>): string {
  const value: unknown = path === undefined ? input : path.at(-1)?.value;
  if (!isRecord(value)) return shown(value);
  return `{ ${Object.entries(value)
    .map(([name, part]) => `${name}: ${shown(part)}`)
    .join(", ")} }`;
}

const isMissing = ({ type, expected }: BaseIssue<unknown>): boolean => type === "strict_object" && expected !== "never";

/** A superfluous key has a rule of its own; the schema words the others. */
function rule({ type, expected, message }: BaseIssue<unknown>): string {
  if (type !== "strict_object") return message;
  return expected === "never" ? "is not a field of a factor" : "must hold its fields";
}
