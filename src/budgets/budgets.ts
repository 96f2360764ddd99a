import type { AddedSample } from "../metrics/samples.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { Usage } from "../model/usage.ts";
import { createAdmissions, type BudgetGrant, type Degrade } from "./admission.ts";
import { BUDGET_CRITERIA, type Budget } from "./definition/budget.ts";
import { createEstimates, type AdmissionRequest } from "./accounts/expected-spend.ts";
import type { BudgetEvent } from "./accounts/events.ts";
import { createGroups, ungroupedAccount, type Subject } from "./accounts/groups.ts";
import { memoryBudgetStore } from "./stores/memory-store.ts";
import { createKnownAccounts } from "./accounts/known-accounts.ts";
import { accountSamples } from "./accounts/account-samples.ts";
import { spendOf, type Spend } from "./accounts/spend.ts";
import { budgetState, type BudgetState } from "./accounts/state.ts";
import { createStoreLink } from "./stores/store-link.ts";
import type { BudgetStore } from "./accounts/budget-store.ts";
import { createAllowances } from "./accounts/allowance.ts";
import { createDecisionCounts } from "./accounts/decision-counts.ts";
import { createLook } from "./look.ts";
import { spendsOf, type PastUses } from "./past-uses.ts";
import { createStoreClock } from "./store-clock.ts";

export interface BudgetSettings {
  readonly budgets: readonly Budget[];
  /** Where the accounts are kept. @default this process */
  readonly store?: BudgetStore | undefined;
  /** Milliseconds since the epoch. @default the system's clock */
  readonly now?: (() => number) | undefined;
  /** What a request is expected to use, before one to the same provider, model and operation was settled. */
  readonly prior?: ((request: AdmissionRequest) => Spend | undefined) | undefined;
  readonly degrade?: Degrade | undefined;
  /** After how many seconds what an unsettled request reserved is given back; it should outlast any request. @default 900 */
  readonly reservationSeconds?: number | undefined;
  /** The seconds between looks at windows and at the store while nothing happens. @default 2 */
  readonly refreshSeconds?: number | undefined;
  readonly onEvent?: ((event: BudgetEvent) => void) | undefined;
  /** Settles what has ended and waits to be; called where a limit is near enough for it to matter. @default nothing waits */
  readonly settlePending?: (() => void) | undefined;
}

/** How long closing waits for a store that is slow. */
const CLOSING_SECONDS = 3;

/** Accounts that one look asks a shared store for. */
const PAGE = 100;

export type Budgets = ReturnType<typeof createBudgets>;

