import assert from "node:assert/strict";

import type { Account, Budget } from "../definition/budget.ts";
import {
  isFault,
  type AccountFault,
  type Balance,
  type Booking,
  type BudgetStore,
  type Hold,
  type Statement,
  type Verdict,
} from "../accounts/budget-store.ts";
import { windowClock } from "../definition/window.ts";
import { exactly, range } from "../../model/range.ts";
import { matches } from "./matches.ts";

const HOUR = 3_600_000;
/** A Monday, 06:00 in UTC: the figures below are whole slots of a day (24 minutes) away from it. */
const START = Date.UTC(2026, 0, 5, 6);

const budget = (changes: Partial<Budget> = {}): Budget => ({
  name: "search",
  criterion: "co2eGrams",
  limit: 100,
  match: {},
  groupBy: [],
  window: { kind: "calendar", unit: "day", timeZone: "UTC" },
  thresholds: [0.5, 1],
  bound: "central",
  mode: "refuse",
  onStoreFailure: "open",
  ...changes,
});

const account = (changes: Partial<Budget> = {}): Account => {
  const described = budget(changes);
  return { budget: described, group: {}, key: described.name };
};

/** What is to happen at one moment of the store's clock. */
type At<Step> = Step & { readonly now: number };

/** What is used of a test runner: of vitest, Jest, or `node:test`. */
export interface TestRunner {
  /** Puts tests together under a name. */
  describe(name: string, body: () => void): unknown;
  /** Adds a test. */
  test(name: string, body: () => Promise<void>): unknown;
}

/**
 * Declares, as tests, what every store of budgets must do, whatever it is made of.
 *
 * @param name what is tested, as the tests call it
 * @param newStore makes an empty store that goes by the given clock, in milliseconds since the epoch
 * @param runner the test runner's functions
 * @example
 * ```ts
 * import { describe, test } from "vitest";
 *
 * budgetStoreContract("our store", (now) => ourBudgetStore({ now }), { describe, test });
 * ```
 */
