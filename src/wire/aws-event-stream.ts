import { crc32 } from "node:zlib";

import { StreamEvent, type Framing } from "./framing.ts";
import { isObject, parsed, stringAt } from "./json.ts";

/** Total length, length of the headers, and a checksum of these two, 4 bytes each. */
const PRELUDE_BYTES = 12;
/** A checksum of everything before it. */
const CHECKSUM_BYTES = 4;
/** AWS's own limit is 16 MiB of payload and 128 KiB of headers. */
const LONGEST_FRAME = 17 * 1024 * 1024;

/**
 * `application/vnd.amazon.eventstream`: binary frames, each with headers, a payload and two checksums. In a piece that
 * begins inside a frame the next one is found by its checksum.
 *
 * @see https://smithy.io/2.0/aws/amazon-eventstream.html
 */
export const awsEventStream: Framing = {
  announcedBy: (contentType) => contentType.startsWith("application/vnd.amazon.eventstream"),
  // Frames are shorter than 2^24 bytes, so their first byte is 0, with which no text begins.
  begins: (head) => head.startsWith("\0"),
  events: ({ bytes }, fromStart) => eventsIn(bytes, fromStart),
};

function eventsIn(bytes: Uint8Array, fromStart: boolean): StreamEvent[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const events: StreamEvent[] = [];
  let at = fromStart ? 0 : nextFrame(view, 0);
  while (at + PRELUDE_BYTES + CHECKSUM_BYTES <= view.byteLength) {
    const length = frameLength(view, at);
    if (length === undefined) {
      at = nextFrame(view, at + 1);
      continue;
    }
    if (at + length > view.byteLength) break;
    if (isIntact(view, at, length)) events.push(eventOf(view, at, length));
    at += length;
  }
  return events;
}

/** Where the next frame begins from an offset on; the end of the bytes where none does. */
function nextFrame(view: DataView, from: number): number {
  let at = from;
  while (at + PRELUDE_BYTES <= view.byteLength && frameLength(view, at) === undefined) at++;
  return at + PRELUDE_BYTES <= view.byteLength ? at : view.byteLength;
}

/** The length of the frame that begins at an offset; undefined where none does. */
function frameLength(view: DataView, at: number): number | undefined {
  const length = view.getUint32(at);
  if (length > LONGEST_FRAME || view.getUint32(at + 4) > length - PRELUDE_BYTES - CHECKSUM_BYTES) return undefined;
  return crc32(bytesOf(view, at, 8)) === view.getUint32(at + 8) ? length : undefined;
}

const isIntact = (view: DataView, at: number, length: number): boolean =>
  crc32(bytesOf(view, at, length - CHECKSUM_BYTES)) === view.getUint32(at + length - CHECKSUM_BYTES);

const bytesOf = (view: DataView, at: number, length: number): Buffer =>
  Buffer.from(view.buffer, view.byteOffset + at, length);

function eventOf(view: DataView, at: number, length: number): StreamEvent {
  const headersEnd = at + PRELUDE_BYTES + view.getUint32(at + 4);
  const headers = textHeaders(view, at + PRELUDE_BYTES, headersEnd);
  const payload = bytesOf(view, headersEnd, at + length - CHECKSUM_BYTES - headersEnd).toString("utf8");
  const kind = headers.get(":message-type");
  if (kind === "exception" || kind === "error") return new StreamEvent("error", payload === "" ? "{}" : payload);
  const type = headers.get(":event-type");
  return type === "chunk" ? chunkEvent(payload) : new StreamEvent(type, payload);
}

/** A model's own event, base64 in an object; as it is where a server leaves out the wrapping. */
function chunkEvent(payload: string): StreamEvent {
  const chunk = parsed(payload);
  const data = isObject(chunk) ? stringAt(chunk, "bytes") : undefined;
  return new StreamEvent(undefined, data === undefined ? payload : Buffer.from(data, "base64").toString("utf8"));
}

const TEXT = 7;
/** Bytes of a header's value by its type: true, false, byte, short, integer, long; timestamp and UUID below. */
const VALUE_BYTES = [0, 0, 1, 2, 4, 8];
const BYTES = 6;
const TIMESTAMP = 8;
const UUID = 9;

/** The headers of a frame that are text; those after one of an unknown type are left out. */
function textHeaders(view: DataView, from: number, end: number): Map<string, string> {
  const headers = new Map<string, string>();
  let at = from;
  while (at < end) {
    const nameEnd = at + 1 + view.getUint8(at);
    if (nameEnd >= end) break;
    const type = view.getUint8(nameEnd);
    const valueAt = nameEnd + 1;
    const hasLength = type === TEXT || type === BYTES;
    if (hasLength && valueAt + 2 > end) break;
    const size = hasLength ? 2 + view.getUint16(valueAt) : fixedSize(type);
    if (size === undefined || valueAt + size > end) break;
    if (type === TEXT) {
      const name = bytesOf(view, at + 1, nameEnd - at - 1).toString("utf8");
      headers.set(name, bytesOf(view, valueAt + 2, size - 2).toString("utf8"));
    }
    at = valueAt + size;
  }
  return headers;
}

const fixedSize = (type: number): number | undefined =>
  type === TIMESTAMP ? 8 : type === UUID ? 16 : VALUE_BYTES[type];
