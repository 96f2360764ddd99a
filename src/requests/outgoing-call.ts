import { AsyncLocalStorage } from "node:async_hooks";

import type { RequestedLimits } from "../wire/requested-limits.ts";
import type { Target } from "./binding.ts";
import type { AdmissionDecision, Gate, Replaceable } from "./gate.ts";
import type { PendingRequest } from "./pending-request.ts";
import type { NewRequest, Requests } from "./requests.ts";
import { judgeWithin, type RetryJudge } from "./retry-judge.ts";

/** What meters a call: the requests of a meter, and its budgets where it has any. */
export interface CallMetering {
  readonly requests: Requests;
  /** Asked before a request leaves. */
  readonly gate: Gate | undefined;
}

/**
 * One call of the application on its way out, from the question whether it may leave to the request that its first
 * attempt begins. All attempts belong to that one request, and what was granted holds for all of them.
 */
export class OutgoingCall {
  readonly requests: Requests;
  readonly #gate: Gate | undefined;
  readonly #judge: RetryJudge | undefined;
  readonly #startedAt = performance.now();
  #wasAdmitted = false;
  #decision: AdmissionDecision | undefined;
  #request: PendingRequest | undefined;

  /** @param judge what a framework above the transport knows about attempts, besides what the transport does */
  constructor({ requests, gate }: CallMetering, judge?: RetryJudge) {
    this.requests = requests;
    this.#gate = gate;
    this.#judge = judge;
  }

  /** The call that a framework has announced, where this is made for one, else a new one. */
  static within(metering: CallMetering): OutgoingCall {
    return enclosingCall(metering.requests) ?? new OutgoingCall(metering);
  }

  /** Whether there are budgets that may refuse it. */
  get asksBudgets(): boolean {
    return this.#gate !== undefined;
  }

  /** What its first attempt began. */
  get request(): PendingRequest | undefined {
    return this.#request;
  }

  /** What to send in place of what the application asked for. */
  get replacement(): Partial<RequestedLimits> | undefined {
    return this.#decision?.replacement;
  }

  /** Whether the next exchange is an attempt of this call: its first, or one after a failure. */
  get takesAttempts(): boolean {
    return this.#request === undefined || this.#request.awaitsRetry;
  }

  /**
   * Asks the budgets whether the call may leave, once for all its attempts.
   *
   * @returns a promise only where the budgets are shared between processes
   * @throws BudgetExceededError, or rejects with it, when it must not leave
   */
  admit(target: Target, asked: RequestedLimits, replaceable?: Replaceable): Promise<void> | undefined {
    if (this.#wasAdmitted || !this.#gate) return undefined;
    const decision = this.#gate.admit(target, asked, replaceable);
    this.#wasAdmitted = true;
    if (!(decision instanceof Promise)) {
      this.#decision = decision;
      return undefined;
    }
    return decision.then((granted) => {
      this.#decision = granted;
    });
  }

  /** An exchange is about to be made for this call. */
  attempt(attempt: Pick<NewRequest, "target" | "asked" | "requestBytes" | "judge">): PendingRequest {
    this.#request ??= this.requests.begin({
      target: attempt.target,
      admission: this.#decision,
      asked: attempt.asked,
      requestBytes: attempt.requestBytes,
      judge: this.#judge ? judgeWithin(this.#judge, attempt.judge) : attempt.judge,
      startedAt: this.#startedAt,
    });
    this.#request.attempt();
    return this.#request;
  }

  /** Gives back what was granted to a call that ended before any exchange was made for it. */
  withdraw(): void {
    const decision = this.#decision;
    if (this.#request || !decision) return;
    this.#decision = undefined;
    this.#wasAdmitted = false;
    this.#gate?.withdraw(decision);
  }
}

/** Made when a framework first announces a call. */
let storage: AsyncLocalStorage<OutgoingCall> | undefined;

/**
 * The call that a framework above has announced to the same meter, where an exchange made now is an attempt of it: a
 * metered client or fetch below a framework that is metered itself must not count a second time.
 */
export function enclosingCall(requests: Requests): OutgoingCall | undefined {
  const call = storage?.getStore();
  return call?.requests === requests && call.takesAttempts ? call : undefined;
}

/** Runs what makes the exchanges of a call. */
export function insideCall<Result>(call: OutgoingCall, run: () => Result): Result {
  storage ??= new AsyncLocalStorage();
  return storage.run(call, run);
}

/** From here on, in this flow of execution, exchanges are made for a call: where a framework only tells that it begins. */
export function enterCall(call: OutgoingCall): void {
  storage ??= new AsyncLocalStorage();
  storage.enterWith(call);
}
