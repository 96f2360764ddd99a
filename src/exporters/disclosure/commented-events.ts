const LINE_FEED = 0x0a;

/** Lines behind which readers of events may stop. All usage has been stated before them. */
const END_MARKERS = ["data: [DONE]", "data:[DONE]", "event: message_stop"].map((text) => Buffer.from(text));

const NOTHING = Buffer.alloc(0);

/** The bytes of an event stream with a comment before the end marker, or at the end. No event is altered. */
export class CommentedEvents {
  readonly #disclose: () => string | undefined;
  #said = false;
  /** Whether the next byte begins a line. */
  #atLine = true;
  /** The beginning of a line that may become an end marker. */
  #kept: Buffer = NOTHING;

  /** @param disclose what is said; undefined where there is nothing to say yet, or at all */
  constructor(disclose: () => string | undefined) {
    this.#disclose = disclose;
  }

  /** @returns what is to be sent by now */
  chunk(bytes: Buffer): Buffer {
    const whole = this.#kept.length > 0 ? Buffer.concat([this.#kept, bytes]) : bytes;
    this.#kept = NOTHING;
    if (this.#said || whole.length === 0) return whole;
    for (let line = this.#atLine ? 0 : nextLine(whole, 0); line < whole.length; line = nextLine(whole, line)) {
      const rest = whole.subarray(line, line + LONGEST_MARKER);
      if (END_MARKERS.some((marker) => beginsWith(rest, marker))) {
        this.#atLine = whole.at(-1) === LINE_FEED;
        return Buffer.concat([whole.subarray(0, line), this.#comment(), whole.subarray(line)]);
      }
      if (END_MARKERS.some((marker) => beginsWith(marker, rest))) {
        this.#atLine = true;
        this.#kept = whole.subarray(line);
        return whole.subarray(0, line);
      }
    }
    this.#atLine = whole.at(-1) === LINE_FEED;
    return whole;
  }

  /** @returns what is to be sent at the end */
  end(): Buffer {
    const rest = this.rest();
    return this.#atLine && rest.length === 0 ? this.#comment() : rest;
  }

  /** @returns what was kept back of a line, of a stream that breaks off */
  rest(): Buffer {
    const rest = this.#kept;
    this.#kept = NOTHING;
    return rest;
  }

  #comment(): Buffer {
    const disclosure = this.#said ? undefined : this.#disclose();
    if (disclosure === undefined) return NOTHING;
    this.#said = true;
    return Buffer.from(`: energy ${disclosure}\n\n`);
  }
}

const LONGEST_MARKER = Math.max(...END_MARKERS.map(({ length }) => length));

const beginsWith = (bytes: Uint8Array, beginning: Uint8Array): boolean =>
  bytes.length >= beginning.length && beginning.every((byte, index) => bytes[index] === byte);

/** Where the next line begins; the length of the bytes where none does. */
function nextLine(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(LINE_FEED, from);
  return end < 0 ? bytes.length : end + 1;
}
