/** Where what a host answers departs from what others mean by the same names. */
export interface UsageHabits {
  /** Whether `provider` names the one that served a request which the host passed on. @default false */
  readonly namesProvider?: boolean;
  /**
   * Where chat completions have their reasoning tokens: `beside` those of the completion, or `only_in_total`, which
   * exceeds prompt and completion by them.
   *
   * @default inside the completion's, unless the total says that they are beside
   */
  readonly reasoning?: "beside" | "only_in_total";
}

/** `completion_tokens` holds what can be read of the answer, not the reasoning. */
export const REASONING_BESIDE: UsageHabits = { reasoning: "beside" };

/** Gemini's thoughts are in no class of OpenAI's; the total alone has them. */
export const THOUGHTS_IN_TOTAL: UsageHabits = { reasoning: "only_in_total" };
