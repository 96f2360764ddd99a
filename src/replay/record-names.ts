import { at } from "../formats/fields.ts";
import type { Fields } from "../formats/past-request.ts";
import { shown } from "../model/errors.ts";
import { isObject } from "../wire/json.ts";

/** Names that a message lists. */
const MOST_NAMES = 20;
/** Lists that lie deeper are not looked for. */
const DEEPEST = 5;

/** What the records of a file have: for messages about what was not found in them. */
export class RecordNames {
  /** Columns that no record had so far. */
  readonly missing: Set<string>;
  readonly #names = new Set<string>();
  readonly #lists = new Set<string>();

  /** @param columns that are looked for */
  constructor(columns: readonly string[]) {
    this.missing = new Set(columns);
  }

  get names(): readonly string[] {
    return [...this.#names];
  }

  /** Paths of lists of objects. */
  get lists(): readonly string[] {
    return [...this.#lists];
  }

  note(fields: Fields): void {
    for (const column of this.missing) if (at(fields, column) !== undefined) this.missing.delete(column);
    for (const [name, value] of Object.entries(fields)) {
      if (this.#names.size >= MOST_NAMES) return;
      const inner = isObject(value) ? Object.keys(value) : [];
      for (const each of inner.length > 0 ? inner.map((key) => `${name}.${key}`) : [name]) this.#names.add(each);
    }
  }

  noteLists(document: unknown, path: readonly string[] = []): void {
    if (path.length > DEEPEST || this.#lists.size >= MOST_NAMES) return;
    if (Array.isArray(document)) {
      const first = (document as unknown[]).find(isObject);
      if (!first) return;
      if (path.length > 0) this.#lists.add(path.join("."));
      this.noteLists(first, path);
    } else if (isObject(document)) {
      for (const [name, value] of Object.entries(document)) this.noteLists(value, [...path, name]);
    }
  }
}

/** Names for a message, those that are spelled like one that was looked for first. */
export function listedNames(names: readonly string[], lookedFor = ""): string {
  const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
  const isNear = (name: string): boolean =>
    bare(name).includes(bare(lookedFor)) || bare(lookedFor).includes(bare(name));
  const near = lookedFor === "" ? [] : names.filter(isNear);
  const listed = [...near, ...names.filter((name) => !near.includes(name))].slice(0, MOST_NAMES);
  return `${listed.map((name) => shown(name)).join(", ")}${names.length > MOST_NAMES ? ", …" : ""}`;
}
