import type { RequestRecord } from "../model/request.ts";
import type { RecordSink } from "../records/record-sink.ts";

type Listener<Event> = (event: Event) => unknown;

/** Calls that a flush waits for at most. */
const MOST_CALLS = 10_000;

/** Functions that are called with each event, after the code that brought it about; they cannot disturb it. */
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

  /** @returns what removes the listener */
  add(listener: Listener<Event>): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  notify(event: Event): void {
    for (const listener of this.#listeners) {
      const call = this.#call(listener, event).finally(() => this.#calls.delete(call));
      // Of a listener that never resolves, calls would pile up.
      if (this.#calls.size < MOST_CALLS) this.#calls.add(call);
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

/** The listeners to requests, as a sink. */
export const listenerSink = (listeners: Listeners<RequestRecord>): RecordSink => ({
  wanted: () => !listeners.none,
  take: (record) => record && listeners.notify(record),
  flush: () => listeners.flush(),
  close: () => listeners.flush(),
});
