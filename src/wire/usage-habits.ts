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
