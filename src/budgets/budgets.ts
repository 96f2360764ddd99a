import type { AddedSample } from "../exporters/samples.ts";
import { BudgetExceededError, ConfigurationError, type BudgetRefusal } from "../model/errors.ts";
import type { Footprint } from "../model/footprint.ts";
import { exactly } from "../model/range.ts";
import type { Usage } from "../model/usage.ts";
import type { Account, Budget } from "./budget.ts";
import { createEstimates, type AdmissionRequest } from "./estimates.ts";
import { accountEvent, type BudgetEvent } from "./events.ts";
import { createGroups, ungroupedAccount, type Subject } from "./groups.ts";
import { memoryBudgetStore } from "./memory-store.ts";
import { createOverview } from "./overview.ts";
import { accountSamples } from "./samples.ts";
import { spendOf, type Spend } from "./spend.ts";
import { budgetState, type BudgetState } from "./state.ts";
import { createStoreLink } from "./store-link.ts";
import type { Balance, BudgetStore, Hold, Statement, Verdict } from "./store.ts";
import { createTally } from "./tally.ts";
import { windowClock, type Position } from "./window.ts";

/** What to send in place of a request that would be refused. */
export interface Replacement {
  readonly model?: string;
  readonly maximumOutputTokens?: number;
}

export interface BudgetSettings {
  readonly budgets: readonly Budget[];
  /** Where the accounts are kept; in this process when left out. */
  readonly store?: BudgetStore | undefined;
  /** Milliseconds since the epoch; the system's clock when left out. */
  readonly now?: (() => number) | undefined;
  /** What a request is expected to use, before one to the same provider, model and operation was settled. */
  readonly prior?: ((request: AdmissionRequest) => Spend | undefined) | undefined;
  /** Asked before a request is refused; what it returns is tried once instead. */
  readonly degrade?: ((refusal: BudgetExceededError, request: AdmissionRequest) => Replacement | undefined) | undefined;
  /** After this, what an unsettled request reserved is given back; it should outlast any request. 900 by default. */
  readonly reservationSeconds?: number | undefined;
  /** How often windows and the store are looked after while nothing happens. 2 by default. */
  readonly refreshSeconds?: number | undefined;
  readonly onEvent?: ((event: BudgetEvent) => void) | undefined;
}

/** Leave to send a request; to be settled or released once. */
export interface Admission {
  readonly request: AdmissionRequest;
  /** What to send in place of the request, when the `degrade` hook chose so. */
  readonly replacement: Replacement | undefined;
  /** @internal */
  readonly accounts: readonly Account[];
  /** @internal */
  open: boolean;
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
  const tally = createTally(budgets);
  const overview = createOverview(emit);
  const link = createStoreLink(store, now, emit, (bookings, balances) =>
    bookings.forEach(({ account }, index) => overview.note(account, positionOf(account), balances[index]!)),
  );
  let handlerErrors = 0;

  function emit(event: BudgetEvent): void {
    try {
      settings.onEvent?.(event);
    } catch {
      handlerErrors += 1;
    }
  }

  function decide(
    request: AdmissionRequest,
    accounts: readonly Account[],
    replacement: Replacement | undefined,
  ): Admission | Promise<Admission> {
    const admission = { request, replacement, accounts, open: true };
    const estimate = estimates.of(request);
    const holds = accounts.map((account): Hold => {
      const { criterion, bound } = account.budget;
      return { account, position: positionOf(account), amount: estimate[criterion]?.[bound] ?? 0 };
    });
    const verdict = link.reserve(request.id, holds, now() + reservationMilliseconds);
    if (verdict === undefined) return decideWithoutStore(admission, holds);
    if (!(verdict instanceof Promise)) return conclude(admission, holds, verdict);
    return verdict.then((answer) => {
      if (answer !== undefined) return conclude(admission, holds, answer);
      try {
        return decideWithoutStore(admission, holds);
      } catch (refused) {
        book(admission, undefined); // the reservation may stand: only its answer is known to be lost
        throw refused;
      }
    });
  }

  function conclude(admission: Admission, holds: readonly Hold[], verdict: Verdict): Admission | Promise<Admission> {
    const { request, replacement } = admission;
    holds.forEach(({ account, position }, index) => overview.note(account, position, verdict.balances[index]!));
    const withoutRoom = holds.filter((_, index) => !verdict.balances[index]!.hadRoom);
    if (verdict.admitted) {
      for (const hold of withoutRoom) if (hold.account.budget.mode === "shadow") refuse(request, hold, "exhausted");
      return admitted(admission, replacement === undefined ? "admitted" : "degraded");
    }
    const hold = withoutRoom.find(({ account }) => account.budget.mode === "refuse")!;
    const chosen = replacement === undefined ? replacementFor(request, hold) : undefined;
    if (chosen === undefined) throw refuse(request, hold, "exhausted");
    const replaced = { ...request, ...chosen };
    return decide(replaced, accountsOf(replaced), chosen);
  }

  function decideWithoutStore(admission: Admission, holds: readonly Hold[]): Admission {
    const closed = holds.find(({ account: { budget } }) => budget.onStoreFailure === "closed");
    if (closed !== undefined) throw refuse(admission.request, closed, "store_unreachable");
    return admitted(admission, "unchecked");
  }

