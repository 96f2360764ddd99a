import { randomUUID } from "node:crypto";

import type { BudgetGrant } from "../budgets/admission.ts";
import type { Budgets } from "../budgets/budgets.ts";
import type { Labels, RequestRecord } from "../model/request.ts";
import type { Target } from "../requests/binding.ts";
import type { AdmissionDecision, Gate } from "../requests/gate.ts";
import type { RequestedLimits } from "../wire/openai/request-body.ts";

/** Resolves a model's name, so that a budget is matched by the name that totals have. */
export type ModelOf = (provider: string, model: string, operation: string, zone: string | undefined) => string;

/** Where budgets meet requests: asks before one leaves, books when it has ended. */
export class BudgetGate implements Gate {
  readonly #budgets: Budgets;
  readonly #modelOf: ModelOf;
  readonly #scopeLabels: () => Labels | undefined;
  readonly #settlePending: () => void;
  /** What was granted and is not yet booked, by the request's id. */
  readonly #leaves = new Map<string, BudgetGrant>();

  /** @param settlePending settles the requests whose answers have come: what they reserved and did not use is room */
  constructor(budgets: Budgets, modelOf: ModelOf, scopeLabels: () => Labels | undefined, settlePending: () => void) {
    this.#budgets = budgets;
    this.#settlePending = settlePending;
    this.#modelOf = modelOf;
    this.#scopeLabels = scopeLabels;
  }

  admit(
    { origin, endpoint: { operation } }: Target,
    { model = "", maximumOutputTokens }: RequestedLimits,
  ): AdmissionDecision | undefined | Promise<AdmissionDecision> {
    this.#settlePending();
    const { provider, labels, zone } = origin;
    const leave = this.#budgets.admit({
      id: randomUUID(),
      provider,
      model: this.#modelOf(provider, model, operation, zone),
      operation,
      labels: { ...labels, ...this.#scopeLabels() },
      maximumOutputTokens,
    });
    if (leave instanceof Promise) return leave.then((granted) => this.#grant(granted));
    return leave && this.#grant(leave);
  }

  /** Books a request that has ended; one that failed without usage gives back what was reserved for it. */
  book(record: RequestRecord): void {
    const leave = this.#leaves.get(record.id);
    if (!leave) return;
    this.#leaves.delete(record.id);
    if (record.usage === undefined && record.outcome === "failed") this.#budgets.release(leave);
    else this.#budgets.settle(leave, record.footprint, record.usage);
  }

  #grant(leave: BudgetGrant): AdmissionDecision {
    const { id } = leave.request;
    this.#leaves.set(id, leave);
    return { id, replacement: leave.replacement };
  }
}
