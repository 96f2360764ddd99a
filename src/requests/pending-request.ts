import type { Outcome } from "../model/request.ts";
import { BodyTap, type Ending, type SeenBody } from "../transport/body-tap.ts";
import { tapResponse } from "../transport/response-tap.ts";
import { answerCopy } from "../wire/answer-copy.ts";
import { isObject } from "../wire/json.ts";
import type { Reading } from "../wire/reading.ts";
import { AnswerWatch, type AnswerOwner } from "./answer-watch.ts";
import { errorTypeOf, isAbort } from "./error-type.ts";
import { pollOf } from "./job-poll.ts";
import { isStoppedJob, isUnfinishedJob } from "./job-state.ts";
import type { RequestStart } from "./request-start.ts";
import { neverRetries } from "./retry-judge.ts";
import { RetryWait } from "./retry-wait.ts";
import { contentTypeOf, hasNoBody, type AnswerHead } from "./answer-head.ts";
import { isCountedByGateway } from "./gateway-mark.ts";
import { readingOfAnswer } from "./reading-of-answer.ts";

const NO_MORE_ATTEMPTS = neverRetries(undefined);

/** Takes a request when its outcome is known, once. */
export interface Settlements {
  settle(request: PendingRequest, outcome: Outcome, errorType: string | undefined, reading: Reading | undefined): void;
  /** Calls the request's `conclude` with the rest, soon. */
  conclude(request: PendingRequest, ending: Ending, seen: SeenBody, error: unknown): void;
  /** A request that goes on at the provider under this id; true when it will be followed there. */
  follow(id: string, request: PendingRequest, alias: string | undefined): boolean;
  /** Notes what the SDK hands to the application as the answer to a request. */
  answered(answer: unknown, request: PendingRequest): void;
  /** A gateway of ours says that it has counted a request, so that it does not count here. */
  passedGateway(request: PendingRequest): void;
  /** Something of ours went wrong while observing. */
  reportInternalError(error: unknown): void;
}

/** One logical request of the application, from its first attempt to its outcome. */
export class PendingRequest implements AnswerOwner {
  readonly start: RequestStart;
  readonly #startedAt: number;
  readonly #settlements: Settlements;
  /** What the latest answer said, where the provider goes on with this request after it. */
  job: Reading | undefined;
  /** Where it stands among those that have not settled. */
  place = -1;
  /** What it was counted as when it had settled: theirs who counted it. */
  countedAs: unknown;
  #firstContentAt: number | undefined;
  #tap: BodyTap | undefined;
  #headers: AnswerHead["headers"] | undefined;
  /** Whether the SDK will parse the answer to this attempt, or hand it out: {@link beginParsing} or {@link handedOut} follows. */
  expectsParsing = false;
  /** A good answer of which it is not known yet who reads it. */
  #unread: Response | undefined;
  /** Whether the SDK makes an object of the answer, which is looked at instead of the body. */
  #isParsed = false;
  #watch: AnswerWatch | undefined;
  /** When the answer, or the latest attempt, had ended. */
  #endedAt: number | undefined;
  #attempts = 0;
  #lastAttemptFailed = false;
  #settled = false;
  #givenUp = false;
  /** While it waits for another attempt, behind which it settles by the failure of its last one. */
  #retryWait: RetryWait | undefined;

  /** @param startedAt by `performance.now()` */
  constructor(start: RequestStart, settlements: Settlements, startedAt = performance.now()) {
    this.#startedAt = startedAt;
    this.start = start;
    this.#settlements = settlements;
  }

  /** Of the answer, where a good one came. */
  get answerHeaders(): AnswerHead["headers"] | undefined {
    return this.#headers;
  }

  /** Whether it is one of these. */
  isOf(settlements: Settlements): boolean {
    return this.#settlements === settlements;
  }

  reportInternalError(error: unknown): void {
    this.#settlements.reportInternalError(error);
  }

  get attempts(): number {
    return this.#attempts;
  }

