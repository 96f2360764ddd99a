import { RecentNames } from "./recent-names.ts";

/** Ids kept at most, of which at least half are. */
const MOST_ANSWERS = 200_000;

/** An id that providers make, and not one that a test server repeats. */
const IS_UNIQUE = /^[\w.:-]{12,128}$/;

/** The ids of the latest answers that the gateway has relayed and counted: their spans, which come later, add nothing. */
export class RelayedAnswers {
  readonly #ids = new RecentNames<true>(Infinity, MOST_ANSWERS, () => 0);

  add(id: string): void {
    if (IS_UNIQUE.test(id)) this.#ids.set(id, true);
  }

  has(id: string): boolean {
    return this.#ids.get(id) === true;
  }
}
