import type { BodyObserver, Ending, SeenBody } from "../transport/body-tap.ts";
import type { Excerpt } from "../transport/excerpt.ts";
import type { Dialect, EndMarker } from "../wire/dialect.ts";
import type { Framing } from "../wire/framing.ts";
import { framingOf } from "../wire/read-body.ts";
import type { Asked } from "../wire/reading.ts";
import { ContentWatch, DONE, endsStream } from "../wire/stream-progress.ts";
import { contentTypeOf, type AnswerHead } from "./answer-head.ts";
import { Arrivals } from "./arrivals.ts";
import type { RequestStart } from "./request-start.ts";

/** After how many bytes a body that does not begin as a stream is taken for another kind: some servers send them one by one. */
const TELLING_BYTES = 64;

/** Whose answer is watched. */
export interface AnswerOwner {
  /** The first content of the answer came at this time by `performance.now()`. */
  contentSeen(at: number): void;
  ended(ending: Ending, seen: SeenBody, error: unknown): void;
  /** The answer is this object, of which the bytes had ended before. */
  alsoParsed?(answer: unknown): void;
  reportInternalError(error: unknown): void;
}

/** Watches the body of one answer for its first content and its end, as the endpoint's dialect has them. */
export class AnswerWatch implements BodyObserver {
  readonly keepsEventEnds: boolean;
  readonly #dialect: Dialect;
  readonly #endMarker: EndMarker;
  readonly #asked: Asked;
  readonly #headers: AnswerHead["headers"];
  readonly #hasTrailers: boolean;
  readonly #owner: AnswerOwner;
  #framing: Framing | undefined;
  #watch: ContentWatch | undefined;
  /** The first chunks, which nobody has looked at. */
  #arrivals: Arrivals | undefined = new Arrivals();
  /** Whether content has come, or it is known not to be a stream. */
  #isTold = false;

  constructor(
    { endpoint: { dialect }, asked }: Pick<RequestStart, "endpoint" | "asked">,
    { headers, hasTrailers = false }: Pick<AnswerHead, "headers" | "hasTrailers">,
    owner: AnswerOwner,
  ) {
    this.keepsEventEnds = dialect.stream?.addsUp !== undefined;
    this.#dialect = dialect;
    this.#endMarker = dialect.stream?.endMarker ?? DONE;
    this.#asked = asked;
    this.#headers = headers;
    this.#hasTrailers = hasTrailers;
    this.#owner = owner;
  }

  /** Whether the answer is a stream of events, as far as it has been read. */
  get isStream(): boolean {
    this.lookBack();
    return this.#framing !== undefined;
  }

  /** The byte with which the end marker of the answer's stream ends. */
  get endByte(): number {
    return this.#endMarker.lastByte;
  }

  firstContent(excerpt: Excerpt, chunk: Uint8Array): boolean {
    if (this.#arrivals?.add(excerpt, chunk) === true) return false;
    this.lookBack();
    if (!this.#isTold) this.#look(excerpt, chunk, performance.now());
    return this.#isTold;
  }

  atEndMarker(excerpt: Excerpt): boolean {
    return !this.#hasTrailers && endsStream(excerpt, this.#endMarker) && this.#isFramed(excerpt);
  }

  /**
   * Looks for content among the first chunks: most streams are over by then, and what is looked at together with other
   * answers costs a fraction of what it costs while they are read.
   */
  lookBack(): void {
    const arrivals = this.#arrivals;
    this.#arrivals = undefined;
    arrivals?.replay((excerpt, chunk, at) => this.#look(excerpt, chunk, at));
  }

  /** @returns whether there is nothing more to look for: content has come, or it is not a stream */
  #look(excerpt: Excerpt, chunk: Uint8Array, at: number): boolean {
    try {
      if (this.#isFramed(excerpt)) {
        this.#watch ??= new ContentWatch(this.#dialect, this.#framing);
        this.#isTold = this.#watch.seesContent(excerpt, chunk);
        if (this.#isTold) this.#owner.contentSeen(at);
      } else this.#isTold = excerpt.totalBytes >= TELLING_BYTES;
    } catch (error) {
      this.#isTold = true;
      this.#owner.reportInternalError(error);
    }
    return this.#isTold;
  }

  #isFramed(excerpt: Excerpt): boolean {
    this.#framing ??= framingOf(this.#dialect, contentTypeOf(this.#headers), () => excerpt.head(), this.#asked);
    return this.#framing !== undefined;
  }

  alsoParsed(answer: unknown): void {
    this.#owner.alsoParsed?.(answer);
  }

  ended(ending: Ending, seen: SeenBody, error: unknown): void {
    this.#owner.ended(ending, seen, error);
  }
}
