import { clearTimeout, setTimeout } from "node:timers";

import type { Ending, SeenBody } from "../transport/body-tap.ts";
import type { PendingRequest } from "./pending-request.ts";

interface EndedBody {
  readonly request: PendingRequest;
  readonly ending: Ending;
  readonly seen: SeenBody;
  readonly error: unknown;
}

/** How long a body waits for others. */
const LONGEST_WAIT_MILLISECONDS = 20;

/** How many bodies wait at most. */
const MOST_WAITING = 64;

/**
 * Bodies that have ended and wait to be read for what they say. Reading them together, soon after the
 * application got its answers, keeps our work off its path and is several times cheaper: the code is warm.
 */
export class ReadQueue {
  #waiting: EndedBody[] = [];
  #timer: NodeJS.Timeout | undefined;

  add(request: PendingRequest, ending: Ending, seen: SeenBody, error: unknown): void {
    if (this.#waiting.length >= MOST_WAITING) this.drain();
    if (this.#waiting.length === 0) this.#timer = setTimeout(() => this.drain(), LONGEST_WAIT_MILLISECONDS);
    this.#waiting.push({ request, ending, seen, error });
  }

  drain(): void {
    clearTimeout(this.#timer);
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const { request, ending, seen, error } of waiting) request.conclude(ending, seen, error);
  }
}
