import { isObject, parsed } from "../wire/json.ts";
import type { Fields, RecordKind } from "./past-request.ts";
import { RECORD_KINDS } from "./record-kinds.ts";

/** Where pages of other programs keep their lists of records. */
export const LISTS: readonly string[] = [
  ...["data", "results", "result", "records", "rows", "items", "value", "logs", "runs", "observations"],
  ...["generations", "requests", "hits", "traces", "pages", "Records", "_source"],
];

/** A record, and what it stands in. */
export interface FoundRecord {
  readonly fields: Fields;
  /** Undefined where no kind knows it. */
  readonly kind: RecordKind | undefined;
  /** Whether a page around it says that more pages follow. */
  readonly hasMore: boolean;
}

/** Where programs that collect logs keep the line that another one wrote. */
const LINES = ["log", "message", "line", "@message"] as const;

/** The record in a line of a log, where it is one. */
function lineWithin(document: Fields): Fields | undefined {
  for (const name of LINES) {
    const line = document[name];
    const record = typeof line === "string" && line.startsWith("{") ? parsed(line) : undefined;
    if (isObject(record)) return record;
  }
  return undefined;
}

/** Deeper lists are not looked for. */
const DEEPEST = 4;

/**
 * The records of a JSON document: the document itself, the items of a list, or those of a page around one.
 *
 * @param given the kind where it is known; else each record is known by its looks
 */
export function* recordsOf(
  document: unknown,
  given?: RecordKind,
  hasMore = false,
  depth = 0,
): Generator<FoundRecord | { readonly notARecord: true }> {
  if (Array.isArray(document)) {
    for (const item of document as unknown[]) yield* recordsOf(item, given, hasMore, depth);
    return;
  }
  if (!isObject(document)) {
    yield { notARecord: true };
    return;
  }
  const more =
    hasMore ||
    document["has_more"] === true ||
    (isObject(document["metadata"]) && document["metadata"]["has_more"] === true);
  const kind = given?.matches(document) ? given : given ? undefined : kindOf(document);
  const line = kind || depth >= DEEPEST ? undefined : lineWithin(document);
  if (line) {
    yield* recordsOf(line, given, more, depth + 1);
    return;
  }
  const list = kind || depth >= DEEPEST ? undefined : LISTS.find((name) => isList(document[name]));
  if (kind === undefined && list !== undefined) {
    yield* recordsOf(document[list], given, more, depth + 1);
    return;
  }
  // A page without entries has none, and nothing is wrong with it.
  if (kind === undefined && LISTS.some((name) => Array.isArray(document[name]) && document[name].length === 0)) return;
  yield { fields: document, kind, hasMore: more };
}

const isList = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.some((item) => isObject(item) || Array.isArray(item))
    : isObject(value) && (kindOf(value) !== undefined || LISTS.some((name) => isList(value[name])));

/** The kind of a record, by its looks. */
export const kindOf = (fields: Fields): RecordKind | undefined => RECORD_KINDS.find((kind) => kind.matches(fields));

/** What stands at a path of a document, with lists on the way opened; an empty list where it leads nowhere. */
export function atRecordsPath(document: unknown, path: string): unknown[] {
  let found: unknown[] = [document];
  for (const name of path.split(".")) {
    found = found.flat().flatMap((each) => (isObject(each) && name in each ? [each[name]] : []));
  }
  return found.flat();
}
