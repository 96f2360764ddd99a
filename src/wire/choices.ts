import { addUsage, type Usage } from "../model/usage.ts";
import { largest } from "./count.ts";
import type { JsonObject } from "./json.ts";

/** What one of several answers that a request asked for at once has used. */
export interface ChoiceUsage {
  /** Which of them. */
  readonly index: number;
  readonly usage: Usage;
  /** As the provider states it. */
  readonly raw: JsonObject;
}

/** What an answer's choices have used together: each has an output of its own, and all have read the same input, once. */
export function usageOfChoices(usages: Iterable<Usage>): Usage | undefined {
  let sum: Usage | undefined;
  for (const usage of usages) sum = sum ? { ...addUsage(sum, usage), ...sameInput(sum, usage) } : usage;
  return sum;
}

function sameInput(a: Usage, b: Usage): Usage {
  const input: { -readonly [Class in keyof Usage]: number } = {};
  for (const name of ["inputTokens", "cacheReadTokens", "cacheWriteTokens", "audioSeconds"] as const) {
    const most = largest(a[name], b[name]);
    if (most !== undefined) input[name] = most;
  }
  return input;
}
