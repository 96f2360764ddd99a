import type { Stated } from "../model/stated.ts";
import type { Usage, UsageSource } from "../model/usage.ts";
import type { ModelUsage } from "./model-usage.ts";
import type { RequestedLimits } from "./requested-limits.ts";
import type { UsageHabits } from "./usage-habits.ts";

/** What a body said of the request it answers. */
export interface Reading {
  /** Of all models that worked on the answer. */
  readonly usage: Usage | undefined;
  /** What others than the model that answered have used of it. */
  readonly others?: readonly ModelUsage[];
  readonly usageSource: UsageSource;
  /** The provider's usage object, unchanged. */
  readonly rawUsage: unknown;
  readonly respondedModel: string | undefined;
  /** The provider that the answer names as the one that served it. */
  readonly servedBy?: string | undefined;
  /** What the provider says of its footprint; `unreadable` where that is broken. */
  readonly stated?: Stated | "unreadable" | undefined;
  /** The state of a response, run or batch, as the provider names it. */
  readonly status: string | undefined;
  /** The id of a response, run or batch that the provider works on whether or not anybody reads on. */
  readonly jobId: string | undefined;
  /** Another id under which it can be asked after, such as that of its stream. */
  readonly jobAlias: string | undefined;
  /** Whether the provider has read the request, as far as its input may be estimated: events of a stream came. */
  readonly begun: boolean;
  /** Whether the answer was seen to its end, wherever the reader stopped. */
  readonly finished: boolean;
  /** The answer is an error, though its status was 200; `malformed` when it is not what it says it is. */
  readonly error: "provider_error" | "stream_error" | "malformed" | undefined;
}

export const NOTHING: Reading = {
  usage: undefined,
  usageSource: "missing",
  rawUsage: undefined,
  respondedModel: undefined,
  status: undefined,
  jobId: undefined,
  jobAlias: undefined,
  begun: false,
  finished: false,
  error: undefined,
};

/** What is known of a request besides its answer. */
export interface Asked extends Partial<RequestedLimits> {
  /** What is odd about the usage that its host states. */
  readonly usageHabits?: UsageHabits | undefined;
}
