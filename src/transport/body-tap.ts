import { Excerpt } from "./excerpt.ts";

/**
 * How reading a body ended. `complete`: to its end or past its terminal event; `cancelled`: the reader left;
 * `broken`: reading failed; `unread`: nobody ever read it, or stopped without a word, and it was collected.
 */
export type Ending = "complete" | "cancelled" | "broken" | "unread";

/** What was seen of a body: the parsed value or the text that the reader asked for, or an excerpt of the bytes. */
export interface SeenBody {
  readonly json?: unknown;
  readonly text?: string;
  readonly excerpt?: Excerpt | undefined;
}

/** Where a tap tells what it sees. None of these may throw. */
export interface BodyObserver {
  /** Whether the end of every event of a stream is kept, and not only the stream's. */
  readonly keepsEventEnds?: boolean | undefined;
  /** Called per chunk until it returns true: whether the body has come to the first content of the answer. */
  firstContent(excerpt: Excerpt, chunk: Uint8Array): boolean;
  /** The byte with which a stream's end marker ends, line ends left out. */
  readonly endByte: number;
  /** Called when a chunk ends in {@link endByte}; true settles the body as complete. */
  atEndMarker(excerpt: Excerpt): boolean;
  /** Called with all bytes of the body in order, each once, however many readers there are. */
  chunk?(bytes: Uint8Array): void;
  /** Called with the value that a reader has parsed, where the body's bytes had come to their end before. */
  alsoParsed?(value: unknown): void;
  /** Called once, when every reader of the body (a clone or a tee makes several) has ended. */
  ended(ending: Ending, seen: SeenBody, error: unknown): void;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** The readers of one HTTP body, and the observer who is told once. */
class Body {
  readonly observer: BodyObserver;
  openReaders = 1;
  settled = false;
  awaitsContent = true;
  /** How many bytes the observer was shown. */
  shownBytes = 0;

  constructor(observer: BodyObserver) {
    this.observer = observer;
  }
}

/**
 * One reader's view of a body. It is fed by the taps on responses and streams, keeps an excerpt, and says how
 * the reading ended. It never reads by itself.
 */
export class BodyTap {
  readonly #body: Body;
  #excerpt: Excerpt | undefined;
  #open = true;
  /** How far this reader has come. */
  #readBytes = 0;
  /** Of another meter that observes the same body. */
  #other: BodyTap | undefined;
  /** True while a native `text()`, `json()`, … is reading, or a stream of this body has been handed out. */
  handedOut = false;

  private constructor(body: Body) {
    this.#body = body;
  }

  static for(observer: BodyObserver): BodyTap {
    return new BodyTap(new Body(observer));
  }

  /** A second reader of the same body, for `clone()` and `tee()`. */
  fork(): BodyTap {
    this.#body.openReaders++;
    const copy = new BodyTap(this.#body);
    copy.#readBytes = this.#readBytes;
    copy.#other = this.#other?.fork();
    return copy;
  }

  /** Lets another tap see all that this one sees from now on. */
  share(other: BodyTap): void {
    if (this.#other) this.#other.share(other);
    else this.#other = other;
  }

  chunk(bytes: Uint8Array): void {
    this.#other?.chunk(bytes);
    if (!this.#open || bytes.byteLength === 0) return;
    this.#excerpt ??= new Excerpt(this.#body.observer);
    this.#excerpt.add(bytes);
    const body = this.#body;
    if (body.observer.chunk) this.#show(bytes);
    if (body.awaitsContent && body.observer.firstContent(this.#excerpt, bytes)) body.awaitsContent = false;
    if (lastByteOf(bytes) === body.observer.endByte && body.observer.atEndMarker(this.#excerpt))
      this.#settle("complete", undefined);
  }

  /** Whether the observer has to see all of the body, and not its beginning and end alone. */
  get seesAll(): boolean {
    return this.#body.observer.chunk !== undefined;
  }

  /** Shows the observer what no other reader has read before. */
  #show(bytes: Uint8Array): void {
    const body = this.#body;
    this.#readBytes += bytes.byteLength;
    const unseen = this.#readBytes - body.shownBytes;
    if (unseen <= 0) return;
    body.shownBytes = this.#readBytes;
    body.observer.chunk?.(unseen < bytes.byteLength ? bytes.subarray(-unseen) : bytes);
  }

  json(value: unknown): void {
    this.#other?.json(value);
    if (this.#body.settled) this.#body.observer.alsoParsed?.(value);
    this.#settle("complete", undefined, { json: value });
  }

  text(value: string): void {
    this.#other?.text(value);
    this.#settle("complete", undefined, { text: value });
  }

  end(): void {
    this.#other?.end();
    this.#settle("complete", undefined);
  }

  cancel(): void {
    this.#other?.cancel();
    this.#leave("cancelled", undefined);
  }

  break(error: unknown): void {
    this.#other?.break(error);
    this.#leave("broken", error);
  }

  /**
   * Settles with what was seen so far, whoever may still be reading.
   *
   * @returns whether it had not settled before
   */
  giveUp(): boolean {
    const isFirst = !this.#body.settled;
    this.#settle("unread", undefined);
    return isFirst;
  }

  unread(): void {
    this.#other?.unread();
    this.#leave("unread", undefined);
  }

  /** A reader that leaves ends the body only when no other reader is still at it. */
  #leave(ending: Ending, error: unknown): void {
    if (!this.#open) return;
    this.#open = false;
    this.#body.openReaders--;
    if (this.#body.openReaders === 0) this.#settle(ending, error);
  }

  #settle(ending: Ending, error: unknown, seen?: SeenBody): void {
    this.#open = false;
    const body = this.#body;
    const excerpt = this.#excerpt;
    this.#excerpt = undefined;
    if (body.settled) return;
    body.settled = true;
    body.observer.ended(ending, seen ?? { excerpt }, error);
  }
}

/** The last byte before line ends. A look at three bytes, no search. */
function lastByteOf(bytes: Uint8Array): number | undefined {
  let last = bytes.length - 1;
  while (last >= 0 && (bytes[last] === LINE_FEED || bytes[last] === CARRIAGE_RETURN)) last--;
  return bytes[last];
}
