import type { AddedSample } from "../../metrics/samples.ts";
import {
  LateAnswerError,
  type Balance,
  type Booking,
  type BudgetStore,
  type Hold,
  type Verdict,
} from "../accounts/budget-store.ts";
import type { BudgetEvent } from "../accounts/events.ts";
import type { Account } from "../definition/budget.ts";
import { createOutbox } from "./outbox.ts";

export type StoreLink = ReturnType<typeof createStoreLink>;

type Statements = Awaited<ReturnType<BudgetStore["read"]>>;

interface Parts {
  readonly store: BudgetStore;
  readonly now: () => number;
  readonly emit: (event: BudgetEvent) => void;
  readonly onSettled: (booking: Booking, balance: Balance) => void;
  /** Called when the store answers after it did not. */
  readonly onBack: () => void;
}

/**
 * The way to the store. It notices when the store cannot be reached, then asks it nothing but {@link read}, so that
 * requests do not wait for a store that is down, and keeps settlements until it is back.
 */
export function createStoreLink({ store, now, emit, onSettled, onBack }: Parts) {
  let reachable = true;
  let errors = 0;
  let losses = 0;
  /** When an answer was first late, by `performance.now()`, since the last that came. */
  let lateSince = Infinity;
  const outbox = createOutbox(
    store,
    (booking, balance) => {
      answered();
      onSettled(booking, balance);
    },
    failed,
  );
  store.onDataLoss?.(({ accounts }) => {
    losses += 1;
    emit({ type: "data_loss", at: new Date(now()), accounts });
  });

  /** @param began when the store was asked, by `performance.now()` */
  function failed(error: unknown, began: number): void {
    errors += 1;
    if (!reachable) return;
    // One silence makes all calls late that fell into it. It is an outage when a call after it is late as well.
    if (error instanceof LateAnswerError && began < lateSince) {
      lateSince = Math.min(lateSince, performance.now());
      return;
    }
    reachable = false;
    const problem = error instanceof Error ? error.message : String(error);
    emit({ type: "store", at: new Date(now()), reachable, problem });
  }

  function answered(): void {
    if (!reachable || lateSince < Infinity) onBack();
    lateSince = Infinity;
    if (reachable) return;
    reachable = true;
    emit({ type: "store", at: new Date(now()), reachable, problem: undefined });
    void outbox.drain();
  }

  function attempt<Answer>(
    ask: () => Answer | Promise<Answer>,
    onFailure: typeof failed,
  ): Answer | Promise<Answer | undefined> {
    const began = performance.now();
    const answer = ask();
    if (!(answer instanceof Promise)) return answer;
    return answer.then(
      (value) => {
        answered();
        return value;
      },
      (error: unknown) => {
        onFailure(error, began);
        return undefined;
      },
    );
  }

  return {
    get reachable() {
      return reachable;
    },

    /** @returns undefined when the store was not asked; a promise of undefined when its answer did not come */
    reserve: (
      id: string,
      holds: readonly Hold[],
      seconds: number,
    ): Verdict | undefined | Promise<Verdict | undefined> =>
      reachable ? attempt(() => store.reserve(id, holds, seconds), failed) : undefined,

    settle: (id: string, bookings: readonly Booking[]): void => outbox.post(id, bookings, reachable),

    /** A look that is late says nothing about the store: nobody waits for it. */
    read: (accounts: readonly Account[]): Statements | Promise<Statements | undefined> =>
      attempt(
        () => store.read(accounts),
        (error, began) => {
          if (error instanceof LateAnswerError) errors += 1;
          else failed(error, began);
        },
      ),

    /** An account that the store cannot use. */
    accountFailed(): void {
      errors += 1;
    },

    drain: () => outbox.drain(),

    *samples(): Generator<AddedSample> {
      yield { metric: "budgetStoreReachable", labels: {}, value: Number(reachable) };
      yield { metric: "budgetStoreErrors", labels: {}, value: errors };
      yield { metric: "budgetStoreDataLosses", labels: {}, value: losses };
      yield { metric: "budgetPendingSettlements", labels: {}, value: outbox.pending };
      yield { metric: "budgetLostSettlements", labels: {}, value: outbox.lost };
    },
  };
}
