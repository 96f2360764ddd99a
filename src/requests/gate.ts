import type { RequestedLimits } from "../wire/requested-limits.ts";
import type { ApiFamily } from "../wire/family.ts";
import type { Target } from "./binding.ts";

/** A request may leave: what the budgets have decided. */
export interface AdmissionDecision {
  /** The request's id from now on. */
  readonly id: string;
  /** What to send in place of what the application asked for. */
  readonly replacement: Partial<RequestedLimits> | undefined;
}

/** What a gate has to know of where a request goes. */
export interface AdmissionTarget extends Pick<Target, "origin" | "modelOfPath"> {
  readonly endpoint: Pick<Target["endpoint"], "operation">;
  readonly family: Pick<ApiFamily, "pathWithModel">;
}

/** What of a request can be replaced where it leaves: not what is signed, or not text, nor always the path. */
export type Replaceable = "nothing" | "body" | "body and path";

/** Asked before a request leaves. */
export interface Gate {
  /**
   * @param replaceable by what the budgets choose to send instead. @default "body"
   * @returns undefined when no budget concerns it; a promise only where budgets are shared between processes
   * @throws BudgetExceededError, or rejects with it, when the request must not leave
   */
  admit(
    target: AdmissionTarget,
    request: RequestedLimits,
    replaceable?: Replaceable,
  ): AdmissionDecision | undefined | Promise<AdmissionDecision>;
  /** Gives back what was granted to a request that will not be sent. */
  withdraw(decision: AdmissionDecision): void;
}
