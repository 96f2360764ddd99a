import type { RequestedLimits } from "../wire/requested-limits.ts";
import type { Target } from "./binding.ts";

/** Leave to send one request, from somebody who keeps budgets. */
export interface AdmissionDecision {
  /** The request's id from now on. */
  readonly id: string;
  /** What to send in place of what the application asked for. */
  readonly replacement: Partial<RequestedLimits> | undefined;
}

/** Asked before a request leaves. */
export interface Gate {
  /**
   * @returns undefined when nobody minds, without a promise where none is needed
   * @throws BudgetExceededError, or rejects with it, when the request must not leave
   */
  admit(target: Target, request: RequestedLimits): AdmissionDecision | undefined | Promise<AdmissionDecision>;
}
