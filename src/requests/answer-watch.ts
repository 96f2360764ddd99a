import type { BodyObserver, Ending, SeenBody } from "../transport/body-tap.ts";
import type { Excerpt } from "../transport/excerpt.ts";
import type { Dialect, EndMarker } from "../wire/dialect.ts";
import type { Framing } from "../wire/framing.ts";
import { framingOf } from "../wire/read-body.ts";
import type { Asked } from "../wire/reading.ts";
import { ContentWatch, DONE, endsStream } from "../wire/stream-progress.ts";
import { contentTypeOf, type AnswerHead } from "./answer-head.ts";

/** After how many bytes a body that does not begin as a stream is taken for another kind: some servers send them one by one. */
const TELLING_BYTES = 64;

/** Whose answer is watched. */
export interface AnswerOwner {
  /** The first content of the answer has come. */
  contentSeen(): void;
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

  constructor(
    dialect: Dialect,
    asked: Asked,
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
    return this.#framing !== undefined;
  }

  /** The byte with which the end marker of the answer's stream ends. */
  get endByte(): number {
    return this.#endMarker.lastByte;
  }

  firstContent(excerpt: Excerpt, chunk: Uint8Array): boolean {
    try {
      this.#framing ??= framingOf(this.#dialect, contentTypeOf(this.#headers), () => excerpt.head(), this.#asked);
      if (!this.#framing) return excerpt.totalBytes >= TELLING_BYTES;
      this.#watch ??= new ContentWatch(this.#dialect, this.#framing);
      if (!this.#watch.seesContent(excerpt, chunk)) return false;
      this.#owner.contentSeen();
    } catch (error) {
      this.#owner.reportInternalError(error);
    }
    return true;
  }

  atEndMarker(excerpt: Excerpt): boolean {
    return this.isStream && !this.#hasTrailers && endsStream(excerpt, this.#endMarker);
  }

  alsoParsed(answer: unknown): void {
    this.#owner.alsoParsed?.(answer);
  }

  ended(ending: Ending, seen: SeenBody, error: unknown): void {
    this.#owner.ended(ending, seen, error);
  }
}
