/**
 * What the provider says a request consumed. The classes are disjoint: the sum of those in one unit counts nothing twice,
 * whatever the provider includes in what. A class that the provider did not state is absent, never 0.
 */
export interface Usage {
  /** Input tokens that were read afresh; with no statement about a cache, all input tokens. */
  readonly inputTokens?: number;
  /** Input tokens served from the provider's prompt cache. */
  readonly cacheReadTokens?: number;
  /** Input tokens written to the provider's prompt cache. */
  readonly cacheWriteTokens?: number;
  /** Output tokens that the application can see. */
  readonly outputTokens?: number;
  /** Output tokens spent on reasoning that the application does not see. */
  readonly reasoningTokens?: number;
  /** Seconds of audio read. */
  readonly audioSeconds?: number;
  /** Images made. */
  readonly images?: number;
  /** Document pages read. */
  readonly pages?: number;
  /** Videos made. */
  readonly videos?: number;
  /** Their lengths, added up. */
  readonly videoSeconds?: number;
  /** Their lengths times the megapixels of their frames, added up: 8 s at 1280 × 720 are 7.3728. */
  readonly videoMegapixelSeconds?: number;
}

/** Every class of usage, in the order in which it is exported. */
export const USAGE_CLASSES = [
  "inputTokens",
  "cacheReadTokens",
  "cacheWriteTokens",
  "outputTokens",
  "reasoningTokens",
  "audioSeconds",
  "images",
  "pages",
  "videos",
  "videoSeconds",
  "videoMegapixelSeconds",
] as const satisfies readonly (keyof Usage)[];
export type UsageClass = (typeof USAGE_CLASSES)[number];

/** Whether a class counts things, which are whole: all but those measured in seconds. */
export const isCounted = (name: UsageClass): boolean => !name.endsWith("Seconds");

/** The classes of usage that are tokens. */
export type TokenClass = Extract<UsageClass, `${string}Tokens`>;
export const TOKEN_CLASSES = USAGE_CLASSES.filter((name): name is TokenClass => name.endsWith("Tokens"));

/** `reported` by the provider; `estimated` from what was seen of the answer; `missing`: neither. */
export type UsageSource = "reported" | "estimated" | "missing";

/** The sum of what two usages state, class by class. */
export function addUsage(a: Usage | undefined, b: Usage | undefined): Usage {
  const sum: { -readonly [Class in keyof Usage]: number } = { ...a };
  for (const name of USAGE_CLASSES) {
    const amount = b?.[name];
    if (amount !== undefined) sum[name] = (sum[name] ?? 0) + amount;
  }
  return sum;
}

/** What is left of `whole` without a part of it, class by class; never less than 0. */
export function usageWithout(whole: Usage, part: Usage): Usage {
  const rest: { -readonly [Class in keyof Usage]: number } = { ...whole };
  for (const name of USAGE_CLASSES) {
    const amount = rest[name];
    if (amount !== undefined) rest[name] = Math.max(0, amount - (part[name] ?? 0));
  }
  return rest;
}
