import type { JournalledRecord } from "../../src/journal/row.ts";

/** What records add up to: requests by outcome, and tokens by class, only what is not 0. */
export function sumsOf(records: readonly JournalledRecord[]): Record<string, number> {
  const sums: Record<string, number> = {};
  const add = (name: string, amount: number | undefined): void => {
    if (amount) sums[name] = (sums[name] ?? 0) + amount;
  };
  for (const { outcome, requests = 1, usage } of records) {
    add(outcome, requests);
    add("input", usage?.inputTokens);
    add("cacheRead", usage?.cacheReadTokens);
    add("cacheWrite", usage?.cacheWriteTokens);
    add("output", usage?.outputTokens);
    add("reasoning", usage?.reasoningTokens);
    add("images", usage?.images);
    add("seconds", usage?.audioSeconds);
    add("videos", usage?.videos);
    add("videoSeconds", usage?.videoSeconds);
  }
  return sums;
}
