import { isFault } from "./accounts/budget-store.ts";
import type { KnownAccounts } from "./accounts/known-accounts.ts";
import type { StoreClock } from "./store-clock.ts";
import type { StoreLink } from "./stores/store-link.ts";

interface Parts {
  readonly link: StoreLink;
  readonly clock: StoreClock;
  readonly knownAccounts: KnownAccounts;
  /** How many accounts one look asks for; the next goes on behind them. */
  readonly pageSize: number;
}

/** Looks after the accounts that are known here: what other processes have spent, and windows that end without a request. */
export function createLook({ link, clock, knownAccounts, pageSize }: Parts) {
  let next = 0;
  let looking: Promise<void> | undefined;

  function refresh(): void {
    if (looking !== undefined) return;
    const accounts = knownAccounts.accounts();
    if (next >= accounts.length) next = 0;
    // A store that is down is asked as little as shows whether it is back.
    const page = accounts.slice(next, next + (link.reachable ? pageSize : 1));
    next += page.length;
    const take = (answers: Awaited<ReturnType<StoreLink["read"]>>): void => {
      answers?.forEach((answer, index) => {
        if (isFault(answer)) {
          link.accountFailed();
          return;
        }
        clock.read(answer.position.now);
        knownAccounts.note(page[index]!, answer);
      });
    };
    const answer = link.read(page);
    if (!(answer instanceof Promise)) {
      take(answer);
      return;
    }
    looking = answer.then(take).finally(() => {
      looking = undefined;
      if (link.reachable) void link.drain();
    });
  }

  return { refresh, finished: async (): Promise<void> => looking };
}
