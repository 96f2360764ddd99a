import { isObject } from "../wire/json.ts";
import type { Fields, Rejection } from "./past-request.ts";

/**
 * A rejection for every entry that is not an object, in a record's lists of these names, and in those that stand
 * within their entries.
 */
export function strayEntries(fields: Fields, names: readonly string[]): Rejection[] {
  return names.flatMap((name) => {
    const list = fields[name];
    if (!Array.isArray(list)) return [];
    return (list as unknown[]).flatMap((entry) =>
      isObject(entry) ? strayEntries(entry, names) : { rejected: `an entry of ${name} is not an object` },
    );
  });
}
