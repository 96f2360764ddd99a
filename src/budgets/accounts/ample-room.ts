import type { Hold } from "./budget-store.ts";
import type { KnownAccounts } from "./known-accounts.ts";

/**
 * Room for so many requests is ample: the answers that wait to be counted are at most a quarter as many, so that they
 * would have to use four times what is expected of them to reach the limit.
 */
const AMPLE_REQUESTS = 256;

/** Whether an account stays below its limit whatever the answers are found to have used that nobody has looked at yet. */
export function hasAmpleRoom({ account, amount }: Hold, knownAccounts: KnownAccounts): boolean {
  const { limit, bound } = account.budget;
  const { used, reserved } = knownAccounts.balanceOf(account);
  // Where nothing is known of what a request will use, nothing is known of the answers either.
  return amount > 0 && used[bound] + reserved + amount * AMPLE_REQUESTS <= limit;
}
