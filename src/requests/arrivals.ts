import { Excerpt } from "../transport/excerpt.ts";

/** How many chunks are remembered, and of how many bytes: most streams come to their content much earlier. */
const MOST_CHUNKS = 32;
const MOST_BYTES = 16 * 1024;

/** The first chunks of a body, and when they came to its reader, so that they can be looked at later as if they came then. */
export class Arrivals {
  /** What the one reader has read. */
  #excerpt: Excerpt | undefined;
  readonly #chunks: Uint8Array[] = [];
  readonly #times: number[] = [];

  /**
   * @param excerpt what a reader has read, up to this chunk
   * @returns false where it remembers no more, or another reader of the body has read something
   */
  add(excerpt: Excerpt, chunk: Uint8Array): boolean {
    this.#excerpt ??= excerpt;
    if (excerpt !== this.#excerpt || this.#chunks.length >= MOST_CHUNKS || excerpt.totalBytes > MOST_BYTES)
      return false;
    this.#chunks.push(chunk);
    this.#times.push(performance.now());
    return true;
  }

  /** Shows the chunks in order, each with what had come by then, until one is enough. */
  replay(isEnough: (excerpt: Excerpt, chunk: Uint8Array, at: number) => boolean): void {
    const excerpt = new Excerpt();
    for (const [index, chunk] of this.#chunks.entries()) {
      excerpt.add(chunk);
      if (isEnough(excerpt, chunk, this.#times[index]!)) return;
    }
  }
}
