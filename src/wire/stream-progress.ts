import type { Excerpt } from "../transport/excerpt.ts";
import type { Dialect, EndMarker, StreamDialect } from "./dialect.ts";
import type { Framing } from "./framing.ts";
import { serverSentEvents } from "./server-sent-events.ts";

/** The bytes with which an event ends where no line does: a closing brace, or the bracket of an array. */
const LAST_BYTES_OF_EVENTS = [0x7d, 0x5d];
const LINE_FEED = 0x0a;

/** How much of what came at once is looked at: its beginning and its end. */
const FIRST_BYTES = 4 * 1024;
const LAST_BYTES = 2 * 1024;

/**
 * Waits for the first content of a stream: not a role, not a ping, not the news that a response was created. What was
 * looked at is not looked at again, however many events come before any content.
 */
export class ContentWatch {
  readonly #stream: StreamDialect | undefined;
  readonly #framing: Framing;
  /** How much of the stream, in whole events, carries no content. */
  #passedBytes = 0;

  constructor({ stream }: Dialect, framing: Framing = serverSentEvents) {
    this.#stream = stream;
    this.#framing = framing;
  }

  /**
   * Whether content has come by now.
   *
   * @param chunk what came last; `excerpt` holds it already
   */
  seesContent(excerpt: Excerpt, chunk: Uint8Array): boolean {
    if (!this.#stream) return false;
    // No event ends in between.
    if (!LAST_BYTES_OF_EVENTS.includes(chunk.at(-1)!) && !chunk.includes(LINE_FEED)) return false;
    const unseenBytes = excerpt.totalBytes - this.#passedBytes;
    const unseen = unseenBytes === chunk.byteLength ? chunk : excerpt.tailOf(unseenBytes);
    if (unseen.byteLength <= FIRST_BYTES + LAST_BYTES) {
      if (this.#carries(unseen, true)) return true;
    } else if (
      this.#carries(unseen.subarray(0, FIRST_BYTES), true) ||
      this.#carries(unseen.subarray(-LAST_BYTES), false)
    ) {
      return true;
    }
    const unseenFrom = excerpt.totalBytes - unseen.byteLength;
    this.#passedBytes = unseenFrom + (this.#framing.wholeEvents?.(unseen) ?? 0);
    return false;
  }

  #carries(bytes: Uint8Array, fromStart: boolean): boolean {
    const text = decoded(bytes);
    const signs = this.#stream!.contentSigns;
    if (signs?.possible.test(text) === false) return false;
    // Where a line has ended, so has what it says.
    if (text.endsWith("\n") && signs?.certain.test(text) === true) return true;
    return this.#framing
      .events({ bytes, text }, fromStart)
      .some(({ object }) => object !== undefined && this.#stream!.outputCharacters(object) !== undefined);
  }
}

/** Node's decoder turns malformed UTF-8 into U+FFFD and never throws. */
const decoded = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");

/** `data: [DONE]`, as OpenAI and those who follow it end their streams. */
export const DONE: EndMarker = { lastByte: 0x5d, isAtEndOf: endsInDone };

const SPACE = 0x20;
const CARRIAGE_RETURN = 0x0d;
/** Backwards, as all that is looked at here. */
const backwards = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text)).reverse();
const DONE_BYTES = backwards("[DONE]");
const DATA_BYTES = backwards("data:");

/** Byte by byte: each stream passes here once, where decoding its end and matching a pattern takes several times as long. */
function endsInDone(excerpt: Excerpt): boolean {
  let at = 0;
  while (isOfLineEnd(excerpt.byteFromEnd(at))) at++;
  for (const byte of DONE_BYTES) if (excerpt.byteFromEnd(at++) !== byte) return false;
  if (excerpt.byteFromEnd(at) === SPACE) at++;
  for (const byte of DATA_BYTES) if (excerpt.byteFromEnd(at++) !== byte) return false;
  const before = excerpt.byteFromEnd(at);
  return before === undefined || isOfLineEnd(before);
}

const isOfLineEnd = (byte: number | undefined): boolean => byte === LINE_FEED || byte === CARRIAGE_RETURN;

const END_MARKER_BYTES = 128;

/** Whether a stream whose last byte is that of its end marker has come to it. */
export const endsStream = (excerpt: Excerpt, marker: EndMarker = DONE): boolean =>
  "isAtEndOf" in marker
    ? marker.isAtEndOf(excerpt)
    : marker.pattern.test(excerpt.tail(marker.bytes ?? END_MARKER_BYTES));
