/** Names that were met lately, each with what is known of it; the oldest are forgotten first. */
export class RecentNames<Known> {
  readonly #names = new Map<string, { readonly since: number; readonly known: Known }>();
  readonly #keptMilliseconds: number;
  readonly #most: number;
  readonly #now: () => number;

  /** @param most how many are kept */
  constructor(keptMilliseconds: number, most: number, now: () => number) {
    this.#keptMilliseconds = keptMilliseconds;
    this.#most = most;
    this.#now = now;
  }

  set(name: string, known: Known): void {
    // What is met again is as young as what is new.
    this.#names.delete(name);
    this.#names.set(name, { since: this.#now(), known });
    this.#forget();
  }

  get(name: string): Known | undefined {
    this.#forget();
    return this.#names.get(name)?.known;
  }

  #forget(): void {
    const before = this.#now() - this.#keptMilliseconds;
    for (const [name, { since }] of this.#names) {
      if (since >= before && this.#names.size <= this.#most) return;
      this.#names.delete(name);
    }
  }
}
