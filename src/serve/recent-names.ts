interface Met<Known> {
  readonly since: number;
  readonly known: Known;
}

/**
 * Names that were met lately, each with what is known of it. The oldest are forgotten first, a generation at a time: a
 * `Map` from which the first one is deleted again and again looks for its new first one behind all that were deleted, which
 * comes to 0.2 ms each once 100,000 have come.
 */
export class RecentNames<Known> {
  readonly #keptMilliseconds: number;
  readonly #most: number;
  readonly #now: () => number;
  #latest = new Map<string, Met<Known>>();
  #older: ReadonlyMap<string, Met<Known>> = new Map();
  /** When the first of the latest was met. */
  #begunAt = 0;

  /** @param most how many are kept at most; at least half of that are */
  constructor(keptMilliseconds: number, most: number, now: () => number) {
    this.#keptMilliseconds = keptMilliseconds;
    this.#most = most;
    this.#now = now;
  }

  set(name: string, known: Known): void {
    const since = this.#now();
    if (2 * this.#latest.size >= this.#most || since - this.#begunAt > this.#keptMilliseconds) {
      this.#older = this.#latest;
      this.#latest = new Map();
    }
    if (this.#latest.size === 0) this.#begunAt = since;
    this.#latest.set(name, { since, known });
  }

  get(name: string): Known | undefined {
    const met = this.#latest.get(name) ?? this.#older.get(name);
    return met && this.#now() - met.since <= this.#keptMilliseconds ? met.known : undefined;
  }
}
