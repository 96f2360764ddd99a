import type { RequestRecord } from "../model/request.ts";

/** The requests that began inside one `measure()`. */
export class Measurement {
  readonly records: RequestRecord[] = [];
  #open = 0;
  #whenNoneIsOpen: (() => void) | undefined;

  /** Of these, how many go on at the provider after their answer, for as long as it likes. */
  #followed = 0;

  /** Requests that have begun and not settled. */
  get open(): number {
    return this.#open;
  }

  /** Requests that have not settled, but for those that go on at the provider. */
  get awaited(): number {
    return this.#open - this.#followed;
  }

  begin(): void {
    this.#open++;
  }

  follow(): void {
    this.#followed++;
    this.#check();
  }

  /** @param record undefined where an error of ours prevented it */
  settle(record: RequestRecord | undefined, wasFollowed: boolean): void {
    if (record) this.records.push(record);
    this.#open--;
    if (wasFollowed) this.#followed--;
    this.#check();
  }

  /** Resolves once no request is open but those that go on at the provider, which nobody may ever ask after. */
  async allSettled(): Promise<void> {
    while (this.#open > this.#followed) {
      await new Promise<void>((resolve) => {
        this.#whenNoneIsOpen = resolve;
      });
    }
  }

  #check(): void {
    if (this.#open === this.#followed) this.#whenNoneIsOpen?.();
  }
}
