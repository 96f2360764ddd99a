/** A JSON object of unknown content, as another program sent it. */
export type JsonObject = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * `objectOf(answer["usage"])` says the same as `objectAt(answer, "usage")`, and where every request passes it is much
 * faster: the engine remembers where a key stands, or that it is absent, for each place in the code that names it.
 */
export const objectOf = (value: unknown): JsonObject | undefined => (isObject(value) ? value : undefined);

export const stringOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const objectAt = (object: unknown, key: string): JsonObject | undefined =>
  isObject(object) ? objectOf(object[key]) : undefined;

export const stringAt = (object: unknown, key: string): string | undefined =>
  isObject(object) ? stringOf(object[key]) : undefined;

/** A list as it stands; an empty one for anything else. */
export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const listAt = (object: unknown, key: string): readonly unknown[] =>
  isObject(object) ? listOf(object[key]) : [];

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An object found in a JSON text, and what was made of it. */
export interface Found<Meaning> {
  readonly object: JsonObject;
  readonly meaning: Meaning;
}

/** Keys looked at before a text is not worth more: one that repeats a key this often is made to mislead. */
const MOST_CANDIDATES = 16;

/** How often a text may be gone over in all: one whose objects stand in each other is made to take time. */
const MOST_PASSES = 1;

/**
 * The last object in a JSON text that is the value of `key`, that stands at most `deepest` levels deep and that
 * `understand` makes something of, found from the end without parsing the rest: an answer of 10 MB is looked at for
 * microseconds instead of milliseconds. Text inside JSON strings cannot be mistaken for it, because its quotes are
 * escaped; nor can what stands deeper, such as the arguments of a tool call.
 *
 * @param text valid JSON, or its end
 */
export function lastObject<Meaning>(
  text: string,
  key: string,
  deepest: number,
  understand: (object: JsonObject) => Meaning | undefined,
): Found<Meaning> | undefined {
  const quoted = `"${key}"`;
  let at = text.lastIndexOf(quoted);
  let unscanned = MOST_PASSES * text.length;
  for (let candidates = 0; at !== -1 && unscanned >= 0 && candidates < MOST_CANDIDATES; candidates++) {
    const start = valueStart(text, at + quoted.length);
    if (text.charCodeAt(start) === OPENING_BRACE) {
      const end = objectEnd(text, start);
      unscanned -= text.length - start;
      const object = parsed(text.slice(start, end));
      const meaning = isObject(object) ? understand(object) : undefined;
      if (meaning !== undefined && depthAt(text, end) <= deepest) return { object: object as JsonObject, meaning };
    }
    at = at === 0 ? -1 : text.lastIndexOf(quoted, at - 1);
  }
  return undefined;
}

/** The first string in a JSON text that is the value of `key`; a copy, which does not keep the text in memory. */
export function firstString(text: string, key: string): string | undefined {
  const quoted = `"${key}"`;
  for (let at = text.indexOf(quoted); at !== -1; at = text.indexOf(quoted, at + 1)) {
    const start = valueStart(text, at + quoted.length);
    if (text.charCodeAt(start) !== QUOTE) continue;
    const value = parsed(text.slice(start, stringEnd(text, start) + 1));
    return typeof value === "string" ? value : undefined;
  }
  return undefined;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

const isSpace = (code: number): boolean => code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09;

/** Where the value of a key begins that ends at `at`; the text's length when no colon follows. */
function valueStart(text: string, at: number): number {
  let index = at;
  while (isSpace(text.charCodeAt(index))) index++;
  if (text.charCodeAt(index) !== COLON) return text.length;
  index++;
  while (isSpace(text.charCodeAt(index))) index++;
  return index;
}

/** The index behind the brace that closes the one at `start`, braces inside strings left out; the text's length when none does. */
export function objectEnd(text: string, start: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = stringEnd(text, index);
    else if (code === OPENING_BRACE) depth++;
    else if (code === CLOSING_BRACE && --depth === 0) return index + 1;
  }
  return text.length;
}

/** The index of the quote that closes the one at `start`; the text's length when none does. */
function stringEnd(text: string, start: number): number {
  let end = text.indexOf('"', start + 1);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf('"', end + 1);
  return end === -1 ? text.length : end;
}

/** Whether an odd number of backslashes stands before an index. */
function isEscaped(text: string, index: number): boolean {
  let before = index - 1;
  while (text.charCodeAt(before) === BACKSLASH) before--;
  return (index - before) % 2 === 0;
}

/** How many objects and lists are open at an index: as many as are closed behind it and not opened there. */
function depthAt(text: string, start: number): number {
  let depth = 0;
  for (let index = start; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = stringEnd(text, index);
    else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) depth++;
    else if (code === OPENING_BRACE || code === OPENING_BRACKET) depth--;
  }
  return depth;
}
