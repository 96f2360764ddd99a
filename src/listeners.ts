import type { RequestRecord } from "./model/request.ts";

type Listener = (record: RequestRecord) => unknown;

/** Those who want to know of each request. They are called after the code that made the request, and cannot disturb it. */
export class Listeners {
  readonly #listeners = new Set<Listener>();
  readonly #countError: () => void;
  /** Calls of listeners that have not returned. */
  readonly #calls = new Set<Promise<void>>();

  constructor(countError: () => void) {
    this.#countError = countError;
  }

  get none(): boolean {
    return this.#listeners.size === 0;
  }

  add(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  tell(record: RequestRecord): void {
    for (const listener of this.#listeners) {
      const call = this.#call(listener, record).finally(() => this.#calls.delete(call));
      this.#calls.add(call);
    }
  }

  /** Resolves when every listener has dealt with every record so far. */
  async flush(): Promise<void> {
    await Promise.all(this.#calls);
  }

  async #call(listener: Listener, record: RequestRecord): Promise<void> {
    await Promise.resolve();
    try {
      await listener(record);
    } catch {
      this.#countError();
    }
  }
}
