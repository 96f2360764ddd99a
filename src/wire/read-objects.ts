import type { Dialect } from "./dialect.ts";
import type { StreamEvent } from "./framing.ts";
import type { JsonObject } from "./json.ts";
import { readAnswer } from "./read-body.ts";
import { readEvents } from "./read-stream.ts";
import type { Asked, Reading } from "./reading.ts";

/** Events kept of a stream that comes as objects: what they state stands in the first and in the last. */
const KEPT_FIRST = 8;
const KEPT_LAST = 64;

/** Reads an answer that an SDK has parsed. */
export const readObject = (dialect: Dialect, answer: JsonObject, asked: Asked): Reading =>
  readAnswer(dialect, answer, asked);

/** The events of a stream that an SDK has parsed, as much of them as is needed to read what they say together. */
export class SeenEvents {
  readonly #dialect: Dialect;
  readonly #asked: Asked;
  readonly #first: StreamEvent[] = [];
  #last: StreamEvent[] = [];
  #count = 0;

  constructor(dialect: Dialect, asked: Asked) {
    this.#dialect = dialect;
    this.#asked = asked;
  }

  /** @returns whether the event carries generated output */
  add(event: StreamEvent): boolean {
    this.#count++;
    if (this.#first.length < KEPT_FIRST) this.#first.push(event);
    else if (this.#last.push(event) >= 2 * KEPT_LAST) this.#last = this.#last.slice(-KEPT_LAST);
    return event.object !== undefined && this.#dialect.stream?.outputCharacters(event.object) !== undefined;
  }

  read(): Reading {
    const kept = this.#first.length + this.#last.length;
    if (kept === this.#count) return readEvents(this.#dialect, [...this.#first, ...this.#last], this.#asked);
    const extrapolation = this.#count / this.#last.length;
    return readEvents(this.#dialect, this.#last, this.#asked, { first: this.#first, extrapolation });
  }
}
