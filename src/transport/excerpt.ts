import { EventEnds } from "./event-ends.ts";

/** The first bytes of a stream that are kept: enough for its first events (model, id). */
const HEAD_BYTES = 4 * 1024;
/** How much of a stream's end is kept at least: usage and terminal events stand in its last two or three events. */
const TAIL_BYTES = 16 * 1024;
/** So much of an end that is asked for as text is joined in one place, which all excerpts use in turn. */
const SCRATCH = Buffer.allocUnsafeSlow(4 * 1024);

/**
 * What is remembered of a body while the application reads it: its beginning and its end, by reference,
 * in bounded memory whatever the length. Nothing is decoded until the body has ended.
 */
export class Excerpt {
  #head: Uint8Array[] = [];
  #headBytes = 0;
  /** Two generations of chunks; the older one is dropped whole when the younger one is full. */
  #older: Uint8Array[] = [];
  #recent: Uint8Array[] = [];
  #olderBytes = 0;
  #recentBytes = 0;
  #totalBytes = 0;
  /** The ends of all events, where they are wanted. */
  readonly eventEnds: EventEnds | undefined;

  constructor({ keepsEventEnds = false }: { readonly keepsEventEnds?: boolean | undefined } = {}) {
    this.eventEnds = keepsEventEnds ? new EventEnds() : undefined;
  }

  add(chunk: Uint8Array): void {
    const bytes = chunk.byteLength;
    this.#totalBytes += bytes;
    this.eventEnds?.add(chunk);
    if (this.#headBytes < HEAD_BYTES) {
      this.#head.push(chunk);
      this.#headBytes += bytes;
    }
    if (this.#recentBytes >= TAIL_BYTES) {
      this.#older = this.#recent;
      this.#olderBytes = this.#recentBytes;
      this.#recent = [];
      this.#recentBytes = 0;
    }
    this.#recent.push(chunk);
    this.#recentBytes += bytes;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** One of the last bytes, the last of them at 0; undefined where it is not kept. */
  byteFromEnd(index: number): number | undefined {
    let before = index;
    for (const generation of [this.#recent, this.#older]) {
      for (let place = generation.length - 1; place >= 0; place--) {
        const chunk = generation[place]!;
        if (before < chunk.length) return chunk[chunk.length - 1 - before];
        before -= chunk.length;
      }
    }
    return undefined;
  }

  /** The bytes that {@link tail} covers. */
  get tailBytes(): number {
    return this.#olderBytes + this.#recentBytes;
  }

  /** The body's first bytes; they may end inside an event, or inside a character. */
  headBytes(): Uint8Array {
    return Buffer.concat(this.#head, Math.min(this.#headBytes, HEAD_BYTES));
  }

  /** The same as text. Node's decoder turns malformed UTF-8 into U+FFFD and never throws. */
  head(): string {
    return (this.headBytes() as Buffer).toString("utf8");
  }

  /**
   * The body's last bytes, or all that is kept of them. Unless it {@link covers} them all, they may begin inside an
   * event, or inside a character.
   */
  tailOf(bytes = Infinity): Uint8Array {
    const length = Math.min(bytes, this.tailBytes);
    const joined = Buffer.allocUnsafe(length);
    this.#joinInto(joined, length);
    return joined;
  }

  #joinInto(joined: Buffer, length: number): void {
    let missing = length;
    for (const generation of [this.#recent, this.#older]) {
      for (let index = generation.length - 1; index >= 0 && missing > 0; index--) {
        const chunk = generation[index]!;
        const kept = chunk.byteLength > missing ? chunk.subarray(-missing) : chunk;
        missing -= kept.byteLength;
        joined.set(kept, missing);
      }
    }
  }

  /** The same as text. */
  tail(bytes = Infinity): string {
    const length = Math.min(bytes, this.tailBytes);
    if (length > SCRATCH.byteLength) return (this.tailOf(length) as Buffer).toString("utf8");
    this.#joinInto(SCRATCH, length);
    return SCRATCH.toString("utf8", 0, length);
  }

  /** Whether a tail of this many bytes is the whole body. */
  covers(bytes: number): boolean {
    return this.#totalBytes <= bytes;
  }
}
