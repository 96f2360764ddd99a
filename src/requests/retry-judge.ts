import type { AnswerHead } from "./answer-head.ts";
import { saysTimeout } from "./error-type.ts";

/** What a client knows about its own attempts. Asked only when one has failed. */
export interface RetryJudge {
  /** Whether the client tries again after an answer that is not a success. `attempts` counts this one. */
  afterAnswer(answer: AnswerHead, attempts: number): boolean | Promise<boolean>;
  /** Whether it tries again when no answer came. */
  afterError(attempts: number): boolean | Promise<boolean>;
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
export const neverRetries = (signal: AbortSignal | null | undefined): RetryJudge => new OneAttempt(signal);

class OneAttempt implements RetryJudge {
  readonly #signal: AbortSignal | null | undefined;

  constructor(signal: AbortSignal | null | undefined) {
    this.#signal = signal;
  }

  afterAnswer(): boolean {
    return false;
  }

  afterError(): boolean {
    return false;
  }

  afterBrokenBody(): boolean {
    return false;
  }

  abandoned(): boolean {
    return isAbandoned(this.#signal);
  }

  timedOut(): boolean {
    return isTimedOut(this.#signal);
  }
}

/** What is known of a call that a framework makes through a client: the framework knows its end, the client its signal. */
export const judgeWithin = (framework: RetryJudge, client: RetryJudge): RetryJudge => ({
  afterAnswer: (answer, attempts) => framework.afterAnswer(answer, attempts),
  afterError: (attempts) => framework.afterError(attempts),
  afterBrokenBody: (error, attempts) =>
    client.afterBrokenBody(error, attempts) || framework.afterBrokenBody(error, attempts),
  abandoned: () => client.abandoned() || framework.abandoned(),
  timedOut: () => (client.timedOut?.() ?? false) || (framework.timedOut?.() ?? false),
});

/** Of a client whose whole call, with all its attempts, can be waited for: nothing is retried once that has ended. */
export const retriesUntil = (ended: Promise<unknown>): RetryJudge => {
  const noMore = ended.then(
    () => false,
    () => false,
  );
  return { afterAnswer: () => noMore, afterError: () => noMore, afterBrokenBody: () => false, abandoned: () => false };
};

/** A signal that fired because the application left, not because time ran out. */
export const isAbandoned = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true && !isTimedOut(signal);

/** A signal that fired because time ran out, as that of `AbortSignal.timeout()` does. */
export const isTimedOut = (signal: AbortSignal | null | undefined): boolean =>
  signal?.aborted === true && saysTimeout(signal.reason);
