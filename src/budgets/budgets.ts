import type { AddedSample } from "../metrics/samples.ts";
import { ConfigurationError } from "../model/errors.ts";
import type { Footprint } from "../model/footprint.ts";
import type { Usage } from "../model/usage.ts";
import { createAdmissions, type BudgetGrant, type Degrade } from "./admission.ts";
import type { Account, Budget } from "./definition/budget.ts";
import { createEstimates, type AdmissionRequest } from "./accounts/expected-spend.ts";
import type { BudgetEvent } from "./accounts/events.ts";
import { createGroups, ungroupedAccount, type Subject } from "./accounts/groups.ts";
import { memoryBudgetStore } from "./stores/memory-store.ts";
import { createKnownAccounts } from "./accounts/known-accounts.ts";
import { accountSamples } from "./accounts/account-samples.ts";
import { spendOf, type Spend } from "./accounts/spend.ts";
import { budgetState, type BudgetState } from "./accounts/state.ts";
import { createStoreLink } from "./stores/store-link.ts";
import type { BudgetStore, Statement } from "./accounts/budget-store.ts";
import { createDecisionCounts } from "./accounts/decision-counts.ts";
import { windowClock, type Position } from "./definition/window.ts";

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
}

/** A request of the past, as the journal remembers it. */
export interface PastRequest extends Subject {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly endedAt: number;
  readonly footprint: Footprint | undefined;
  readonly usage: Usage | undefined;
}

export type Budgets = ReturnType<typeof createBudgets>;

/** Budgets at work: admits requests, settles them, and says how each budget stands. */
export function createBudgets(settings: BudgetSettings) {
  const { budgets, store = memoryBudgetStore(), now = Date.now, degrade } = settings;
  const reservationMilliseconds = checkedSeconds("reservationSeconds", settings.reservationSeconds ?? 900) * 1000;
  const refreshMilliseconds = checkedSeconds("refreshSeconds", settings.refreshSeconds ?? 2) * 1000;
  const accountsOf = createGroups(budgets);
  const estimates = createEstimates(settings.prior ?? (() => undefined));
  const clocks = new Map(budgets.map((budget) => [budget, windowClock(budget.window)]));
  const positionOf = ({ budget }: Account): Position => clocks.get(budget)!(now());
  const decisionCounts = createDecisionCounts(budgets);
  const knownAccounts = createKnownAccounts(emit);
  const link = createStoreLink(store, now, emit, (bookings, balances) =>
    bookings.forEach(({ account }, index) => knownAccounts.note(account, positionOf(account), balances[index]!)),
  );
  const admit = createAdmissions({
    accountsOf,
    positionOf,
    estimates,
    knownAccounts,
    link,
    decisionCounts,
    degrade,
    expiry: () => now() + reservationMilliseconds,
    emit,
    release,
  });

  function emit(event: BudgetEvent): void {
    try {
      settings.onEvent?.(event);
    } catch {
      decisionCounts.handlerFailed();
    }
  }

  function book(admission: BudgetGrant, spend: Spend | undefined): void {
    admission.open = false;
    const bookings = admission.accounts.map((account) => {
      const amount = spend?.[account.budget.criterion];
      if (spend !== undefined && amount === undefined) decisionCounts.unattributed(account.budget);
      return { account, position: positionOf(account), amount };
    });
    if (bookings.length > 0) link.settle(admission.request.id, bookings);
  }

  let refreshing: Promise<void> | undefined;

  function refresh(): void {
    if (refreshing !== undefined) return;
    const wanted = knownAccounts.accounts().map((account) => ({ account, position: positionOf(account) }));
    const take = (statements: readonly Statement[] | undefined): void =>
      statements?.forEach((statement, index) =>
        knownAccounts.note(wanted[index]!.account, wanted[index]!.position, statement),
      );
    const answer = link.read(wanted);
    if (!(answer instanceof Promise)) {
      take(answer);
      return;
    }
    refreshing = answer.then(take).finally(() => {
      refreshing = undefined;
    });
  }

  for (const budget of budgets) {
    const account = ungroupedAccount(budget);
    if (budget.groupBy.length === 0) knownAccounts.open(account, positionOf(account));
  }
  refresh();
  const timer = setInterval(refresh, refreshMilliseconds).unref();

  /** Counts what an admitted request has used. */
  function settle(admission: BudgetGrant, footprint: Footprint | undefined, usage: Usage | undefined): void {
    if (!admission.open) return;
    const spend = spendOf(footprint, usage);
    estimates.learn(admission.request, spend, usage);
    book(admission, spend);
  }

  /** Gives back what was reserved for a request that failed. */
  function release(admission: BudgetGrant): void {
    if (admission.open) book(admission, undefined);
  }

  /** Counts a request that was made without asking leave: one that only its report is known of. */
  function count(request: AdmissionRequest, footprint: Footprint | undefined, usage: Usage | undefined): void {
    const accounts = accountsOf(request);
    if (accounts.length > 0) settle({ request, replacement: undefined, accounts, open: true }, footprint, usage);
  }

  /**
   * Counts what requests have used before this process started, so that a restart does not begin a budget anew. No
   * event is emitted for it, then or later. Only for the store in this process: a shared store remembers by itself.
   */
  function restore(requests: Iterable<PastRequest>): void {
    if (settings.store !== undefined) return;
    let previous: string[] = [];
    for (const request of requests) {
      const spend = spendOf(request.footprint, request.usage);
      const bookings = accountsOf(request)
        .filter((account) => request.endedAt >= positionOf(account).windowStart)
        .map((account) => {
          const position = clocks.get(account.budget)!(request.endedAt);
          return { account, position, amount: spend[account.budget.criterion] };
        });
      void store.settle(request.id, bookings, previous);
      for (const { account } of bookings) knownAccounts.open(account, positionOf(account));
      previous = [request.id];
    }
    refresh();
  }

  /** How each budget stands, for each group that was seen. With a shared store, as of its last answer. */
  function state(): BudgetState[] {
    refresh();
    return Array.from(knownAccounts, budgetState);
  }

  /** The metrics of the budgets. With a shared store, as of its last answer. */
  function* samples(): Generator<AddedSample> {
    refresh();
    for (const known of knownAccounts) yield* accountSamples(known);
    yield* decisionCounts.samples();
    yield* link.samples();
  }

  /** Stops looking after the store, once what waits for it was sent or could not be. The store itself stays open. */
  async function close(): Promise<void> {
    clearInterval(timer);
    await refreshing;
    await link.drain();
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
    `${value} is no such duration`,
    "Give seconds, above 0, at most 86400.",
  );
}
