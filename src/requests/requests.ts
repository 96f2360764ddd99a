import type { Outcome } from "../model/request.ts";
import type { Reading } from "../wire/reading.ts";
import type { Target } from "./binding.ts";
import { Jobs } from "./jobs.ts";
import { PendingRequest, type Settlements } from "./pending-request.ts";
import type { RetryJudge } from "./retry-judge.ts";
import type { Scope, Scopes } from "./scopes.ts";

/** What a client tells of a request that is about to leave. */
export interface Departure {
  readonly target: Target;
  readonly requestedModel: string | undefined;
  readonly requestBytes: number | undefined;
  readonly judge: RetryJudge;
}

/** What happens to a settled request. */
export interface Outlet {
  settled(request: PendingRequest, outcome: Outcome, errorType: string | undefined, reading: Reading | undefined): void;
  mistake(error: unknown): void;
}

/** The requests of a meter that are under way. */
export class Requests implements Settlements {
  readonly #scopes: Scopes;
  readonly #outlet: Outlet;
  readonly #open = new Set<PendingRequest>();
  readonly #jobs = new Jobs();

  constructor(scopes: Scopes, outlet: Outlet) {
    this.#scopes = scopes;
    this.#outlet = outlet;
  }

  begin({ target, requestedModel, requestBytes, judge }: Departure): PendingRequest {
    const scope: Scope | undefined = this.#scopes.current();
    const { origin, endpoint } = target;
    const request = new PendingRequest({ origin, endpoint, requestedModel, requestBytes, scope, judge }, this);
    this.#open.add(request);
    if (scope) for (const measurement of scope.measurements) measurement.begin();
    return request;
  }

  /** The request that began the job with this id, while that goes on. */
  job(id: string): PendingRequest | undefined {
    return this.#jobs.get(id);
  }

  follow(id: string, request: PendingRequest): boolean {
    return this.#jobs.add(id, request);
  }

  settle(request: PendingRequest, outcome: Outcome, errorType: string | undefined, reading: Reading | undefined): void {
    this.#open.delete(request);
    if (request.jobId !== undefined) this.#jobs.delete(request.jobId);
    this.#outlet.settled(request, outcome, errorType, reading);
  }

  mistake(error: unknown): void {
    this.#outlet.mistake(error);
  }

  /** Settles all that is under way as abandoned. */
  close(): void {
    for (const request of this.#open) request.giveUp();
  }
}
