import type { RequestedLimits } from "../wire/requested-limits.ts";
import type { Target } from "./binding.ts";

/** A request may leave: what the budgets have decided. */
export interface AdmissionDecision {
  /** The request's id from now on. */
  readonly id: string;
  /** What to send in place of what the application asked for. */
  readonly replacement: Partial<RequestedLimits> | undefined;
}

/** Asked before a request leaves. */
export interface Gate {
  /**
   * @returns undefined when no budget concerns it; a promise only where budgets are shared between processes
   * @throws BudgetExceededError, or rejects with it, when the request must not leave
   */
  admit(target: Target, request: RequestedLimits): AdmissionDecision | undefined | Promise<AdmissionDecision>;
  /** Gives back what was granted to a request that will not be sent. */
  withdraw(decision: AdmissionDecision): void;
}
