import { randomUUID } from "node:crypto";

import type { AdmissionRequest } from "../budgets/accounts/expected-spend.ts";
import { ByRequest } from "../budgets/accounts/by-request.ts";
import type { BudgetGrant } from "../budgets/admission.ts";
import type { Budgets } from "../budgets/budgets.ts";
import type { Labels } from "../model/request.ts";
import type { CountedRequest, Sink } from "../records/record-sink.ts";
import type { Origin } from "../requests/binding.ts";
import type { AdmissionDecision, AdmissionTarget, Gate, Replaceable } from "../requests/gate.ts";
import type { PendingRequest } from "../requests/pending-request.ts";
import type { RequestedLimits } from "../wire/requested-limits.ts";

/** What a gate needs of the meter it belongs to. */
export interface GateContext {
  /** Resolves a model's name, so that a budget is matched by the name that totals have. */
  readonly modelOf: (provider: string, model: string, operation: string, zone: Origin["zone"]) => string;
  readonly scopeLabels: () => Labels | undefined;
}

/** Where budgets meet requests: asked before one leaves, and told what it used when it has ended. */
export class BudgetGate implements Gate, Sink<CountedRequest> {
  readonly #budgets: Budgets;
  readonly #context: GateContext;
  /** What was granted and is not yet settled, by the request's id. */
  readonly #grants = new ByRequest<BudgetGrant>();

  constructor(budgets: Budgets, context: GateContext) {
    this.#budgets = budgets;
    this.#context = context;
  }

  admit(
    { origin, endpoint: { operation }, family, modelOfPath }: AdmissionTarget,
    { model: modelOfBody, maximumOutputTokens }: RequestedLimits,
    replaceable: Replaceable = "body",
  ): AdmissionDecision | undefined | Promise<AdmissionDecision> {
    const { modelOf, scopeLabels } = this.#context;
    const { provider, labels, zone } = origin;
    const model = modelOfBody ?? modelOfPath ?? "";
    const inner = scopeLabels();
    const grant = this.#budgets.admit({
      id: randomUUID(),
      provider,
      model: modelOf(provider, model, operation, zone),
      operation,
      labels: inner ? { ...labels, ...inner } : labels,
      maximumOutputTokens,
      fixed: fixedParts(replaceable, modelOfPath, family),
      ...(model === "" && { modelIsUnknown: true }),
    });
    if (grant instanceof Promise) return grant.then((granted) => this.#decision(granted));
    return grant && this.#decision(grant);
  }

  /** Gives back what was reserved for a request that will not be sent. */
  withdraw({ id }: AdmissionDecision): void {
    const grant = this.#grants.delete(id);
    if (grant) this.#budgets.release(grant);
  }

  wanted(request: PendingRequest | undefined): boolean {
    return isOnlyCounted(request) || request?.start.admission !== undefined;
  }

  take(counted: CountedRequest | undefined, request: PendingRequest | undefined): void {
    // A request that failed without usage has used nothing: it gives back what was reserved for it.
    const used = counted && !(counted.usage === undefined && counted.outcome === "failed");
    const isAsked = !isOnlyCounted(request);
    // What another process has sent may have been asked for here.
    const id = isAsked ? request?.start.admission?.id : counted?.id;
    const grant = id === undefined ? undefined : this.#grants.delete(id);
    if (!grant) {
      if (used && !isAsked)
        this.#budgets.count({ ...counted, id: counted.id ?? randomUUID() }, counted.footprint, counted.usage);
    } else if (used) this.#budgets.settle(grant, counted.footprint, counted.usage, counted);
    else this.#budgets.release(grant);
  }

  flush(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return this.#budgets.close();
  }

  #decision(grant: BudgetGrant): AdmissionDecision {
    const { id } = grant.request;
    this.#grants.set(id, grant);
    return { id, replacement: grant.replacement };
  }
}

/** A model that a path names stays where the path cannot be rewritten, or says what the provider calls a deployment. */
function fixedParts(
  replaceable: Replaceable,
  modelOfPath: string | undefined,
  family: AdmissionTarget["family"],
): AdmissionRequest["fixed"] {
  if (replaceable === "nothing") return ["model", "maximumOutputTokens"];
  if (modelOfPath === undefined || (replaceable === "body and path" && family.pathWithModel)) return undefined;
  return ["model"];
}

/** Of what was reported, and of what began at the provider, nobody asked whether it may leave. */
const isOnlyCounted = (request: PendingRequest | undefined): boolean =>
  request === undefined || request.start.isUnasked === true;
