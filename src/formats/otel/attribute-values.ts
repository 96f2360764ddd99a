import { isObject } from "../../wire/json.ts";
import { whole } from "../fields.ts";
import type { Fields, Notation } from "../past-request.ts";

/** OTLP's list of keys and typed values, or Jaeger's of tags, as names and values; an object stays as it is. */
export function attributesOf(attributes: unknown): Fields {
  if (!Array.isArray(attributes)) return isObject(attributes) ? withPaths(attributes) : {};
  // Without a prototype: a name such as `__proto__` is data.
  const found = Object.create(null) as Record<string, unknown>;
  for (const attribute of attributes as unknown[]) {
    if (!isObject(attribute)) continue;
    const { key, value } = attribute;
    if (typeof key === "string") found[key] = isObject(value) ? valueOf(value) : value;
  }
  return found;
}

/** Objects within objects stay as they are, and what they hold stands under its path as well: `llm.token_count.prompt`. */
function withPaths(attributes: Fields): Fields {
  if (!Object.values(attributes).some(isObject)) return attributes;
  const found = Object.assign(Object.create(null) as Record<string, unknown>, attributes);
  const add = (fields: Fields, path: string): void => {
    for (const [name, value] of Object.entries(fields)) {
      found[`${path}${name}`] ??= value;
      if (isObject(value) && path.length < LONGEST_PATH) add(value, `${path}${name}.`);
    }
  };
  add(attributes, "");
  return found;
}

/** Of the names of attributes. */
const LONGEST_PATH = 100;

/** An AnyValue. Its lists and maps hold prompts and answers, and are left as they are. */
function valueOf(value: Fields): unknown {
  for (const name in value) return value[name];
  return undefined;
}

/** The first of several names that has a text; MLflow writes it as JSON, in quotes. */
export function firstAttribute(attributes: Fields, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === "string" && value !== "") return value.replace(/^"(.+)"$/s, "$1");
  }
  return undefined;
}

/** The first of several names that has a whole number. @throws RejectedRecord for one that is something else */
export function firstCount(attributes: Fields, names: readonly string[], notation: Notation): number | undefined {
  for (const name of names) {
    if (!(name in attributes)) continue;
    const found = whole(attributes, name, notation);
    if (found !== undefined) return found;
  }
  return undefined;
}
