/**
 * How long a failed attempt is kept for the next one of the same request. The SDKs wait for at most 60 s, whatever
 * `Retry-After` says.
 */
const LONGEST_WAIT_MILLISECONDS = 75_000;

/** The time that a failed request is given for its next attempt. */
export class RetryWait {
  readonly #timer: NodeJS.Timeout;
  readonly #over: () => void;

  /** @param over called when no attempt has come */
  constructor(over: () => void, longestMilliseconds = LONGEST_WAIT_MILLISECONDS) {
    this.#over = over;
    this.#timer = setTimeout(over, longestMilliseconds).unref();
  }

  /** Another attempt has come, or none is needed. */
  cancel(): void {
    clearTimeout(this.#timer);
  }

  /** No attempt will come. */
  end(): void {
    this.cancel();
    this.#over();
  }
}
