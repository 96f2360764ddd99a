import { ungroupedAccount, type AccountsOf, type Subject } from "./accounts/groups.ts";
import type { Spend } from "./accounts/spend.ts";
import type { Account, Budget, BudgetCriterion } from "./definition/budget.ts";
import { nameOfWindow, rateFrom, type Position } from "./definition/window.ts";
import type { PastSpend } from "./stores/memory-store.ts";

/** What requests of one kind have used, as it became known at one moment of the past. */
export interface PastUse {
  readonly subject: Subject;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly spend: Spend;
}

/** What of the past is asked for. */
export interface PastUseQuery {
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** What was used from here on makes the recent rate: it should be known as closely as possible. */
  readonly fineFrom: number;
  /** Uses within a slot may be added up. */
  readonly slotMilliseconds: number;
  /** What is counted; others may be left out. */
  readonly criteria: ReadonlySet<BudgetCriterion>;
}

/** What was used from a moment on, in the order in which it became known. */
export type PastUses = (query: PastUseQuery) => Iterable<PastUse>;

interface Parts {
  readonly budgets: readonly Budget[];
  readonly accountsOf: AccountsOf;
  readonly positionOf: (account: Account) => Position;
}

/** What was spent on each account in its window, and in the time before it that its rate is taken from. */
export function spendsOf(pastUses: PastUses, { budgets, accountsOf, positionOf }: Parts): Map<Account, PastSpend[]> {
  const spends = new Map<Account, PastSpend[]>();
  for (const ofWindow of Map.groupBy(budgets, ({ window }) => nameOfWindow(window)).values()) {
    const position = positionOf(ungroupedAccount(ofWindow[0]!));
    const { keepFrom: from, slotMilliseconds } = position;
    const criteria = new Set(ofWindow.map(({ criterion }) => criterion));
    const query = { from, fineFrom: rateFrom(position), slotMilliseconds, criteria };
    for (const { subject, at, spend } of pastUses(query)) {
      for (const account of accountsOf(subject)) {
        const amount = ofWindow.includes(account.budget) ? spend[account.budget.criterion] : undefined;
        if (amount === undefined) continue;
        const before = spends.get(account);
        if (before === undefined) spends.set(account, [{ at, amount }]);
        else before.push({ at, amount });
      }
    }
  }
  return spends;
}
