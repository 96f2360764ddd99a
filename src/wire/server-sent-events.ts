import { StreamEvent, type Framing } from "./framing.ts";

const BLANK_LINE = /(?:\r\n|\n|\r(?!\n)){2}/;
const LINE_END = /\r\n|\n|\r/;

/**
 * `text/event-stream`. What follows the last blank line counts as an event too, since some servers omit the last one.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export const serverSentEvents: Framing = {
  announcedBy: (contentType) => contentType.startsWith("text/event-stream"),
  begins: (head) => /^\uFEFF?\s*(?:(?:data|event|id|retry)\s*)?:/.test(head),
  events: ({ text }, fromStart) => eventsIn(text, fromStart),
  wholeEvents: endOfLastBlankLine,
  cutEvent: ({ text }) => text.split(BLANK_LINE, 1)[0]!,
};

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The index behind the last blank line. One that may go on behind the piece is left for the next. */
function endOfLastBlankLine(bytes: Uint8Array): number {
  for (let end = bytes.lastIndexOf(LINE_FEED); end > 0; end = bytes.lastIndexOf(LINE_FEED, end - 1)) {
    const before = bytes[end - 1] === CARRIAGE_RETURN ? end - 2 : end - 1;
    if (bytes[before] === LINE_FEED) return end + 1;
  }
  return 0;
}

function eventsIn(text: string, fromStart: boolean): StreamEvent[] {
  // Nearly all servers end their lines in one way, for which no pattern has to be matched.
  const [blankLine, lineEnd] = text.includes("\r") ? [BLANK_LINE, LINE_END] : ["\n\n", "\n"];
  const blocks = (text.startsWith("\uFEFF") ? text.slice(1) : text).split(blankLine);
  if (!fromStart) blocks.shift();
  const events: StreamEvent[] = [];
  for (const block of blocks) {
    const event = parseLines(block.split(lineEnd));
    if (event) events.push(event);
  }
  return events;
}

function parseLines(lines: readonly string[]): StreamEvent | undefined {
  let event: string | undefined;
  let data: string | undefined;
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 1) continue;
    const field = line.slice(0, colon);
    const value = line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
    if (field === "event") event = value;
    else if (field === "data") data = data === undefined ? value : `${data}\n${value}`;
  }
  return data === undefined ? undefined : new StreamEvent(event, data);
}
