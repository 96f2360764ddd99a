import type { RequestObserver } from "../exporters/meter-internals.ts";
import type { RequestRecord } from "../model/request.ts";
import type { RecordSink } from "../records/record-sink.ts";
import type { PendingRequest } from "../requests/pending-request.ts";

/** What each observer has noted of a request that began. */
type Notes = ReadonlyMap<RequestObserver, unknown>;

/** Exporters that see requests from where they begin to their records. */
export class RequestObservers implements RecordSink {
  readonly #observers = new Set<RequestObserver>();

  /** @returns what ends the observation */
  add(observer: RequestObserver): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  /** Called where a request begins. */
  begun(): Notes | undefined {
    if (this.#observers.size === 0) return undefined;
    return new Map(Array.from(this.#observers, (observer) => [observer, observer.begun()]));
  }

  wanted(): boolean {
    return this.#observers.size > 0;
  }

  take(record: RequestRecord | undefined, request: PendingRequest | undefined): void {
    if (!record) return;
    const notes = request?.start.begun as Notes | undefined;
    for (const observer of this.#observers) observer.settled(notes?.get(observer), record);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#observers.clear();
    return Promise.resolve();
  }
}