export function budgetStoreContract(
  name: string,
  newStore: (now: () => number) => BudgetStore | Promise<BudgetStore>,
  runner: TestRunner,
): void {
  runner.describe(name, () => {
    let store: BudgetStore;
    let clock: number;
    const test = (title: string, body: () => Promise<void>): unknown =>
      runner.test(title, async () => {
        clock = START;
        store = await newStore(() => clock);
        await body();
      });

    const usable = <Answer extends object>(answers: readonly (Answer | AccountFault)[]): Answer[] =>
      answers.map((answer) => {
        if (isFault(answer)) throw new Error(answer.problem);
        return answer;
      });
    const hold = (where: Account, now: number, amount: number): At<Hold> => ({ account: where, amount, now });
    const booking = (where: Account, now: number, amount: Booking["amount"]): At<Booking> => ({
      account: where,
      amount,
      now,
    });
    const reserve = async (id: string, holds: At<Hold>[], seconds = 365 * 24 * 3600): Promise<Verdict> => {
      clock = holds[0]!.now;
      return store.reserve(id, holds, seconds);
    };
    const settle = async (id: string, bookings: At<Booking>[], acknowledged: string[] = []): Promise<Balance[]> => {
      clock = bookings[0]!.now;
      return usable(await store.settle(id, bookings, acknowledged));
    };
    const read = async (where: Account, now: number): Promise<Statement> => {
      clock = now;
      return usable(await store.read([where]))[0] as Statement;
    };

    test("an untouched account is empty", async () => {
      assert.deepEqual(await read(account(), START), {
        position: windowClock(account().budget.window)(START),
        windowStart: Date.UTC(2026, 0, 5),
        used: exactly(0),
        reserved: 0,
        ended: undefined,
        crossed: [],
        slots: new Map(),
        firstSpendAt: undefined,
      });
    });

    test("reserves, and settles with what was really used", async () => {
      const verdict = await reserve("r1", [hold(account(), START, 30)]);
      assert.equal(verdict.admitted, true);
      matches(verdict.balances, [{ hadRoom: true, used: exactly(0), reserved: 30 }]);
      matches(await settle("r1", [booking(account(), START, range(10.1, 20.2, 40.3))]), [
        { used: range(10.1, 20.2, 40.3), reserved: 0, crossed: [] },
      ]);
      assert.deepEqual((await read(account(), START)).slots, new Map([[START, range(10.1, 20.2, 40.3)]]));
    });

    test("gives back what a failed request had reserved", async () => {
      await reserve("r1", [hold(account(), START, 30)]);
      matches(await settle("r1", [booking(account(), START, undefined)]), [{ used: exactly(0), reserved: 0 }]);
      assert.equal((await read(account(), START)).firstSpendAt, undefined);
    });

    test("admits what fits exactly, and refuses what does not", async () => {
      for (let request = 0; request < 10; request += 1) {
        assert.equal((await reserve(`r${request}`, [hold(account({ limit: 1 }), START, 0.1)])).admitted, true);
      }
      const verdict = await reserve("r10", [hold(account({ limit: 1 }), START, 0.001)]);
      assert.equal(verdict.admitted, false);
      const [balance] = usable(verdict.balances);
      assert.equal(balance!.hadRoom, false);
      assert.ok(Math.abs(balance!.reserved - 1) < 1e-12);
    });

    test("counts in the budget's bound", async () => {
      const careful = account({ bound: "high" });
      await settle("r1", [booking(careful, START, range(0, 10, 90))]);
      assert.equal((await reserve("r2", [hold(careful, START, 11)])).admitted, false);
      assert.equal((await reserve("r3", [hold(account(), START, 11)])).admitted, true);
    });

    for (const mode of ["warn", "shadow"] as const) {
      test(`mode ${mode} lets everything pass, and says that there was no room`, async () => {
        const lenient = account({ mode, limit: 10 });
        const verdict = await reserve("r1", [hold(lenient, START, 11)]);
        matches(verdict, { admitted: true, balances: [{ hadRoom: false, reserved: 11 }] });
      });
    }

    test("reserves in all accounts or in none", async () => {
      const [wide, narrow] = [account({ name: "wide" }), account({ name: "narrow", limit: 10 })];
      const verdict = await reserve("r1", [hold(wide, START, 11), hold(narrow, START, 11)]);
      assert.equal(verdict.admitted, false);
      assert.deepEqual(
        usable(verdict.balances).map(({ hadRoom }) => hadRoom),
        [true, false],
      );
      assert.equal((await read(wide, START)).reserved, 0);
      assert.equal((await read(narrow, START)).reserved, 0);
    });

    test("a repeated reservation reserves once", async () => {
      await reserve("r1", [hold(account(), START, 60)]);
      const again = await reserve("r1", [hold(account(), START, 60)]);
      matches(again, { admitted: true, balances: [{ reserved: 60 }] });
    });

    test("a repeated settlement counts once and is answered as the first time", async () => {
      await reserve("r1", [hold(account(), START, 60)]);
      const first = await settle("r1", [booking(account(), START, exactly(60))]);
      await settle("r2", [booking(account(), START, exactly(1))]);
      assert.deepEqual(await settle("r1", [booking(account(), START, exactly(60))]), first);
      matches(first, [{ crossed: [0.5] }]);
      assert.deepEqual((await read(account(), START)).used, exactly(61));
    });

    test("an acknowledged settlement is forgotten", async () => {
      await settle("r1", [booking(account(), START, exactly(1))]);
      await settle("r2", [booking(account(), START, exactly(1))], ["r1"]);
      await settle("r1", [booking(account(), START, exactly(1))]);
      assert.deepEqual((await read(account(), START)).used, exactly(3));
    });

    test("a reservation that arrives after its settlement reserves nothing", async () => {
      await settle("r1", [booking(account(), START, exactly(5))]);
      await reserve("r1", [hold(account(), START, 60)]);
      matches(await read(account(), START), { used: exactly(5), reserved: 0 });
    });

    test("counts a settlement whose reservation never arrived", async () => {
      matches(await settle("r1", [booking(account(), START, exactly(5))]), [{ used: exactly(5) }]);
    });

    test("gives back what expired, and still counts its late settlement", async () => {
      await reserve("r1", [hold(account(), START, 60)], 3600);
      await reserve("r2", [hold(account(), START, 10)], 7200);
      assert.equal((await read(account(), START + HOUR - 1)).reserved, 70);
      assert.equal((await read(account(), START + HOUR)).reserved, 10);
      assert.equal((await reserve("r3", [hold(account(), START + HOUR, 90)])).admitted, true);
      matches(await settle("r1", [booking(account(), START + HOUR, exactly(50))]), [
        { used: exactly(50), reserved: 100 },
      ]);
    });

    test("reports each threshold once, and the limit even where it is not a threshold", async () => {
      const watched = account({ thresholds: [0.5, 0.8] });
      const crossed = async (id: string, amount: number) =>
        (await settle(id, [booking(watched, START, exactly(amount))]))[0]!.crossed;
      assert.deepEqual(await crossed("r1", 49), []);
      assert.deepEqual(await crossed("r2", 1), [0.5]);
      assert.deepEqual(await crossed("r3", 10), []);
      assert.deepEqual(await crossed("r4", 40), [0.8, 1]);
      assert.deepEqual(await crossed("r5", 40), []);
    });

    test("a calendar window ends once, and its thresholds are reported anew", async () => {
      await settle("r1", [booking(account(), START, exactly(60))]);
      await reserve("r2", [hold(account(), START, 20)]);
      const next = START + 24 * HOUR;
      const verdict = await reserve("r3", [hold(account(), next, 1)]);
      matches(verdict.balances, [{ windowStart: Date.UTC(2026, 0, 6), used: exactly(0), reserved: 21 }]);
      assert.deepEqual(usable(verdict.balances)[0]!.ended, { windowStart: Date.UTC(2026, 0, 5), used: exactly(60) });
      assert.equal((await read(account(), next)).ended, undefined);
      matches(await settle("r3", [booking(account(), next, exactly(50))]), [
        { ended: undefined, crossed: [0.5], used: exactly(50) },
      ]);
    });

    test("a clock that jumps back does not begin a window twice", async () => {
      await settle("r1", [booking(account(), START, exactly(60))]);
      await settle("r2", [booking(account(), START + 24 * HOUR, exactly(10))]);
      matches(await settle("r3", [booking(account(), START, exactly(5))]), [
        { windowStart: Date.UTC(2026, 0, 6), used: exactly(15), ended: undefined },
      ]);
      matches(await read(account(), START + 24 * HOUR), { used: exactly(15), ended: undefined });
    });

    test("a rolling window forgets slot by slot, never before its duration is over", async () => {
      const rolling = account({ window: { kind: "rolling", durationSeconds: 3600 } });
      const minute = 60_000;
      await settle("r1", [booking(rolling, START + 30_000, exactly(40))]);
      await settle("r2", [booking(rolling, START + 10 * minute, exactly(30))]);
      assert.deepEqual((await read(rolling, START + HOUR + minute - 1)).used, exactly(70));
      assert.deepEqual((await read(rolling, START + HOUR + minute)).used, exactly(30));
      assert.deepEqual((await read(rolling, START + HOUR + 11 * minute)).used, exactly(0));
    });

    test("a rolling window reports a threshold again only when its duration is over", async () => {
      const rolling = account({ window: { kind: "rolling", durationSeconds: 3600 } });
      const crossed = async (id: string, now: number) =>
        (await settle(id, [booking(rolling, now, exactly(60))]))[0]!.crossed;
      assert.deepEqual(await crossed("r1", START), [0.5]);
      assert.deepEqual(await crossed("r2", START + HOUR), [1]);
      assert.deepEqual(await crossed("r3", START + HOUR + 60_000), [0.5]);
    });

    test("keeps the slots of the last tenth of the window before, for the rate", async () => {
      await settle("r1", [booking(account(), START, exactly(1))]);
      await settle("r2", [booking(account(), START + 17 * HOUR, exactly(2))]);
      const { slots, used, firstSpendAt } = await read(account(), START + 18 * HOUR);
      assert.deepEqual(used, exactly(0));
      assert.deepEqual([...slots.values()], [exactly(2)]);
      assert.equal(firstSpendAt, START);
    });

    test("keeps all digits", async () => {
      const amount = range(0.1 + 0.2, 1 / 3, 123456789.123456789);
      await settle("r1", [booking(account(), START, amount)]);
      assert.deepEqual((await read(account(), START)).used, amount);
    });

    test("keeps accounts apart whose names contain separators", async () => {
      const [one, other] = [account({ name: "a\n1:b" }), account({ name: "a:holds" })];
      await settle("r1", [booking(one, START, exactly(1)), booking(other, START, exactly(2))]);
      await reserve("r2", [hold(account({ name: "a" }), START, 5)]);
      assert.deepEqual((await read(one, START)).used, exactly(1));
      assert.deepEqual((await read(other, START)).used, exactly(2));
      assert.equal((await read(account({ name: "a" }), START)).reserved, 5);
    });
  });
}
