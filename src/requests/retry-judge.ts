/** The head of an answer, of which a `Response` is one. */
export interface AnswerHead {
  readonly ok: boolean;
  readonly status: number;
  readonly headers: { get(name: string): string | null };
}

/** What a client knows about its own attempts. Asked only when one has failed. */
export interface RetryJudge {
  /** Whether the client tries again after an answer that is not a success. `attempts` counts this one. */
  afterAnswer(answer: AnswerHead, attempts: number): boolean | Promise<boolean>;
  /** Whether it tries again when no answer came. */
  afterError(attempts: number): boolean;
  /** Whether it tries again when the body of a good answer could not be read to its end. Streams are never tried again. */
  afterBrokenBody(error: unknown, attempts: number): boolean;
  /** Whether the application itself has given the request up. */
  abandoned(): boolean;
  /** Whether a deadline that the application has set is over. @default false */
  timedOut?(): boolean;
  /** How long a failed attempt waits for the next one, where the client's own rules say it. @default 75 s */
  readonly longestWaitMilliseconds?: number;
  /** Whether it only guesses that the client tries again: nobody waits for that who can do without. @default false */
  readonly guesses?: boolean;
}

/** A bare `fetch` makes one attempt. */
export const neverRetries = (signal: AbortSignal | null | undefined): RetryJudge => ({
  afterAnswer: () => false,
  afterError: () => false,
  afterBrokenBody: () => false,
  abandoned: () => isAbandoned(signal),
  timedOut: () => isTimedOut(signal),
});

/** What two who may both try again know: a framework, and the client that it uses. */
export const eitherJudge = (above: RetryJudge, below: RetryJudge): RetryJudge => ({
  afterAnswer(response, attempts) {
    const retries = below.afterAnswer(response, attempts);
    if (typeof retries !== "boolean") return retries.then((does) => does || above.afterAnswer(response, attempts));
    return retries || above.afterAnswer(response, attempts);
  },
  afterError: (attempts) => below.afterError(attempts) || above.afterError(attempts),
  afterBrokenBody: (error, attempts) =>
    below.afterBrokenBody(error, attempts) || above.afterBrokenBody(error, attempts),
  abandoned: () => below.abandoned() || above.abandoned(),
  timedOut: () => (below.timedOut?.() ?? false) || (above.timedOut?.() ?? false),
});

/** A signal that fired because the application left, not because time ran out. */
export const isAbandoned = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true && !isTimedOut(signal);

/** A signal that fired because time ran out, as that of `AbortSignal.timeout()` does. */
export const isTimedOut = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true && (signal.reason as Error | undefined)?.name === "TimeoutError";
