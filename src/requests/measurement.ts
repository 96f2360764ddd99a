import type { RequestRecord } from "../model/request.ts";

/** The requests that began inside one `measure()`. */
export class Measurement {
  readonly records: RequestRecord[] = [];
  #open = 0;
  #whenNoneIsOpen: (() => void) | undefined;

  /** Requests that have begun and not settled. */
  get open(): number {
    return this.#open;
  }

  begin(): void {
    this.#open++;
  }

  settle(record: RequestRecord): void {
    this.records.push(record);
    this.#open--;
    if (this.#open === 0) this.#whenNoneIsOpen?.();
  }

  /** Resolves once no request is open. */
  async allSettled(): Promise<void> {
    while (this.#open > 0) {
      await new Promise<void>((resolve) => {
        this.#whenNoneIsOpen = resolve;
      });
    }
  }
}
