import type { AddedSample } from "../../metrics/samples.ts";
import type { BudgetEvent } from "../accounts/events.ts";
import { createOutbox } from "./outbox.ts";
import type { Balance, Booking, BudgetStore, Hold, Statement, Verdict } from "../accounts/budget-store.ts";

export type StoreLink = ReturnType<typeof createStoreLink>;

/**
 * The way to the store. It notices when the store cannot be reached, then asks it nothing but {@link read}, so that
 * requests do not wait for a store that is down, and keeps settlements until it is back.
 */
export function createStoreLink(
  store: BudgetStore,
  now: () => number,
  emit: (event: BudgetEvent) => void,
  onSettled: (bookings: readonly Booking[], balances: readonly Balance[]) => void,
) {
  let reachable = true;
  let errors = 0;
  const outbox = createOutbox(
    store,
    (bookings, balances) => {
      answered();
      onSettled(bookings, balances);
    },
    failed,
  );

  function failed(error: unknown): void {
    errors += 1;
    if (!reachable) return;
    reachable = false;
    const problem = error instanceof Error ? error.message : String(error);
    emit({ type: "store", at: new Date(now()), reachable, problem });
  }

  function answered(): void {
    if (reachable) return;
    reachable = true;
    emit({ type: "store", at: new Date(now()), reachable, problem: undefined });
    void outbox.drain();
  }

  function attempt<Answer>(answer: Answer | Promise<Answer>): Answer | Promise<Answer | undefined> {
    if (!(answer instanceof Promise)) return answer;
    return answer.then(
      (value) => {
        answered();
        return value;
      },
      (error: unknown) => {
        failed(error);
        return undefined;
      },
    );
  }

  return {
    /** @returns undefined when the store was not asked; a promise of undefined when its answer did not come */
    reserve: (
      id: string,
      holds: readonly Hold[],
      expiresAt: number,
    ): Verdict | undefined | Promise<Verdict | undefined> =>
      reachable ? attempt(store.reserve(id, holds, expiresAt)) : undefined,

    settle: (id: string, bookings: readonly Booking[]): void => outbox.post(id, bookings, reachable),

    read: (
      wanted: readonly Pick<Hold, "account" | "position">[],
    ): readonly Statement[] | Promise<readonly Statement[] | undefined> => attempt(store.read(wanted)),

    drain: () => outbox.drain(),

    *samples(): Generator<AddedSample> {
      yield { metric: "budgetStoreReachable", labels: {}, value: Number(reachable) };
      yield { metric: "budgetStoreErrors", labels: {}, value: errors };
      yield { metric: "budgetPendingSettlements", labels: {}, value: outbox.pending };
      yield { metric: "budgetLostSettlements", labels: {}, value: outbox.lost };
    },
  };
}
