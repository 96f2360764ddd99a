import { createHash } from "node:crypto";

/** What may follow the last item of a list until the file ends, in bytes of ASCII. */
const CLOSING: ReadonlySet<number> = new Set(Buffer.from(" \t\r\n]}"));
/** The end of the list that a file consists of. */
const LIST_END = /\s*\]\s*(?:\}\s*)*$/;
/** More of it is content. */
const MOST_HELD_BYTES = 65_536;

/**
 * The SHA-256 of a content, without the brackets that end a list: a list that has grown begins with the same bytes, as a
 * table or lines do.
 */
export class ContentDigest {
  readonly #hash = createHash("sha256");
  #hashed = 0;
  #held: Uint8Array = new Uint8Array();

  add(chunk: Uint8Array): void {
    let end = chunk.length;
    while (end > 0 && CLOSING.has(chunk[end - 1]!)) end--;
    if (end === 0 && this.#held.length < MOST_HELD_BYTES) {
      this.#held = Buffer.concat([this.#held, chunk]);
      return;
    }
    this.#hash.update(this.#held).update(chunk.subarray(0, end));
    this.#hashed += this.#held.length + end;
    this.#held = Buffer.from(chunk.subarray(end));
  }

  /** Of what was added so far: how many bytes, their digest in hexadecimal, and whether a list's end was left out. */
  content(): { readonly bytes: number; readonly digest: string; readonly endsList: boolean } {
    const kept = this.#held.length - (LIST_END.exec(Buffer.from(this.#held).toString("latin1"))?.[0].length ?? 0);
    return {
      bytes: this.#hashed + kept,
      digest: this.#hash.copy().update(this.#held.subarray(0, kept)).digest("hex"),
      endsList: kept < this.#held.length,
    };
  }
}

/** Whether nothing is there but the end of a list. */
export const isListEnd = (bytes: Uint8Array): boolean => bytes.every((byte) => CLOSING.has(byte));
