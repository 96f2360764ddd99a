import { StreamEvent, type Framing } from "./framing.ts";

const LINE_FEED = 0x0a;

/** One JSON object per line, as `application/x-ndjson` or under a name of JSON's. */
export const jsonLines: Framing = {
  announcedBy: (contentType) => /^application\/(?:x-)?(?:ndjson|jsonl|json-?lines|json-seq)\b/.test(contentType),
  begins: (head) => /^\uFEFF?\s*\{[^\n]*\}\s*\n\s*\{/.test(head),
  events({ text }, fromStart) {
    const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
    if (!fromStart) lines.shift();
    return lines.filter((line) => line.trim() !== "").map((line) => new StreamEvent(undefined, line));
  },
  wholeEvents: (bytes) => bytes.lastIndexOf(LINE_FEED) + 1,
  cutEvent: ({ text }) => text.split(/\r\n|\n|\r/, 1)[0]!,
};
