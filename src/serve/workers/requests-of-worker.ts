import { randomUUID } from "node:crypto";

import { BudgetExceededError } from "../../model/errors.ts";
import type { RelayedRequest } from "../../records/relayed-request.ts";
import type { Gate } from "../../requests/gate.ts";
import type { LeavingRequest, PrimaryMessage, WorkerMessage } from "./primary-messages.ts";

/** What the primary does with a worker's requests. */
export interface RequestAccounts {
  readonly gate: Gate | undefined;
  /** Counts a request that ended with its worker. */
  readonly count: (request: RelayedRequest) => void;
  /** Takes the id of an answer. */
  readonly answered: (id: string) => void;
}

interface UnderWay {
  readonly request: LeavingRequest;
  readonly startedAtMilliseconds: number;
}

/** The requests that one worker has under way, as the primary knows them. */
export class RequestsOfWorker {
  readonly #accounts: RequestAccounts;
  readonly #answer: (message: PrimaryMessage) => void;
  readonly #underWay = new Map<string, UnderWay>();

  constructor(accounts: RequestAccounts, answer: (message: PrimaryMessage) => void) {
    this.#accounts = accounts;
    this.#answer = answer;
  }

  take(message: WorkerMessage): void {
    if (message.serve === "leaves") this.#begin(message.id, message.request);
    else if (message.serve === "withdrawn") {
      this.settled(message.id);
      this.#accounts.gate?.withdraw({ id: message.id, replacement: undefined });
    } else if (message.serve === "answered") message.ids.forEach(this.#accounts.answered);
    else if (message.serve === "ask") void this.#decide(message.question, message.request);
  }

  /** One has ended, and was counted. */
  settled(id: string | undefined): void {
    if (id !== undefined) this.#underWay.delete(id);
  }

  /** The worker is gone: what it had under way counts as abandoned, and nobody knows what it has used. */
  lost(): number {
    const lost = [...this.#underWay];
    this.#underWay.clear();
    for (const [id, { request, startedAtMilliseconds }] of lost) {
      const { origin, operation, modelOfPath, asked } = request;
      this.#accounts.count({
        id,
        provider: origin.provider,
        host: origin.host,
        operation,
        zone: origin.zone,
        zoneBasis: origin.zoneBasis,
        labels: origin.labels,
        requestedModel: asked.model ?? modelOfPath,
        respondedModel: undefined,
        outcome: "abandoned",
        errorType: "unobserved",
        attempts: 1,
        startedAtMilliseconds,
        durationSeconds: (Date.now() - startedAtMilliseconds) / 1000,
        timeToFirstTokenSeconds: undefined,
        usage: undefined,
        rawUsage: undefined,
        usageSource: "missing",
      });
    }
    return lost.length;
  }

  #begin(id: string, request: LeavingRequest): void {
    this.#underWay.set(id, { request, startedAtMilliseconds: Date.now() });
  }

  async #decide(question: number, request: LeavingRequest): Promise<void> {
    const { origin, operation, modelOfPath, asked } = request;
    try {
      const target = { origin, endpoint: { operation }, family: {}, modelOfPath };
      const granted = this.#accounts.gate?.admit(target, asked);
      const decision = (granted instanceof Promise ? await granted : granted) ?? {
        id: randomUUID(),
        replacement: undefined,
      };
      this.#begin(decision.id, request);
      this.#answer({ serve: "admitted", question, decision });
    } catch (error) {
      if (!(error instanceof BudgetExceededError)) throw error;
      const { budget, criterion, group, reason, limit, used, reserved, estimate, resetsAt } = error;
      const refusal = { budget, criterion, group, reason, limit, used, reserved, estimate };
      this.#answer({
        serve: "refused",
        question,
        refusal: { ...refusal, resetsAtMilliseconds: resetsAt.getTime() },
      });
    }
  }
}
