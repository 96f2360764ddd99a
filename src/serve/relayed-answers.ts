/** Ids kept at most; the oldest are forgotten first. */
const MOST_ANSWERS = 100_000;

/** An id that providers make, and not one that a test server repeats. */
const IS_UNIQUE = /^[\w.:-]{12,128}$/;

/** The ids of the latest answers that the gateway has relayed and counted: their spans, which come later, add nothing. */
export class RelayedAnswers {
  readonly #ids = new Set<string>();

  add(id: string): void {
    if (!IS_UNIQUE.test(id)) return;
    this.#ids.add(id);
    if (this.#ids.size > MOST_ANSWERS) this.#ids.delete(this.#ids.values().next().value!);
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }
}
