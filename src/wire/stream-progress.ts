import { HEAD_BYTES, type Excerpt } from "../transport/excerpt.ts";
import type { Dialect, EndMarker } from "./dialect.ts";
import type { Framing } from "./framing.ts";
import { serverSentEvents } from "./server-sent-events.ts";

/** How much of what came last is looked at for content. */
const LAST_EVENTS_BYTES = 2 * 1024;

/**
 * Whether a stream has come to content: not a role, not a ping, not the news that a response was created. Looked for at
 * its beginning and in what came last, however much has come at once.
 */
export function carriesOutput({ stream }: Dialect, excerpt: Excerpt, framing: Framing = serverSentEvents): boolean {
  if (!stream) return false;
  const carries = (bytes: Uint8Array, fromStart: boolean): boolean =>
    framing
      .events({ bytes, text: (bytes as Buffer).toString("utf8") }, fromStart)
      .some(({ object }) => object !== undefined && stream.outputCharacters(object) !== undefined);
  if (carries(excerpt.headBytes(), true)) return true;
  return !excerpt.covers(HEAD_BYTES) && carries(excerpt.tailOf(LAST_EVENTS_BYTES), false);
}

/** `data: [DONE]`, as OpenAI and those who follow it end their streams. */
export const DONE: EndMarker = { lastByte: 0x5d, pattern: /(?:^|[\r\n])data: ?\[DONE\]\s*$/ };

const END_MARKER_BYTES = 128;

/** Whether a stream whose last byte is that of its end marker has come to it. */
export const endsStream = (excerpt: Excerpt, { pattern }: EndMarker = DONE): boolean =>
  pattern.test(excerpt.tail(END_MARKER_BYTES));