  function admitted(admission: Admission, decision: "admitted" | "degraded" | "unchecked"): Admission {
    for (const { budget } of admission.accounts) tally.decided(budget, decision);
    return admission;
  }

  function replacementFor(request: AdmissionRequest, hold: Hold): Replacement | undefined {
    try {
      return degrade?.(refusalOf(hold, "exhausted"), request);
    } catch {
      handlerErrors += 1;
      return undefined;
    }
  }

  function refuse(request: AdmissionRequest, hold: Hold, reason: BudgetRefusal["reason"]): BudgetExceededError {
    const { account, position, amount } = hold;
    tally.decided(account.budget, account.budget.mode === "shadow" ? "shadow_refused" : "refused");
    const common = accountEvent(account, position, balanceOf(account));
    emit({ type: "refused", requestId: request.id, reason, estimate: amount, ...common });
    return refusalOf(hold, reason);
  }

  function refusalOf({ account, position, amount }: Hold, reason: BudgetRefusal["reason"]): BudgetExceededError {
    const { used, reserved } = balanceOf(account);
    const { name, criterion, limit, bound } = account.budget;
    return new BudgetExceededError({
      budget: name,
      criterion,
      group: account.group,
      reason,
      limit,
      used: used[bound],
      reserved,
      estimate: amount,
      resetsAt: new Date(position.windowEnd),
    });
  }

  const balanceOf = (account: Account): Balance => overview.balanceOf(account) ?? emptyBalance(positionOf(account));

  function book(admission: Admission, spend: Spend | undefined): void {
    admission.open = false;
    const bookings = admission.accounts.map((account) => {
      const amount = spend?.[account.budget.criterion];
      if (spend !== undefined && amount === undefined) tally.unattributed(account.budget);
      return { account, position: positionOf(account), amount };
    });
    if (bookings.length > 0) link.settle(admission.request.id, bookings);
  }

  let refreshing: Promise<void> | undefined;

  function refresh(): void {
    if (refreshing !== undefined) return;
    const wanted = overview.accounts().map((account) => ({ account, position: positionOf(account) }));
    const take = (statements: readonly Statement[] | undefined): void =>
      statements?.forEach((statement, index) =>
        overview.note(wanted[index]!.account, wanted[index]!.position, statement),
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
    if (budget.groupBy.length > 0) continue;
    const account = ungroupedAccount(budget);
    overview.note(account, positionOf(account), emptyBalance(positionOf(account)));
  }
  refresh();
  const timer = setInterval(refresh, refreshMilliseconds).unref();

  /**
   * Asks leave for a request that is about to be sent.
   *
   * @returns undefined when no budget matches; a promise only when the store is shared
   * @throws BudgetExceededError (or rejects with it) when a budget in mode `refuse` has no room
   */
  function admit(request: AdmissionRequest): Admission | Promise<Admission> | undefined {
    const accounts = accountsOf(request);
    return accounts.length === 0 ? undefined : decide(request, accounts, undefined);
  }

  /** Counts what an admitted request has used. */
  function settle(admission: Admission, footprint: Footprint | undefined, usage: Usage | undefined): void {
    if (!admission.open) return;
    const spend = spendOf(footprint, usage);
    estimates.learn(admission.request, spend, usage);
    book(admission, spend);
  }

  /** Gives back what was reserved for a request that failed. */
  function release(admission: Admission): void {
    if (admission.open) book(admission, undefined);
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
      for (const { account } of bookings)
        overview.note(account, positionOf(account), emptyBalance(positionOf(account)));
      previous = [request.id];
    }
    refresh();
  }

  /** How each budget stands, for each group that was seen. With a shared store, as of its last answer. */
  function state(): BudgetState[] {
    refresh();
    return Array.from(overview, budgetState);
  }

  /** The metrics of the budgets. With a shared store, as of its last answer. */
  function* samples(): Generator<AddedSample> {
    refresh();
    for (const known of overview) yield* accountSamples(known);
    yield* tally.samples();
    const { reachable, errors, pendingSettlements, lostSettlements } = link.health;
    yield { metric: "budgetStoreReachable", labels: {}, value: Number(reachable) };
    yield { metric: "budgetStoreErrors", labels: {}, value: errors };
    yield { metric: "budgetPendingSettlements", labels: {}, value: pendingSettlements };
    yield { metric: "budgetLostSettlements", labels: {}, value: lostSettlements };
    yield { metric: "budgetHandlerErrors", labels: {}, value: handlerErrors };
  }

  /** Stops looking after the store, once what waits for it was sent or could not be. The store itself stays open. */
  async function close(): Promise<void> {
    clearInterval(timer);
    await refreshing;
    await link.drain();
  }

  return { admit, settle, release, restore, state, samples, close };
}

const emptyBalance = ({ windowStart }: Position): Balance => ({
  windowStart,
  used: exactly(0),
  reserved: 0,
  ended: undefined,
  crossed: [],
});

function checkedSeconds(name: string, value: number): number {
  if (value > 0 && value <= 86_400) return value;
  throw new ConfigurationError(
    `createBudgets.${name}`,
    `${value} is no such duration`,
    "Give seconds, above 0, at most 86400.",
  );
}
