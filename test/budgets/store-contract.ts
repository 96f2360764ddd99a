import { beforeEach, describe, expect, test } from "vitest";

import type { Account, Budget } from "../../src/budgets/definition/budget.ts";
import {
  isFault,
  type AccountFault,
  type Balance,
  type Booking,
  type BudgetStore,
  type Hold,
  type Statement,
  type Verdict,
} from "../../src/budgets/accounts/budget-store.ts";
import { windowClock } from "../../src/budgets/definition/window.ts";
import { exactly, range } from "../../src/model/range.ts";

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

/**
 * What every store of budgets must do, whatever it is made of.
 *
 * @param newStore makes an empty store that goes by the given clock
 */
export function describeBudgetStore(
  name: string,
  newStore: (now: () => number) => BudgetStore | Promise<BudgetStore>,
): void {
  describe(name, () => {
    let store: BudgetStore;
    let clock: number;
    beforeEach(async () => {
      store = await newStore(() => clock);
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
      expect(await read(account(), START)).toEqual({
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
      expect(verdict.admitted).toBe(true);
      expect(verdict.balances).toMatchObject([{ hadRoom: true, used: exactly(0), reserved: 30 }]);
      expect(await settle("r1", [booking(account(), START, range(10.1, 20.2, 40.3))])).toMatchObject([
        { used: range(10.1, 20.2, 40.3), reserved: 0, crossed: [] },
      ]);
      expect((await read(account(), START)).slots).toEqual(new Map([[START, range(10.1, 20.2, 40.3)]]));
    });

    test("gives back what a failed request had reserved", async () => {
      await reserve("r1", [hold(account(), START, 30)]);
      expect(await settle("r1", [booking(account(), START, undefined)])).toMatchObject([
        { used: exactly(0), reserved: 0 },
      ]);
      expect((await read(account(), START)).firstSpendAt).toBeUndefined();
    });

    test("admits what fits exactly, and refuses what does not", async () => {
      for (let request = 0; request < 10; request += 1) {
        expect((await reserve(`r${request}`, [hold(account({ limit: 1 }), START, 0.1)])).admitted).toBe(true);
      }
      const verdict = await reserve("r10", [hold(account({ limit: 1 }), START, 0.001)]);
      expect(verdict.admitted).toBe(false);
      const [balance] = usable(verdict.balances);
      expect(balance!.hadRoom).toBe(false);
      expect(balance!.reserved).toBeCloseTo(1, 12);
    });

    test("counts in the budget's bound", async () => {
      const careful = account({ bound: "high" });
      await settle("r1", [booking(careful, START, range(0, 10, 90))]);
      expect((await reserve("r2", [hold(careful, START, 11)])).admitted).toBe(false);
      expect((await reserve("r3", [hold(account(), START, 11)])).admitted).toBe(true);
    });

    test.each(["warn", "shadow"] as const)(
      "mode %s lets everything pass, and says that there was no room",
      async (mode) => {
        const lenient = account({ mode, limit: 10 });
        const verdict = await reserve("r1", [hold(lenient, START, 11)]);
        expect(verdict).toMatchObject({ admitted: true, balances: [{ hadRoom: false, reserved: 11 }] });
      },
    );

    test("reserves in all accounts or in none", async () => {
      const [wide, narrow] = [account({ name: "wide" }), account({ name: "narrow", limit: 10 })];
      const verdict = await reserve("r1", [hold(wide, START, 11), hold(narrow, START, 11)]);
      expect(verdict.admitted).toBe(false);
      expect(usable(verdict.balances).map(({ hadRoom }) => hadRoom)).toEqual([true, false]);
      expect((await read(wide, START)).reserved).toBe(0);
      expect((await read(narrow, START)).reserved).toBe(0);
    });

    test("a repeated reservation reserves once", async () => {
      await reserve("r1", [hold(account(), START, 60)]);
      const again = await reserve("r1", [hold(account(), START, 60)]);
      expect(again).toMatchObject({ admitted: true, balances: [{ reserved: 60 }] });
    });

    test("a repeated settlement counts once and is answered as the first time", async () => {
      await reserve("r1", [hold(account(), START, 60)]);
      const first = await settle("r1", [booking(account(), START, exactly(60))]);
      await settle("r2", [booking(account(), START, exactly(1))]);
      expect(await settle("r1", [booking(account(), START, exactly(60))])).toEqual(first);
      expect(first).toMatchObject([{ crossed: [0.5] }]);
      expect((await read(account(), START)).used).toEqual(exactly(61));
    });

    test("an acknowledged settlement is forgotten", async () => {
      await settle("r1", [booking(account(), START, exactly(1))]);
      await settle("r2", [booking(account(), START, exactly(1))], ["r1"]);
      await settle("r1", [booking(account(), START, exactly(1))]);
      expect((await read(account(), START)).used).toEqual(exactly(3));
    });

    test("a reservation that arrives after its settlement reserves nothing", async () => {
      await settle("r1", [booking(account(), START, exactly(5))]);
      await reserve("r1", [hold(account(), START, 60)]);
      expect(await read(account(), START)).toMatchObject({ used: exactly(5), reserved: 0 });
    });

    test("counts a settlement whose reservation never arrived", async () => {
      expect(await settle("r1", [booking(account(), START, exactly(5))])).toMatchObject([{ used: exactly(5) }]);
    });

    test("gives back what expired, and still counts its late settlement", async () => {
      await reserve("r1", [hold(account(), START, 60)], 3600);
      await reserve("r2", [hold(account(), START, 10)], 7200);
      expect((await read(account(), START + HOUR - 1)).reserved).toBe(70);
      expect((await read(account(), START + HOUR)).reserved).toBe(10);
      expect((await reserve("r3", [hold(account(), START + HOUR, 90)])).admitted).toBe(true);
      expect(await settle("r1", [booking(account(), START + HOUR, exactly(50))])).toMatchObject([
        { used: exactly(50), reserved: 100 },
      ]);
    });

    test("reports each threshold once, and the limit even where it is not a threshold", async () => {
      const watched = account({ thresholds: [0.5, 0.8] });
      const crossed = async (id: string, amount: number) =>
        (await settle(id, [booking(watched, START, exactly(amount))]))[0]!.crossed;
      expect(await crossed("r1", 49)).toEqual([]);
      expect(await crossed("r2", 1)).toEqual([0.5]);
      expect(await crossed("r3", 10)).toEqual([]);
      expect(await crossed("r4", 40)).toEqual([0.8, 1]);
      expect(await crossed("r5", 40)).toEqual([]);
    });

    test("a calendar window ends once, and its thresholds are told anew", async () => {
      await settle("r1", [booking(account(), START, exactly(60))]);
      await reserve("r2", [hold(account(), START, 20)]);
      const next = START + 24 * HOUR;
      const verdict = await reserve("r3", [hold(account(), next, 1)]);
      expect(verdict.balances).toMatchObject([{ windowStart: Date.UTC(2026, 0, 6), used: exactly(0), reserved: 21 }]);
      expect(usable(verdict.balances)[0]!.ended).toEqual({ windowStart: Date.UTC(2026, 0, 5), used: exactly(60) });
      expect((await read(account(), next)).ended).toBeUndefined();
      expect(await settle("r3", [booking(account(), next, exactly(50))])).toMatchObject([
        { ended: undefined, crossed: [0.5], used: exactly(50) },
      ]);
    });

    test("a clock that jumps back does not begin a window twice", async () => {
      await settle("r1", [booking(account(), START, exactly(60))]);
      await settle("r2", [booking(account(), START + 24 * HOUR, exactly(10))]);
      expect(await settle("r3", [booking(account(), START, exactly(5))])).toMatchObject([
        { windowStart: Date.UTC(2026, 0, 6), used: exactly(15), ended: undefined },
      ]);
      expect(await read(account(), START + 24 * HOUR)).toMatchObject({ used: exactly(15), ended: undefined });
    });

    test("a rolling window forgets slot by slot, never before its duration is over", async () => {
      const rolling = account({ window: { kind: "rolling", durationSeconds: 3600 } });
      const minute = 60_000;
      await settle("r1", [booking(rolling, START + 30_000, exactly(40))]);
      await settle("r2", [booking(rolling, START + 10 * minute, exactly(30))]);
      expect((await read(rolling, START + HOUR + minute - 1)).used).toEqual(exactly(70));
      expect((await read(rolling, START + HOUR + minute)).used).toEqual(exactly(30));
      expect((await read(rolling, START + HOUR + 11 * minute)).used).toEqual(exactly(0));
    });

    test("a rolling window tells a threshold again only when its duration is over", async () => {
      const rolling = account({ window: { kind: "rolling", durationSeconds: 3600 } });
      const crossed = async (id: string, now: number) =>
        (await settle(id, [booking(rolling, now, exactly(60))]))[0]!.crossed;
      expect(await crossed("r1", START)).toEqual([0.5]);
      expect(await crossed("r2", START + HOUR)).toEqual([1]);
      expect(await crossed("r3", START + HOUR + 60_000)).toEqual([0.5]);
    });

    test("keeps the slots of the last tenth of the window before, for the rate", async () => {
      await settle("r1", [booking(account(), START, exactly(1))]);
      await settle("r2", [booking(account(), START + 17 * HOUR, exactly(2))]);
      const { slots, used, firstSpendAt } = await read(account(), START + 18 * HOUR);
      expect(used).toEqual(exactly(0));
      expect([...slots.values()]).toEqual([exactly(2)]);
      expect(firstSpendAt).toBe(START);
    });

    test("keeps all digits", async () => {
      const amount = range(0.1 + 0.2, 1 / 3, 123456789.123456789);
      await settle("r1", [booking(account(), START, amount)]);
      expect((await read(account(), START)).used).toEqual(amount);
    });

    test("keeps accounts apart whose names contain separators", async () => {
      const [one, other] = [account({ name: "a\n1:b" }), account({ name: "a:holds" })];
      await settle("r1", [booking(one, START, exactly(1)), booking(other, START, exactly(2))]);
      await reserve("r2", [hold(account({ name: "a" }), START, 5)]);
      expect((await read(one, START)).used).toEqual(exactly(1));
      expect((await read(other, START)).used).toEqual(exactly(2));
      expect((await read(account({ name: "a" }), START)).reserved).toBe(5);
    });
  });
}
