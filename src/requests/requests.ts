import type { Outcome } from "../model/request.ts";
import type { Reading } from "../wire/reading.ts";
import type { RequestedLimits } from "../wire/requested-limits.ts";
import type { AnswerHead } from "./answer-head.ts";
import type { Target } from "./binding.ts";
import { isCountedByGateway } from "./gateway-mark.ts";
import { KnownGateways } from "./known-gateways.ts";
import { Batches, type BatchedRequest } from "./batches.ts";
import { followUpBy, type FollowUp } from "./follow-up.ts";
import type { AdmissionDecision } from "./gate.ts";
import type { Ending, SeenBody } from "../transport/body-tap.ts";
import { ReadQueue } from "./read-queue.ts";
import { Jobs } from "./jobs.ts";
import type { Measurement } from "../scopes/measurement.ts";
import { OpenRequests } from "./open-requests.ts";
import { PendingRequest, type Settlements } from "./pending-request.ts";
import type { RetryJudge } from "./retry-judge.ts";
import { Given } from "../transport/stamp.ts";
import type { Scope, Scopes } from "../scopes/scopes.ts";

/** What a client says of a request that is about to leave. */
export interface NewRequest {
  readonly target: Pick<Target, "origin" | "endpoint" | "modelOfPath" | "usageHabits">;
  readonly admission: AdmissionDecision | undefined;
  /** Whether budgets only count it: nobody asked them, since it began at the provider. @default false */
  readonly isUnasked?: boolean;
  /** What its body asks for. */
  readonly asked: RequestedLimits;
  readonly requestBytes: number | undefined;
  readonly judge: RetryJudge;
  /** By `performance.now()`. @default now */
  readonly startedAt?: number;
}

/** Takes each request when it has settled. */
export interface SettlementHandler {
  settled(request: PendingRequest, outcome: Outcome, errorType: string | undefined, reading: Reading | undefined): void;
  /** Takes a request that has ended and counts elsewhere. */
  leftToGateway(request: PendingRequest): void;
  /** Takes each result of a batch, once. */
  settledInBatch(request: BatchedRequest): void;
  /** Whether a request with this id was counted before this process began. */
  wasCounted(id: string): boolean;
  reportInternalError(error: unknown): void;
}

/** The requests of a meter that are under way. */
export class Requests implements Settlements {
  readonly #scopes: Scopes;
  readonly #handler: SettlementHandler;
  readonly #open = new OpenRequests();
  /** Called where a request begins; what it returns stays with the request. */
  readonly #begun: () => unknown;
  readonly #jobs = new Jobs();
  readonly #readQueue = new ReadQueue();
  readonly #batches: Batches;
  readonly #gateways = new KnownGateways();
  #closed = false;

  constructor(scopes: Scopes, handler: SettlementHandler, begun: () => unknown = () => undefined) {
    this.#begun = begun;
    this.#scopes = scopes;
    this.#handler = handler;
    this.#batches = new Batches(handler);
  }

  begin(leaving: NewRequest): PendingRequest {
    const { target, admission, isUnasked, asked: limits, requestBytes, judge, startedAt } = leaving;
    const scope: Scope | undefined = this.#scopes.current();
    const { origin, endpoint, usageHabits } = target;
    const requestedModel = limits.model ?? target.modelOfPath;
    const asked = usageHabits ? { ...limits, usageHabits } : limits;
    const start = {
      origin,
      endpoint,
      admission,
      isUnasked,
      requestedModel,
      asked,
      requestBytes,
      scope,
      judge,
      begun: this.#begun(),
    };
    const request = new PendingRequest(start, this, startedAt);
    this.#open.add(request);
    if (scope) for (const measurement of scope.measurements) measurement.begin();
    return request;
  }

  /**
   * Who watches an exchange that asks after something: a batch, its results, or a job; nobody when no request of ours
   * began the job.
   */
  followUp(target: Target): FollowUp | undefined {
    const { endpoint, followedId = "", origin } = target;
    if (endpoint.batch) {
      const labels = { ...origin.labels, ...this.#scopes.current()?.labels };
      const batch = this.#batches.followUp(target, endpoint.batch, labels);
      const isLeft = (answer: AnswerHead): boolean => origin.mayBeGateway === true && isCountedByGateway(answer);
      return followUpBy((answer) => (isLeft(answer) ? undefined : batch.relayed(answer)));
    }
    this.#readQueue.drain();
    const job = this.#jobs.get(followedId);
    return job && followUpBy((answer) => job.followedBy(answer));
  }

  follow(id: string, request: PendingRequest, alias: string | undefined): boolean {
    if (!this.#jobs.add(id, request)) return false;
    if (alias !== undefined) this.#jobs.add(alias, request);
    if (!request.job) for (const measurement of measurementsOf(request)) measurement.follow();
    return true;
  }

  settle(request: PendingRequest, outcome: Outcome, errorType: string | undefined, reading: Reading | undefined): void {
    this.#open.delete(request);
    const { jobId, jobAlias } = request.job ?? {};
    if (jobId !== undefined) this.#jobs.delete(jobId);
    if (jobAlias !== undefined) this.#jobs.delete(jobAlias);
    if (this.#gateways.count(request, outcome, errorType)) this.#handler.leftToGateway(request);
    else this.#handler.settled(request, outcome, errorType, reading);
  }

  conclude(request: PendingRequest, ending: Ending, seen: SeenBody, error: unknown): void {
    this.#readQueue.add(request, ending, seen, error);
  }

  answered(answer: unknown, request: PendingRequest): void {
    if (typeof answer === "object" && answer !== null) RequestOfAnswer.stamp(answer, request);
  }

  /** The request that an object is the answer to, where the SDK gave that very object to the application. */
  requestOf(answer: object): PendingRequest | undefined {
    const request = RequestOfAnswer.read(answer);
    return request?.isOf(this) === true ? request : undefined;
  }

  /** Settles all requests whose bodies have ended. */
  settlePending(): void {
    this.#readQueue.drain();
    this.#batches.settlePending();
  }

  /** Settles the failed ones of which it is only guessed that they are tried again. */
  settleGuesses(): void {
    for (const request of this.#open.all()) request.stopGuessing();
  }

  passedGateway(request: PendingRequest): void {
    this.#gateways.add(request);
  }

  reportInternalError(error: unknown): void {
    this.#handler.reportInternalError(error);
  }

  /** True once the meter was closed: nothing more is observed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Settles all that is under way as abandoned, with what was seen of it. */
  close(): void {
    this.#closed = true;
    this.settlePending();
    for (const request of this.#open.all()) request.giveUp();
    this.#readQueue.drain();
    // What goes on at the provider is left to it.
    for (const request of this.#open.all()) request.settle("abandoned", "unobserved", undefined);
  }
}

const measurementsOf = ({ start }: PendingRequest): readonly Measurement[] => start.scope?.measurements ?? [];

/** The request that an object is the answer to. */
class RequestOfAnswer extends Given {
  #request!: PendingRequest;

  static stamp(answer: object, request: PendingRequest): void {
    if (#request in answer) answer.#request = request;
    else new RequestOfAnswer(answer).#request = request;
  }

  static read(answer: object): PendingRequest | undefined {
    return #request in answer ? answer.#request : undefined;
  }
}
