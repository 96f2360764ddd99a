import { CommentedEvents } from "./commented-events.ts";
import { DISCLOSURE_HEADER } from "./disclosed-energy.ts";

/** An answer above this goes on without the header: it is not kept in memory to its end. */
const MOST_HELD_BYTES = 4 * 1024 * 1024;

/** Streamed answers may be an array, whose elements are not to wait for its end. */
const ARRAY = "[".codePointAt(0);

/** Where an answer goes. */
export interface Outlet {
  /**
   * @param added names and values of further headers, in turn
   * @param changesLength whether the body becomes longer than its own headers may say
   */
  head(added: readonly string[], changesLength: boolean): void;
  /**
   * @param done called when the bytes have been handed on
   * @returns whether more may come at once
   */
  write(bytes: Buffer, done?: () => void): boolean;
  end(bytes?: Buffer): void;
}

/** What an answer is sent on by. */
export interface Relay {
  /** Whether the head waits for the end. */
  readonly isHeld: boolean;
  start(): void;
  /** @returns whether more may come at once */
  chunk(bytes: Buffer): boolean;
  end(): void;
  /** What waits is handed on as it is. @param then called when it has been */
  release(then?: () => void): void;
}

/** Sends an answer on as it comes. */
export class PlainAnswer implements Relay {
  readonly isHeld = false;
  readonly #outlet: Outlet;

  constructor(outlet: Outlet) {
    this.#outlet = outlet;
  }

  start(): void {
    this.#outlet.head([], false);
  }

  chunk(bytes: Buffer): boolean {
    return this.#outlet.write(bytes);
  }

  end(): void {
    this.#outlet.end();
  }

  release(then?: () => void): void {
    then?.();
  }
}

/** Adds a comment to an event stream, whose events go on as they come. */
class DisclosingStream implements Relay {
  readonly isHeld = false;
  readonly #outlet: Outlet;
  readonly #events: CommentedEvents;

  constructor(outlet: Outlet, disclose: () => string | undefined) {
    this.#outlet = outlet;
    this.#events = new CommentedEvents(disclose);
  }

  start(): void {
    this.#outlet.head([], true);
  }

  chunk(bytes: Buffer): boolean {
    const sent = this.#events.chunk(bytes);
    return sent.length === 0 || this.#outlet.write(sent);
  }

  end(): void {
    const rest = this.#events.end();
    if (rest.length > 0) this.#outlet.write(rest);
    this.#outlet.end();
  }

  release(then?: () => void): void {
    const rest = this.#events.rest();
    if (rest.length > 0) this.#outlet.write(rest, then);
    else then?.();
  }
}

/** Holds an answer until its usage is known, and says in its head what it took. */
class HeldAnswer implements Relay {
  readonly #outlet: Outlet;
  readonly #disclose: () => string | undefined;
  isHeld = true;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(outlet: Outlet, disclose: () => string | undefined) {
    this.#outlet = outlet;
    this.#disclose = disclose;
  }

  start(): void {
    // It waits for the end.
  }

  chunk(bytes: Buffer): boolean {
    if (!this.isHeld) return this.#outlet.write(bytes);
    const mayStream = this.#bytes === 0 && bytes[0] === ARRAY;
    this.#chunks.push(bytes);
    this.#bytes += bytes.byteLength;
    if (!mayStream && this.#bytes <= MOST_HELD_BYTES) return true;
    this.#outlet.head([], false);
    return this.#outlet.write(this.#held());
  }

  end(): void {
    if (!this.isHeld) {
      this.#outlet.end();
      return;
    }
    const disclosure = this.#disclose();
    this.#outlet.head(disclosure === undefined ? [] : [DISCLOSURE_HEADER, disclosure], false);
    this.#outlet.end(this.#held());
  }

  release(then?: () => void): void {
    if (!this.isHeld) return then?.();
    this.#outlet.head([], false);
    this.#outlet.write(this.#held(), then);
  }

  #held(): Buffer {
    const chunks = this.#chunks;
    this.#chunks = [];
    this.isHeld = false;
    return Buffer.concat(chunks);
  }
}

/**
 * What an answer is sent on by: with a comment in an event stream, with a header on JSON, else as it comes.
 *
 * @param disclose what the answer took, once its end has been seen; undefined where there is nothing to say
 */
export function disclosingAnswer(
  outlet: Outlet,
  { contentType, contentEncoding }: { readonly contentType: string; readonly contentEncoding: string },
  disclose: () => string | undefined,
): Relay {
  if (!/^(?:identity)?$/i.test(contentEncoding)) return new PlainAnswer(outlet);
  if (/^text\/event-stream\b/i.test(contentType)) return new DisclosingStream(outlet, disclose);
  if (/^application\/json\b/i.test(contentType)) return new HeldAnswer(outlet, disclose);
  return new PlainAnswer(outlet);
}
