import type { RequestRecord } from "../model/request.ts";
import type { RecordSink } from "../records/record-sink.ts";

type Listener<Event> = (event: Event) => unknown;

/** Calls that a flush waits for at most. */
const MOST_CALLS = 10_000;

/** Functions that are called with each event, after the code that brought it about; they cannot disturb it. */
export class Listeners<Event> {
  readonly #listeners = new Set<Listener<Event>>();
  readonly #countError: () => void;
  #waiting: [listener: Listener<Event>, event: Event][] = [];
  /** Calls of listeners that have not ended. */
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
      // One for all that comes of one piece of work: each would cost more than most listeners do.
      if (this.#waiting.length === 0) queueMicrotask(() => this.#callWaiting());
      this.#waiting.push([listener, event]);
    }
  }

  /** Resolves when every listener has dealt with every event so far. */
  async flush(): Promise<void> {
    // By then they have been called.
    await Promise.resolve();
    await Promise.all(this.#calls);
  }

  #callWaiting(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const [listener, event] of waiting) {
      try {
        const returned = listener(event);
        if (isThenable(returned)) this.#follow(returned);
      } catch {
        this.#countError();
      }
    }
  }

  #follow(returned: PromiseLike<unknown>): void {
    const call = Promise.resolve(returned).then(
      () => void this.#calls.delete(call),
      () => {
        this.#calls.delete(call);
        this.#countError();
      },
    );
    // Of a listener that never resolves, calls would pile up.
    if (this.#calls.size < MOST_CALLS) this.#calls.add(call);
  }
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof (value as { readonly then?: unknown } | null | undefined)?.then === "function";

/** The listeners to requests, as a sink. */
export const listenerSink = (listeners: Listeners<RequestRecord>): RecordSink => ({
  wanted: () => !listeners.none,
  take: (record) => record && listeners.notify(record),
  flush: () => listeners.flush(),
  close: () => listeners.flush(),
});
