import type { SeenBody } from "../../transport/body-tap.ts";

/** Where a comment stands that says what an answer took: behind the usage, before the end. */
const LAST_BYTES = 4 * 1024;
const MARKS = [": energy ", ":energy "];

/** How much of a line that began before the last bytes may stand in them. The beginning of a longer one is looked up. */
const LONG_LINE = LAST_BYTES / 2;

/**
 * The last comment line of an event stream that states an energy, without its mark; undefined where there is none. What
 * stands inside an event cannot be mistaken for it: each of its lines begins with the name of a field. One that is too long
 * to be read is found as well, as far as its beginning was kept, so that it counts.
 */
export function statementComment(seen: SeenBody): string | undefined {
  const last = endOf(seen, LAST_BYTES);
  const found = commentIn(last);
  if (found !== undefined || last.isWhole) return found;
  const lineEnd = last.end.indexOf("\n");
  return lineEnd >= 0 && lineEnd < LONG_LINE ? undefined : commentIn(endOf(seen, Infinity));
}

/** The end of what was seen of a body, and whether that is all of it. */
interface End {
  readonly end: string;
  readonly isWhole: boolean;
}

function endOf({ text, excerpt }: SeenBody, bytes: number): End {
  if (text !== undefined) return { end: text.slice(-bytes), isWhole: text.length <= bytes };
  if (!excerpt) return { end: "", isWhole: true };
  return { end: excerpt.tail(bytes), isWhole: excerpt.covers(Math.min(bytes, excerpt.tailBytes)) };
}

function commentIn({ end, isWhole }: End): string | undefined {
  // Most streams have no comment at all.
  if (!(end.includes("\n:") || end.includes("\r:") || end.startsWith(":"))) return undefined;
  const lines = end.split(/\r\n|\n|\r/);
  // The first one may have begun before.
  if (!isWhole) lines.shift();
  const marked = (line: string): string | undefined => MARKS.find((mark) => line.startsWith(mark));
  const last = lines.findLast(marked);
  return last?.slice(marked(last)!.length);
}
