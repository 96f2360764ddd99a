import type { PendingRequest } from "./pending-request.ts";

/** Background jobs kept at once; beyond it the oldest is given up. */
const MOST_JOBS = 10_000;

/** Requests that go on at the provider after their answer: background responses, assistant runs, batches. */
export class Jobs {
  readonly #requestOf = new Map<string, PendingRequest>();

  get(id: string): PendingRequest | undefined {
    return this.#requestOf.get(id);
  }

  /** @returns false when the id is taken by another request, which is then the one to be counted */
  add(id: string, request: PendingRequest): boolean {
    const known = this.#requestOf.get(id);
    if (known !== undefined) return known === request;
    if (this.#requestOf.size >= MOST_JOBS) this.#giveUpOldest();
    this.#requestOf.set(id, request);
    return true;
  }

  delete(id: string): void {
    this.#requestOf.delete(id);
  }

  get size(): number {
    return this.#requestOf.size;
  }

  #giveUpOldest(): void {
    const [oldest] = this.#requestOf;
    if (!oldest) return;
    this.#requestOf.delete(oldest[0]);
    oldest[1].giveUp();
  }
}
