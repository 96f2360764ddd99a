const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** How much of each event's end is kept: enough for the usage behind an image. */
const END_BYTES = 1024;

/** Events whose ends are kept at most; those before them are forgotten. */
const MOST_EVENTS = 256;

/**
 * The ends of all events of a stream of server-sent events, for streams whose events are too long to be kept and each
 * say something. An event ends at a blank line.
 */
export class EventEnds {
  #ends: Buffer[] = [];
  /** The last bytes of the event that has not ended. */
  #open = Buffer.alloc(0);

  add(chunk: Uint8Array): void {
    let from = 0;
    for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) {
      this.#extend(chunk.subarray(from, at));
      from = at + 1;
      if (this.#endsInLineFeed()) this.#close();
      else this.#extend(chunk.subarray(at, from));
    }
    this.#extend(chunk.subarray(from));
  }

  /** The ends, in order; the last is of an event that may go on. */
  texts(): string[] {
    return [...this.#ends, this.#open].map((end) => end.toString("utf8"));
  }

  #extend(bytes: Uint8Array): void {
    if (bytes.byteLength === 0) return;
    const last = bytes.subarray(-END_BYTES);
    this.#open = Buffer.concat([this.#open, last]).subarray(-END_BYTES);
  }

  #endsInLineFeed(): boolean {
    const last = this.#open.at(-1);
    return this.#open.at(last === CARRIAGE_RETURN ? -2 : -1) === LINE_FEED;
  }

  #close(): void {
    if (this.#ends.length >= MOST_EVENTS) this.#ends.shift();
    this.#ends.push(this.#open);
    this.#open = Buffer.alloc(0);
  }
}
