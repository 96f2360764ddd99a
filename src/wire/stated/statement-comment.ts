import type { SeenBody } from "../../transport/body-tap.ts";

/** Where a comment stands that says what an answer took: behind the usage, before the end. */
const LAST_BYTES = 4 * 1024;
const MARK = ": energy ";

/**
 * The last comment line of an event stream that states an energy, without its mark; undefined where there is none. What
 * stands inside an event cannot be mistaken for it: each of its lines begins with the name of a field.
 */
export function statementComment({ text, excerpt }: SeenBody): string | undefined {
  const isWhole = text !== undefined ? text.length <= LAST_BYTES : excerpt?.covers(LAST_BYTES);
  const tail = text?.slice(-LAST_BYTES) ?? textOf(excerpt?.tailOf(LAST_BYTES));
  if (tail === undefined || !tail.includes(MARK)) return undefined;
  const lines = tail.split(/\r\n|\n|\r/);
  // The first one may have begun before.
  if (isWhole !== true) lines.shift();
  return lines.findLast((line) => line.startsWith(MARK))?.slice(MARK.length);
}

const textOf = (bytes: Uint8Array | undefined): string | undefined =>
  bytes === undefined || !(bytes as Buffer).includes(MARK) ? undefined : (bytes as Buffer).toString("utf8");
