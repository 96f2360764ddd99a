/** Where the usage that a host states departs from what others mean by the same names. */
export interface UsageHabits {
  /**
   * Where chat completions have their reasoning tokens: `beside` those of the completion, or `only_in_total`, which
   * exceeds prompt and completion by them.
   *
   * @default inside the completion's, unless the total says that they are beside
   */
  readonly reasoning?: "beside" | "only_in_total";
}