  /** Milliseconds since the epoch, by the clock as it stands now. */
  get startedAtMilliseconds(): number {
    return Date.now() - (performance.now() - this.#startedAt);
  }

  get durationSeconds(): number {
    return ((this.#endedAt ?? performance.now()) - this.#startedAt) / 1000;
  }

  get timeToFirstTokenSeconds(): number | undefined {
    return this.#firstContentAt === undefined ? undefined : (this.#firstContentAt - this.#startedAt) / 1000;
  }

  /** Whether its outcome is known. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Whether its last attempt has failed and another one is expected. */
  get awaitsRetry(): boolean {
    return this.#lastAttemptFailed && !this.#settled;
  }

  attempt(): void {
    this.#attempts++;
    this.#lastAttemptFailed = false;
    this.#endedAt = undefined;
    this.expectsParsing = false;
    this.#isParsed = false;
    this.#stopWaiting();
  }

  #stopWaiting(): void {
    this.#retryWait?.cancel();
    this.#retryWait = undefined;
  }

  /** Settles it, where another attempt is only guessed at. */
  stopGuessing(): void {
    if (this.start.judge.guesses === true) this.#retryWait?.end();
  }

  /** An answer has come; its body is observed while the application reads it, unless the SDK parses it. */
  answered(response: Response): void {
    const isCounted = this.start.origin.mayBeGateway === true && isCountedByGateway(response);
    if (!this.expectsParsing || !response.ok || hasNoBody(response) || isCounted) return this.#observe(response);
    this.#headers = response.headers;
    this.#unread = response;
  }

  #observe(response: Response): void {
    const tap = this.relayed(response);
    if (!tap) return;
    try {
      if (response instanceof Response && response.body === null) return tap.end();
      tapResponse(response, tap);
    } catch (error) {
      this.#settlements.reportInternalError(error);
      this.settle("completed", undefined, undefined);
    }
  }

  /** Nobody has parsed the answer: whoever got it reads its body. */
  handedOut(): void {
    const response = this.#unread;
    this.#unread = undefined;
    if (response) this.#observe(response);
  }

  /**
   * The SDK begins to parse the answer.
   *
   * @returns whether {@link parsed} or {@link unparsed} is to follow; false where the body is observed
   */
  beginParsing(): boolean {
    if (!this.#unread) return false;
    this.#unread = undefined;
    this.#isParsed = true;
    return true;
  }

  /** @param answer what the SDK has made of the body: an object of JSON, else its text */
  parsed(answer: unknown): void {
    if (!this.#isParsed) return;
    this.#isParsed = false;
    const isText =
      answer === undefined || (typeof answer === "string" && !contentTypeOf(this.#headers).includes("json"));
    this.ended("complete", isText ? { text: answer ?? "" } : { json: answer }, undefined);
  }

  /** The SDK could not make anything of it. */
  unparsed(error: unknown): void {
    if (!this.#isParsed) return;
    this.#isParsed = false;
    if (errorTypeOf(error) === "malformed") this.ended("complete", { text: "" }, undefined);
    else this.ended("broken", {}, error);
  }

  /**
   * An answer has come whose body is handed on chunk by chunk.
   *
   * @returns what has to see the chunks and the end; undefined where nothing of the body is of interest
   */
  relayed(answer: AnswerHead): BodyTap | undefined {
    try {
      if (this.start.origin.mayBeGateway === true && isCountedByGateway(answer)) {
        this.#settlements.passedGateway(this);
        if (answer.ok) this.settle("completed", undefined, undefined);
      }
      if (this.#settled) return undefined;
      if (!answer.ok) {
        const retries = this.start.judge.afterAnswer(answer, this.#attempts);
        this.attemptFailed(`http_${answer.status}`, retries);
        return undefined;
      }
      this.#headers = answer.headers;
      this.#watch?.lookBack();
      this.#watch = new AnswerWatch(this.start, answer, this);
      this.#tap = BodyTap.for(this.#watch);
      if (!hasNoBody(answer)) return this.#tap;
      this.#tap.end();
    } catch (error) {
      this.#settlements.reportInternalError(error);
      this.settle("completed", undefined, undefined);
    }
    return undefined;
  }

  /** The first content of the answer has come. */
  contentSeen(at = performance.now()): void {
    this.#firstContentAt ??= at;
  }

  /** No answer has come. */
  unanswered(error: unknown): void {
    // Whoever aborts without the application having asked for it is out of patience.
    const errorType = isAbort(error) ? "timeout" : errorTypeOf(error);
    this.attemptFailed(errorType, this.start.judge.afterError(this.#attempts));
  }

  /** The application, or its deadline, has aborted the exchange, wherever it was. */
  aborted(reason: unknown): void {
    if (this.#tap) this.#tap.break(reason);
    else this.unanswered(reason);
  }

  /** The client has let go of the exchange. Without an answer that means that none came. */
  lost(): void {
    if (!this.#tap) this.settle("failed", "connection", undefined);
  }

  /** Whoever asked has left before an answer came. */
  left(): void {
    this.settle("abandoned", "aborted", undefined);
  }

  /** Nobody will observe this request any longer: what was seen of its answer is read with the next bodies. */
  giveUp(): void {
    this.#retryWait?.end();
    this.#givenUp = true;
    if (!this.#tap?.giveUp()) this.settle("abandoned", "unobserved", undefined);
  }

  /** The SDK has parsed what had been read as bytes. */
  alsoParsed(answer: unknown): void {
    this.#settlements.answered(answer, this);
  }

  ended(ending: Ending, seen: SeenBody, error: unknown): void {
    this.#endedAt = performance.now();
    const { json } = seen;
    if (json !== undefined) this.#settlements.answered(json, this);
    const kept = isObject(json) ? { json: answerCopy(json, this.start.endpoint.dialect.usageKey) } : seen;
    this.#settlements.conclude(this, ending, kept, error);
  }

  /** Makes of a body that was read what it says of the request. */
  conclude(ending: Ending, seen: SeenBody, error: unknown): void {
    try {
      this.#watch?.lookBack();
      const reading = readingOfAnswer(this.start, ending, seen, this.#headers);
      if (isUnfinishedJob(reading) && this.#settlements.follow(reading.jobId, this, reading.jobAlias)) {
        this.job = reading;
        return;
      }
      this.#conclude(ending, reading, error);
    } catch (error) {
      this.#settlements.reportInternalError(error);
      this.settle("completed", undefined, undefined);
    }
  }

  /**
   * An exchange that asks after this request: a poll, a resumed stream, a cancellation. It is not a request of its own;
   * what it says of the job's end settles this one.
   *
   * @returns what has to see the body; undefined where nothing of it is of interest
   */
  followedBy(answer: AnswerHead): BodyTap | undefined {
    return pollOf(this, answer, (reading) => this.#conclude("complete", reading, undefined));
  }

  #conclude(ending: Ending, said: Reading, error: unknown): void {
    const { respondedModel = this.job?.respondedModel } = said;
    const reading = respondedModel === said.respondedModel ? said : { ...said, respondedModel };
    if (reading.error !== undefined) return this.settle("failed", reading.error, reading);
    if (reading.status === "failed") return this.settle("failed", "provider_error", reading);
    if (isStoppedJob(reading)) return this.settle("abandoned", reading.status, reading);
    if (reading.finished || ending === "complete") return this.settle("completed", undefined, reading);
    if (ending !== "broken") return this.settle("abandoned", this.#givenUp ? "unobserved" : ending, reading);
    const { judge } = this.start;
    // Some SDKs abort by themselves when a deadline that they were given is over.
    if (isAbort(error) && judge.timedOut?.() === true) return this.settle("failed", "timeout", reading);
    if (this.#watch?.isStream === true && isAbort(error)) return this.settle("abandoned", "aborted", reading);
    const retries = this.#watch?.isStream !== true && judge.afterBrokenBody(error, this.#attempts);
    this.attemptFailed(errorTypeOf(error), retries, reading);
  }

  settle(outcome: Outcome, errorType: string | undefined, reading: Reading | undefined): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#stopWaiting();
    this.#settlements.settle(this, outcome, errorType, reading);
    // An application may keep the answer for long, and this with it.
    this.start.judge = NO_MORE_ATTEMPTS;
    this.#headers = undefined;
    this.#tap = undefined;
    this.#watch = undefined;
  }

  /** An attempt has failed, and the client may try again. */
  attemptFailed(errorType: string, retries: boolean | Promise<boolean>, reading?: Reading): void {
    if (this.start.judge.abandoned()) return this.settle("abandoned", "aborted", reading);
    this.#lastAttemptFailed = true;
    this.#endedAt ??= performance.now();
    const attempts = this.#attempts;
    const settleUnless = (expected: boolean): void => {
      // What is foreseen late may be over: another attempt has been made.
      if (attempts !== this.#attempts) return;
      if (!expected) return this.settle("failed", errorType, reading);
      const giveUp = (): void => this.attemptFailed(errorType, false, reading);
      this.#retryWait = new RetryWait(giveUp, this.start.judge.longestWaitMilliseconds);
    };
    if (typeof retries === "boolean") settleUnless(retries);
    else void retries.then(settleUnless, () => settleUnless(false));
  }
}