/** Budgets at work: admits requests, settles them, and says how each budget stands. */
export function createBudgets(settings: BudgetSettings) {
  const { budgets, now = Date.now, degrade } = settings;
  const reservationSeconds = checkedSeconds("reservationSeconds", settings.reservationSeconds ?? 900);
  const refreshMilliseconds = checkedSeconds("refreshSeconds", settings.refreshSeconds ?? 2) * 1000;
  const memory = settings.store === undefined ? memoryBudgetStore(now) : undefined;
  const store = memory ?? settings.store!;
  const accountsOf = createGroups(budgets);
  const criteria = BUDGET_CRITERIA.filter((criterion) => budgets.some((budget) => budget.criterion === criterion));
  const estimates = createEstimates(settings.prior ?? (() => undefined), criteria);
  const clock = createStoreClock(now, emit);
  const decisionCounts = createDecisionCounts(budgets);
  const knownAccounts = createKnownAccounts((account) => clock.positionOf(account), emit);
  const allowances = createAllowances({
    balanceOf: (account) => knownAccounts.balanceOf(account),
    positionOf: (account) => clock.positionOf(account),
    replicas: () => store.replicas ?? 1,
  });
  const link = createStoreLink({
    store,
    now,
    emit,
    onSettled: ({ account }, balance) => knownAccounts.note(account, balance),
    onBack: allowances.end,
  });
  const admit = createAdmissions({
    accountsOf,
    estimates,
    knownAccounts,
    allowances,
    link,
    decisionCounts,
    degrade,
    reservationSeconds,
    emit,
    release,
    settlePending: settings.settlePending,
  });
  const look = createLook({ link, clock, knownAccounts, pageSize: memory ? Infinity : PAGE });

  function emit(event: BudgetEvent): void {
    try {
      settings.onEvent?.(event);
    } catch {
      decisionCounts.handlerFailed();
    }
  }

  /** @param counted the accounts that it counts towards; what others had reserved for it is given back */
  function book(admission: BudgetGrant, spend: Spend | undefined, counted = admission.accounts): void {
    admission.open = false;
    const { accounts } = admission;
    const concerned = counted === accounts ? accounts : [...new Set([...accounts, ...counted])];
    const bookings = concerned.map((account) => {
      if (counted !== accounts && !counted.includes(account)) return { account, amount: undefined };
      const amount = spend?.[account.budget.criterion];
      if (spend !== undefined && amount === undefined) decisionCounts.unattributed(account.budget);
      return { account, amount };
    });
    if (bookings.length === 0) return;
    allowances.settle(admission.request.id, bookings);
    link.settle(admission.request.id, bookings);
  }

  for (const budget of budgets) {
    if (budget.groupBy.length === 0) knownAccounts.open(ungroupedAccount(budget));
  }
  look.refresh();
  const lookTimer = setInterval(look.refresh, refreshMilliseconds).unref();

  /**
   * Counts what an admitted request has used.
   *
   * @param answered what it turned out to be, where it was admitted without its model being known
   */
  function settle(
    admission: BudgetGrant,
    footprint: Parameters<typeof spendOf>[0],
    usage: Usage | undefined,
    answered: Subject = admission.request,
  ): void {
    if (!admission.open) return;
    const subject = admission.request.modelIsUnknown === true ? answered : admission.request;
    const spend = spendOf(footprint, usage);
    estimates.learn(subject, spend, usage);
    book(admission, spend, subject === admission.request ? admission.accounts : accountsOf(subject));
  }

  /** Gives back what was reserved for a request that failed. */
  function release(admission: BudgetGrant): void {
    if (admission.open) book(admission, undefined);
  }

  /** Counts a request that was made without asking leave: one that only its report is known of. */
  function count(request: AdmissionRequest, footprint: Parameters<typeof spendOf>[0], usage: Usage | undefined): void {
    const accounts = accountsOf(request);
    if (accounts.length > 0) settle({ request, replacement: undefined, accounts, open: true }, footprint, usage);
  }

  /**
   * Counts what was used before this process started, so that a restart does not begin a budget anew. No event is
   * emitted for it, then or later. Only for the store in this process: a shared store remembers by itself.
   */
  function restore(pastUses: PastUses): void {
    if (memory === undefined) return;
    const spends = spendsOf(pastUses, { budgets, accountsOf, positionOf: (account) => clock.positionOf(account) });
    for (const [account, ofAccount] of spends) {
      memory.restore(account, ofAccount);
      knownAccounts.open(account);
    }
    look.refresh();
  }

  /** How each budget stands, for each group that was seen. With a shared store, as of its last answer. */
  function state(): BudgetState[] {
    look.refresh();
    return Array.from(knownAccounts, budgetState);
  }

  /** The metrics of the budgets. With a shared store, as of its last answer. */
  function* samples(): Generator<AddedSample> {
    look.refresh();
    for (const known of knownAccounts) yield* accountSamples(known);
    yield* decisionCounts.samples();
    yield* link.samples();
    yield { metric: "budgetStoreClockAhead", labels: {}, value: clock.aheadSeconds };
  }

  /** Stops looking after the store, once what waits for it was sent or could not be. The store itself stays open. */
  async function close(): Promise<void> {
    clearInterval(lookTimer);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CLOSING_SECONDS * 1000);
    });
    await Promise.race([look.finished().then(link.drain), late]);
    clearTimeout(timer);
  }

  return {
    /**
     * Asks leave for a request that is about to be sent.
     *
     * @returns undefined when no budget matches; a promise only when the store is shared
     * @throws BudgetExceededError (or rejects with it) when a budget in mode `refuse` has no room
     */
    admit,
    settle,
    release,
    count,
    restore,
    state,
    samples,
    close,
  };
}

function checkedSeconds(name: string, value: number): number {
  if (value > 0 && value <= 86_400) return value;
  throw new ConfigurationError(
    `createBudgets.${name}`,
    `expected a duration, got ${value}`,
    "Give seconds, above 0, at most 86400.",
  );
}
