import type { PastRequest } from "../formats/past-request.ts";

/** How long a request is remembered: a batch may be sent again for as long as a Collector keeps it. */
const REMEMBERED_MILLISECONDS = 24 * 3_600_000;

/** Ids kept at most; the oldest are forgotten first. */
const MOST_IDS = 2_000_000;

/** What outlives the process. */
export interface LongMemory {
  remember(names: readonly string[]): void;
  remembers(name: string): boolean;
}

/**
 * Tells a request that comes for the first time from one that was counted: the same span or row sent again, a span
 * around or inside one that was counted, another span of the same answer, or the span of an exchange that was relayed.
 */
export class SeenRequests {
  /** In the order in which they came, with when. */
  readonly #seen = new Map<string, number>();
  readonly #relayed: Pick<ReadonlySet<string>, "has">;
  readonly #memory: LongMemory | undefined;
  readonly #now: () => number;

  /** @param relayed the ids of answers that the gateway has relayed and counted */
  constructor(relayed: Pick<ReadonlySet<string>, "has">, memory?: LongMemory, now: () => number = Date.now) {
    this.#relayed = relayed;
    this.#memory = memory;
    this.#now = now;
  }

  /** @returns false for one that was counted before */
  isNew({ id, sighting, provider }: PastRequest): boolean {
    this.#forget();
    const { key, parent, answer } = sighting ?? {};
    const names = [id, key && `span ${key}`, answer !== undefined && `answer ${provider} ${answer}`].filter(
      (name) => typeof name === "string",
    );
    const known = names.some((name) => this.#has(name)) || (answer !== undefined && this.#relayed.has(answer));
    const encloses = key !== undefined && this.#has(`around ${key}`);
    const isInside = parent !== undefined && this.#has(`span ${parent}`);
    if (known || encloses || isInside) return false;
    const now = this.#now();
    const kept = parent === undefined ? names : [...names, `around ${parent}`];
    for (const name of kept) this.#seen.set(name, now);
    this.#memory?.remember(kept);
    return true;
  }

  #has(name: string): boolean {
    return this.#seen.has(name) || this.#memory?.remembers(name) === true;
  }

  #forget(): void {
    const before = this.#now() - REMEMBERED_MILLISECONDS;
    for (const [name, since] of this.#seen) {
      if (since >= before && this.#seen.size < MOST_IDS) return;
      this.#seen.delete(name);
    }
  }
}
