import { Excerpt } from "./excerpt.ts";

/** Lines up to this length are kept whole. */
const LONGEST_WHOLE_LINE_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;

/** One line of a body, without its end: whole, or of a long one its beginning and its end. */
export type BodyLine =
  { readonly text: string; readonly excerpt?: undefined } | { readonly text?: undefined; readonly excerpt: Excerpt };

/** Cuts a body into lines as it comes, in bounded memory however long it or its lines are. */
export class BodyLines {
  readonly #take: (line: BodyLine) => void;
  /** Of a line that has not come to its end. */
  #pieces: Uint8Array[] = [];
  #bytes = 0;
  /** Of one that has become too long to be kept whole. */
  #excerpt: Excerpt | undefined;

  /** @param take called with each line that is not blank */
  constructor(take: (line: BodyLine) => void) {
    this.#take = take;
  }

  add(chunk: Uint8Array): void {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, from)) {
      this.#extend(chunk.subarray(from, end));
      this.end();
      from = end + 1;
    }
    if (from === chunk.byteLength) return;
    this.#extend(chunk.subarray(from));
    // A chunk is not kept for the sake of a few bytes, and whoever reads it may use its memory again.
    if (!this.#excerpt) this.#pieces[this.#pieces.length - 1] = Buffer.from(this.#pieces.at(-1)!);
  }

  /** The same of a body that the application has read as text. */
  addText(text: string): void {
    for (let from = 0, end = 0; from < text.length; from = end + 1) {
      end = text.indexOf("\n", from);
      if (end === -1) end = text.length;
      this.#extend(Buffer.from(text.slice(from, end)));
      this.end();
    }
  }

  /** Hands on what came after the last line end. */
  end(): void {
    const excerpt = this.#excerpt;
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#bytes = 0;
    this.#excerpt = undefined;
    if (excerpt) return this.#take({ excerpt });
    const text = Buffer.concat(pieces).toString("utf8");
    if (text.trim() !== "") this.#take({ text });
  }

  #extend(piece: Uint8Array): void {
    this.#bytes += piece.byteLength;
    if (!this.#excerpt && this.#bytes > LONGEST_WHOLE_LINE_BYTES) {
      this.#excerpt = new Excerpt();
      for (const earlier of this.#pieces) this.#excerpt.add(earlier);
      this.#pieces = [];
    }
    if (this.#excerpt) this.#excerpt.add(piece);
    else this.#pieces.push(piece);
  }
}
