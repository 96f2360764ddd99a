type Listener<Event> = (event: Event) => unknown;

/** Those who want to know of something. They are called after the code that brought it about, and cannot disturb it. */
export class Listeners<Event> {
  readonly #listeners = new Set<Listener<Event>>();
  readonly #countError: () => void;
  /** Calls of listeners that have not returned. */
  readonly #calls = new Set<Promise<void>>();

  constructor(countError: () => void) {
    this.#countError = countError;
  }

  get none(): boolean {
    return this.#listeners.size === 0;
  }

  add(listener: Listener<Event>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  notify(event: Event): void {
    for (const listener of this.#listeners) {
      const call = this.#call(listener, event).finally(() => this.#calls.delete(call));
      this.#calls.add(call);
    }
  }

  /** Resolves when every listener has dealt with every event so far. */
  async flush(): Promise<void> {
    await Promise.all(this.#calls);
  }

  async #call(listener: Listener<Event>, event: Event): Promise<void> {
    await Promise.resolve();
    try {
      await listener(event);
    } catch {
      this.#countError();
    }
  }
}
