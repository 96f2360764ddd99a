import type { Balance, Booking, BudgetStore } from "../accounts/budget-store.ts";

/** Settlements that are kept while the store cannot be reached. */
export const OUTBOX_CAPACITY = 10_000;

interface Letter {
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
  const letters = new Map<string, Letter>();
  let acknowledged: string[] = [];
  let lost = 0;

  function deliver(id: string, letter: Letter): void {
    const tidings = acknowledged;
    acknowledged = [];
    const answer = store.settle(id, letter.bookings, tidings);
    if (!(answer instanceof Promise)) {
      answered(id, letter, answer);
      return;
    }
    letter.inFlight = answer.then(
      (balances) => answered(id, letter, balances),
      (error: unknown) => {
        letter.inFlight = undefined;
        acknowledged = tidings.concat(acknowledged);
        onFailure(error);
      },
    );
  }

  function answered(id: string, letter: Letter, balances: readonly Balance[]): void {
    letters.delete(id);
    acknowledged.push(id);
    onAnswer(letter.bookings, balances);
  }

  return {
    get pending() {
      return letters.size;
    },
    /** Settlements that found no place. */
    get lost() {
      return lost;
    },

    /** @param now whether to send at once, or only keep it for {@link drain} */
    post(id: string, bookings: readonly Booking[], now: boolean): void {
      if (letters.size >= OUTBOX_CAPACITY) {
        lost += 1;
        return;
      }
      const letter: Letter = { bookings, inFlight: undefined };
      letters.set(id, letter);
      if (now) deliver(id, letter);
    },

    /** Sends all that is kept, oldest first, one after the other; stops at the first that fails. */
    async drain(): Promise<void> {
      for (const [id, letter] of letters) {
        if (letter.inFlight === undefined) deliver(id, letter);
        await letter.inFlight;
        if (letters.has(id)) return;
      }
    },
  };
}
