import { StreamEvent, type Framing } from "./framing.ts";
import { objectEnd } from "./json.ts";

/** One JSON array whose objects come one after another, as Gemini streams without `alt=sse`. */
export const jsonArray: Framing = {
  // Its content type is that of one JSON answer.
  announcedBy: () => false,
  begins: (head) => /^\uFEFF?\s*\[/.test(head),
  events: ({ text }, fromStart) =>
    (fromStart ? elementsFrom(text, text.indexOf("[") + 1) : elementsOfEnd(text)).objects.map(
      (object) => new StreamEvent(undefined, object),
    ),
  cutEvent: ({ text }) => text.slice(0, elementsOfEnd(text).start),
};

/** Elements of an array, as far as they are whole. */
interface Elements {
  readonly objects: readonly string[];
  /** Where the first one begins. */
  readonly start: number;
  /** Whether nothing but elements of one array follows, up to its end or the text's. */
  readonly consistent: boolean;
}

function elementsFrom(text: string, start: number): Elements {
  const objects: string[] = [];
  let at = skip(text, start, /[\s,]*/y);
  while (text[at] === "{") {
    const end = objectEnd(text, at);
    if (text[end - 1] !== "}") break;
    objects.push(text.slice(at, end));
    at = skip(text, end, /\s*,?\s*/y);
  }
  return { objects, start, consistent: text[at] === "{" || /^\]?\s*$/.test(text.slice(at)) };
}

function skip(text: string, from: number, pattern: RegExp): number {
  pattern.lastIndex = from;
  return pattern.test(text) ? pattern.lastIndex : from;
}

/** Places tried before the end of an array is given up. */
const MOST_PLACES = 200;

/**
 * The last elements of an array whose beginning was not kept. Where one ends cannot be known without its beginning, so
 * the first place is taken from which all the rest reads as elements of one array.
 */
function elementsOfEnd(text: string): Elements {
  const between = /\}\s*,(?=\s*\{)/g;
  for (let places = 0; places < MOST_PLACES && between.test(text); places++) {
    const elements = elementsFrom(text, between.lastIndex);
    if (elements.consistent && elements.objects.length > 0) return elements;
  }
  return { objects: [], start: text.length, consistent: false };
}
