import { randomUUID } from "node:crypto";

import { BudgetExceededError } from "../../model/errors.ts";
import type { CountedRequest, Sink } from "../../records/record-sink.ts";
import type { AdmissionDecision, AdmissionTarget, Gate } from "../../requests/gate.ts";
import type { PendingRequest } from "../../requests/pending-request.ts";
import type { RequestedLimits } from "../../wire/requested-limits.ts";
import type { LeavingRequest, PrimaryMessage, WorkerMessage } from "./primary-messages.ts";

type Answer = Extract<PrimaryMessage, { readonly question: number }>;

/**
 * A worker's gate. The primary knows of every request before it leaves, so that it can count those of a worker that
 * dies; where there are budgets it is asked, since it alone keeps their accounts.
 */
export class AskingGate implements Gate, Sink<CountedRequest> {
  readonly #asksBudgets: boolean;
  readonly #send: (message: WorkerMessage) => void;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #questions = 0;

  constructor(asksBudgets: boolean, send: (message: WorkerMessage) => void) {
    this.#asksBudgets = asksBudgets;
    this.#send = send;
  }

  admit(target: AdmissionTarget, asked: RequestedLimits): AdmissionDecision | Promise<AdmissionDecision> {
    const { origin, endpoint, modelOfPath } = target;
    const request: LeavingRequest = { origin, operation: endpoint.operation, modelOfPath, asked };
    if (this.#asksBudgets) {
      const question = this.#questions++;
      const answer = new Promise<Answer>((resolve) => void this.#waiting.set(question, resolve));
      this.#send({ serve: "ask", question, request });
      return answer.then(decisionOf);
    }
    const id = randomUUID();
    this.#send({ serve: "leaves", id, request });
    return { id, replacement: undefined };
  }

  /** The primary has decided. */
  answered(answer: Answer): void {
    this.#waiting.get(answer.question)?.(answer);
    this.#waiting.delete(answer.question);
  }

  withdraw({ id }: AdmissionDecision): void {
    this.#send({ serve: "withdrawn", id });
  }

  wanted(request: PendingRequest | undefined): boolean {
    return request?.start.admission !== undefined;
  }

  /** What has a record reaches the primary by `meterWorker`. */
  take(counted: CountedRequest | undefined, request: PendingRequest | undefined): void {
    const admission = request?.start.admission;
    if (!counted && admission) this.withdraw(admission);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** @throws BudgetExceededError where a budget refuses */
function decisionOf(answer: Answer): AdmissionDecision {
  if (answer.serve === "admitted") return answer.decision;
  const { resetsAtMilliseconds, ...refusal } = answer.refusal;
  throw new BudgetExceededError({ ...refusal, resetsAt: new Date(resetsAtMilliseconds) });
}
