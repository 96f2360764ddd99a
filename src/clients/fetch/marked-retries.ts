import { createHash } from "node:crypto";

import type { OutgoingCall } from "../../requests/outgoing-call.ts";
import { isAbort } from "../../requests/error-type.ts";
import type { AnswerHead } from "../../requests/answer-head.ts";
import { isAbandoned, isTimedOut, type RetryJudge } from "../../requests/retry-judge.ts";
import { sizeOf, type OutgoingBody } from "./outgoing-body.ts";

/** In which SDKs that Stainless has generated say how many attempts came before this one. */
export const COUNT_HEADER = "x-stainless-retry-count";

/** Failed attempts that wait for the next one, at most; of more, the oldest is a request of its own. */
const MOST_WAITING = 1000;

/** How many attempts came before this one, by {@link COUNT_HEADER}; undefined where no SDK says it. */
export const attemptsBefore = (header: string | undefined): number | undefined =>
  header !== undefined && /^\d{1,3}$/.test(header) ? Number(header) : undefined;

interface WaitingCall {
  readonly digest: string;
  readonly call: OutgoingCall;
}

/**
 * Calls whose SDK says of each attempt how many came before it. What makes two exchanges one call is the same address,
 * the same body, and a count that goes on where the other one failed.
 */
export class MarkedRetries {
  #waiting: WaitingCall[] = [];

  /** The call that an attempt belongs to, where its earlier ones were seen. */
  take(url: string, body: OutgoingBody, count: number): OutgoingCall | undefined {
    if (count === 0 || this.#waiting.length === 0) return undefined;
    const digest = digestOf(url, body);
    const at = this.#waiting.findIndex(
      ({ digest: other, call }) => other === digest && call.takesAttempts && call.request?.attempts === count,
    );
    return at === -1 ? undefined : this.#waiting.splice(at, 1)[0]!.call;
  }

  /** Foresees what the SDK does after a failed attempt, and keeps the call for it. */
  judge(call: () => OutgoingCall, url: string, body: OutgoingBody, signal: AbortSignal | undefined): RetryJudge {
    return new MarkedJudge(signal, () => this.#keep({ digest: digestOf(url, body), call: call() }));
  }

  #keep(waiting: WaitingCall): void {
    if (this.#waiting.length >= MOST_WAITING) {
      this.#waiting = this.#waiting.filter(({ call }) => call.request?.settled !== true);
      if (this.#waiting.length >= MOST_WAITING) this.#waiting.shift();
    }
    this.#waiting.push(waiting);
  }
}

/** Only a digest is kept of what was asked. Of a form, whose parts are told apart anew at each attempt, its address is enough. */
function digestOf(url: string, body: OutgoingBody): string {
  const hash = createHash("sha256").update(url).update("\n");
  return (sizeOf(body) === undefined ? hash : hash.update(body as string | Uint8Array)).digest("base64");
}

/** The SDKs wait half a second and twice as long each time, to eight; what the answer says goes before that. */
const FIRST_WAIT_SECONDS = 0.5;
const LONGEST_OWN_WAIT_SECONDS = 8;
const LONGEST_WAIT_SECONDS = 60;
/** Between the end of a wait and the next exchange. */
const SLACK_SECONDS = 2;

/** By the rules that these SDKs share; how often they try at most, they do not say. */
class MarkedJudge implements RetryJudge {
  readonly guesses = true;
  longestWaitMilliseconds = 0;
  readonly #signal: AbortSignal | undefined;
  readonly #keep: () => void;

  constructor(signal: AbortSignal | undefined, keep: () => void) {
    this.#signal = signal;
    this.#keep = keep;
  }

  afterAnswer({ status, headers }: AnswerHead, attempts: number): boolean {
    const said = headers.get("x-should-retry");
    const retries =
      said === "true" || (said !== "false" && (status === 408 || status === 409 || status === 429 || status >= 500));
    return retries && this.#waits(attempts, statedSeconds(headers));
  }

  afterError(attempts: number): boolean {
    return this.#waits(attempts, undefined);
  }

  /** openai 7 bounds the reading of a body by its time-out and then tries again. */
  afterBrokenBody(error: unknown, attempts: number): boolean {
    return isAbort(error) && this.#waits(attempts, undefined);
  }

  abandoned(): boolean {
    return isAbandoned(this.#signal);
  }

  timedOut(): boolean {
    return isTimedOut(this.#signal);
  }

  #waits(attempts: number, stated: number | undefined): boolean {
    if (this.#signal?.aborted === true) return false;
    const own = Math.min(FIRST_WAIT_SECONDS * 2 ** (attempts - 1), LONGEST_OWN_WAIT_SECONDS);
    this.longestWaitMilliseconds = 1000 * (Math.min(stated ?? own, LONGEST_WAIT_SECONDS) + SLACK_SECONDS);
    this.#keep();
    return true;
  }
}

/** How long an answer asks to wait. */
function statedSeconds(headers: AnswerHead["headers"]): number | undefined {
  const milliseconds = Number(headers.get("retry-after-ms") ?? Number.NaN);
  if (milliseconds >= 0) return milliseconds / 1000;
  const after = headers.get("retry-after");
  if (after === null) return undefined;
  const seconds = Number(after);
  if (!Number.isNaN(seconds)) return seconds >= 0 ? seconds : undefined;
  const at = Date.parse(after);
  return Number.isNaN(at) ? undefined : Math.max(0, (at - Date.now()) / 1000);
}
