import type { PastRequest } from "../formats/past-request.ts";

/** How long a request is remembered: a batch may be sent again for as long as a Collector keeps it. */
const REMEMBERED_MILLISECONDS = 24 * 3_600_000;

/** Ids kept at most; the oldest are forgotten first. */
const MOST_IDS = 2_000_000;

/**
 * Tells a request that comes for the first time from one that was counted: the same span or row sent again, a span
 * around or inside one that was counted, or another span of the same answer.
 */
export class SeenRequests {
  /** In the order in which they came, with when. */
  readonly #seen = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @returns false for one that was counted before */
  isNew({ id, sighting, provider }: PastRequest): boolean {
    this.#forget();
    const names = [
      id,
      sighting && `span ${sighting.key}`,
      sighting?.answer !== undefined && `answer ${provider} ${sighting.answer}`,
    ].filter((name) => typeof name === "string");
    const known = names.some((name) => this.#seen.has(name));
    const encloses = sighting !== undefined && this.#seen.has(`around ${sighting.key}`);
    const isInside = sighting?.parent !== undefined && this.#seen.has(`span ${sighting.parent}`);
    if (known || encloses || isInside) return false;
    const now = this.#now();
    for (const name of names) this.#seen.set(name, now);
    if (sighting?.parent !== undefined) this.#seen.set(`around ${sighting.parent}`, now);
    return true;
  }

  #forget(): void {
    const before = this.#now() - REMEMBERED_MILLISECONDS;
    for (const [name, since] of this.#seen) {
      if (since >= before && this.#seen.size < MOST_IDS) return;
      this.#seen.delete(name);
    }
  }
}
