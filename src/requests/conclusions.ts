import type { Ending, SeenBody } from "../transport/body-tap.ts";
import type { PendingRequest } from "./pending-request.ts";

interface Conclusion {
  readonly request: PendingRequest;
  readonly ending: Ending;
  readonly seen: SeenBody;
  readonly error: unknown;
}

/** More than a turn of a busy process brings; held back no longer than that. */
const MOST_WAITING = 64;

/**
 * Bodies that have ended and wait to be read for what they say. Reading them together, after the turn in which the
 * application got its answers, keeps our work off its path and is several times cheaper: the code is warm.
 */
export class Conclusions {
  #waiting: Conclusion[] = [];

  add(request: PendingRequest, ending: Ending, seen: SeenBody, error: unknown): void {
    if (this.#waiting.length === 0) setImmediate(() => this.drain());
    else if (this.#waiting.length >= MOST_WAITING) this.drain();
    this.#waiting.push({ request, ending, seen, error });
  }

  drain(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { request, ending, seen, error } of waiting) request.conclude(ending, seen, error);
  }
}
