import { sanitizeLabelValue } from "../../model/label-value.ts";
import type { Labels } from "../../model/request.ts";
import type { Account, Budget } from "../definition/budget.ts";
import { nameOfWindow } from "../definition/window.ts";

/** What decides which budgets a request counts towards. */
export interface Subject {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  readonly model: string;
  readonly operation: string;
  readonly labels: Labels;
  /** Whether nobody can say which model is asked for, so that it may be any. @default false */
  readonly modelIsUnknown?: boolean | undefined;
}

/** The accounts that a request counts towards; none when no budget matches it. */
export type AccountsOf = (subject: Subject) => readonly Account[];

/** Groups that a budget tells apart. The rest share one, named `other`, so that no client can fill the memory. */
const MAXIMUM_GROUPS = 2_000;

const NONE: readonly Account[] = [];

/** Finds the accounts that a request counts towards, and opens one for each group when it first appears. */
export function createGroups(budgets: readonly Budget[]): AccountsOf {
  const accountsOfBudget = budgets.map((budget) => ({
    budget,
    match: Object.entries(budget.match),
    accounts: new Map<string, Account>(),
    overflow: newAccount(budget, () => "other"),
  }));

  /** Nearly always that of the next one, too, which has the very labels of its client. */
  let latest: { readonly subject: Subject; readonly accounts: readonly Account[] } | undefined;

  function accountsOf(subject: Subject): readonly Account[] {
    let found: Account[] | undefined;
    for (const { budget, match, accounts, overflow } of accountsOfBudget) {
      if (!match.every(([name, values]) => values.includes(valueOf(subject, name)) || mayBe(budget, subject, name)))
        continue;
      const group = groupKey(budget, (name) => valueOf(subject, name));
      let account = accounts.get(group);
      if (account === undefined && accounts.size < MAXIMUM_GROUPS) {
        account = newAccount(budget, (name) => valueOf(subject, name));
        accounts.set(group, account);
      }
      (found ??= []).push(account ?? overflow);
    }
    return found ?? NONE;
  }

  return (subject) => {
    if (latest && isAlike(latest.subject, subject)) return latest.accounts;
    const accounts = accountsOf(subject);
    latest = { subject, accounts };
    return accounts;
  };
}

const isAlike = (a: Subject, b: Subject): boolean =>
  a.labels === b.labels &&
  a.model === b.model &&
  a.provider === b.provider &&
  a.operation === b.operation &&
  (a.modelIsUnknown ?? false) === (b.modelIsUnknown ?? false);

/** A budget that refuses is not slipped past by a request that cannot be looked into. */
const mayBe = ({ mode }: Budget, { modelIsUnknown = false }: Subject, name: string): boolean =>
  modelIsUnknown && mode === "refuse" && name === "model";

/** The only account of a budget without groups, which is known before the first request. */
export const ungroupedAccount = (budget: Budget): Account => newAccount(budget, () => "");

/** The key names what is counted and over which window: a budget that is given another meaning begins anew. */
const newAccount = (budget: Budget, valueOfName: (name: string) => string): Account => ({
  budget,
  group: Object.fromEntries(budget.groupBy.map((name) => [name, valueOfName(name)])),
  key: `${budget.name}\n${budget.criterion}\n${nameOfWindow(budget.window)}${groupKey(budget, valueOfName)}`,
});

/** Lengths stand before the values, so that no value can pass for two. */
function groupKey(budget: Budget, valueOfName: (name: string) => string): string {
  let key = "";
  for (const name of budget.groupBy) {
    const value = valueOfName(name);
    key += `\n${value.length}:${value}`;
  }
  return key;
}

/** As the totals have it: bounded, and of the request itself, whatever the name is. */
function valueOf(subject: Subject, name: string): string {
  const isOwn = name === "provider" || name === "model" || name === "operation";
  return sanitizeLabelValue(isOwn ? subject[name] : Object.hasOwn(subject.labels, name) ? subject.labels[name] : "");
}
