import { isFault, type Balance, type Booking, type BudgetStore } from "../accounts/budget-store.ts";

/** Settlements that are kept while the store cannot be reached. */
const OUTBOX_CAPACITY = 10_000;

/** Settlements that are sent together; a store that takes none of them will not take the next either. */
const AT_A_TIME = 50;

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
  onAnswer: (booking: Booking, balance: Balance) => void,
  onFailure: (error: unknown, began: number) => void,
) {
  const pending = new Map<string, PendingSettlement>();
  let acknowledged: string[] = [];
  let lost = 0;
  let draining: Promise<void> | undefined;

  /** @returns whether the answer has come at once */
  function deliver(id: string, settlement: PendingSettlement): boolean {
    const acknowledgements = acknowledged;
    acknowledged = [];
    const began = performance.now();
    const answer = store.settle(id, settlement.bookings, acknowledgements);
    if (!(answer instanceof Promise)) {
      answered(id, settlement, answer);
      return true;
    }
    settlement.inFlight = answer.then(
      (balances) => answered(id, settlement, balances),
      (error: unknown) => {
        settlement.inFlight = undefined;
        acknowledged = acknowledgements.concat(acknowledged);
        onFailure(error, began);
      },
    );
    return false;
  }

  function answered(
    id: string,
    { bookings }: PendingSettlement,
    answers: Awaited<ReturnType<BudgetStore["settle"]>>,
  ): void {
    pending.delete(id);
    acknowledged.push(id);
    for (let index = 0; index < answers.length; index += 1) {
      const answer = answers[index]!;
      if (isFault(answer)) lost += 1;
      else onAnswer(bookings[index]!, answer);
    }
  }

  /** Oldest first, some at a time. Those that fail go to the end, so that they do not hold up the others. */
  async function sendAll(): Promise<void> {
    const waiting = [...pending.keys()];
    for (let from = 0; from < waiting.length; from += AT_A_TIME) {
      const ids = waiting.slice(from, from + AT_A_TIME).filter((id) => pending.has(id));
      for (const id of ids) {
        const settlement = pending.get(id)!;
        if (settlement.inFlight === undefined) deliver(id, settlement);
      }
      await Promise.all(ids.map(async (id) => pending.get(id)?.inFlight));
      const failed = ids.flatMap((id) => {
        const settlement = pending.get(id);
        return settlement === undefined ? [] : [[id, settlement] as const];
      });
      for (const [id, settlement] of failed) {
        pending.delete(id);
        pending.set(id, settlement);
      }
      if (ids.length > 0 && failed.length === ids.length) return;
    }
  }

  return {
    get pending() {
      return pending.size;
    },
    /** Settlements that found no place, and accounts of settlements that could not be used. */
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
      if (!now || !deliver(id, settlement)) pending.set(id, settlement);
    },

    /** Sends all that is kept; gives up when the store takes nothing. */
    drain(): Promise<void> {
      draining ??= sendAll().finally(() => {
        draining = undefined;
      });
      return draining;
    },
  };
}
