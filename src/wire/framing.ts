import { isObject, parsed, type JsonObject } from "./json.ts";

/** One event of a streamed answer. */
export class StreamEvent {
  /** Its name, in framings that name events. */
  readonly event: string | undefined;
  /** As sent, its lines joined. */
  readonly data: string;
  #object: JsonObject | null | undefined;

  /** @param object the data where it is parsed already */
  constructor(event: string | undefined, data: string, object?: JsonObject) {
    this.event = event;
    this.data = data;
    this.#object = object;
  }

  /** What the event is: its name, or where it has none, the `type` in its data. */
  get type(): string | undefined {
    if (this.event !== undefined) return this.event;
    const first = /^\s*\{\s*"type"\s*:\s*"([^"]+)"/.exec(this.data)?.[1];
    if (first !== undefined || !this.data.includes('"type"')) return first;
    const type = this.object?.["type"];
    return typeof type === "string" ? type : undefined;
  }

  /** The data as a JSON object, parsed when first asked for; undefined when it is something else. */
  get object(): JsonObject | undefined {
    if (this.#object === undefined) {
      const value = /^\s*\{/.test(this.data) ? parsed(this.data) : undefined;
      this.#object = isObject(value) ? value : null;
    }
    return this.#object ?? undefined;
  }
}

/** A piece of a streamed body: its text, or where the framing is binary, its bytes. */
export interface StreamPiece {
  readonly text: string;
  readonly bytes: Uint8Array;
}

/** How a stream is cut into events. */
export interface Framing {
  /** Whether a content type, in lower case, announces it. */
  announcedBy(contentType: string): boolean;
  /** Whether a body begins as this framing does, whatever its content type says. */
  begins(head: string): boolean;
  /**
   * The events in a piece of a stream, in order.
   *
   * @param fromStart false when the piece may begin inside an event, which is then left out
   */
  events(piece: StreamPiece, fromStart: boolean): StreamEvent[];
  /** How many of a piece's bytes whole events take up, when it begins with one. @default 0 */
  wholeEvents?(bytes: Uint8Array): number;
  /** What stands in a piece before its first whole event: the end of one that began before. @default nothing */
  cutEvent?(piece: StreamPiece): string;
}
