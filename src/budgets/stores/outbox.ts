import type { Balance, Booking, BudgetStore } from "../accounts/budget-store.ts";

/** Settlements that are kept while the store cannot be reached. */
const OUTBOX_CAPACITY = 10_000;

interface PendingSettlement {
  readonly bookings: readonly Booking[];
  /** Settles with the answer, or when it does not come. */
  inFlight: Promise<void> | undefined;
}

/**
 * Sends settlements to the store, and keeps each until it is answered. The store knows them by id, so that one whose
 * answer was lost is repeated without counting twice.
 */
export function createOutbox(
  store: BudgetStore,
  onAnswer: (bookings: readonly Booking[], balances: readonly Balance[]) => void,
  onFailure: (error: unknown) => void,
) {
  const pending = new Map<string, PendingSettlement>();
  let acknowledged: string[] = [];
  let lost = 0;

  function deliver(id: string, settlement: PendingSettlement): void {
    const acknowledgements = acknowledged;
    acknowledged = [];
    const answer = store.settle(id, settlement.bookings, acknowledgements);
    if (!(answer instanceof Promise)) {
      answered(id, settlement, answer);
      return;
    }
    settlement.inFlight = answer.then(
      (balances) => answered(id, settlement, balances),
      (error: unknown) => {
        settlement.inFlight = undefined;
        acknowledged = acknowledgements.concat(acknowledged);
        onFailure(error);
      },
    );
  }

  function answered(id: string, settlement: PendingSettlement, balances: readonly Balance[]): void {
    pending.delete(id);
    acknowledged.push(id);
    onAnswer(settlement.bookings, balances);
  }

  return {
    get pending() {
      return pending.size;
    },
    /** Settlements that found no place. */
    get lost() {
      return lost;
    },

    /** @param now whether to send at once, or only keep it for {@link drain} */
    post(id: string, bookings: readonly Booking[], now: boolean): void {
      if (pending.size >= OUTBOX_CAPACITY) {
        lost += 1;
        return;
      }
      const settlement: PendingSettlement = { bookings, inFlight: undefined };
      pending.set(id, settlement);
      if (now) deliver(id, settlement);
    },

    /** Sends all that is kept, oldest first, one after the other; stops at the first that fails. */
    async drain(): Promise<void> {
      for (const [id, settlement] of pending) {
        if (settlement.inFlight === undefined) deliver(id, settlement);
        await settlement.inFlight;
        if (pending.has(id)) return;
      }
    },
  };
}
