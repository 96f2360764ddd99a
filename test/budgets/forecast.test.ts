import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { forecast } from "../../src/budgets/accounts/forecast.ts";
import { windowClock } from "../../src/budgets/definition/window.ts";
import { add, exactly, range, type Range } from "../../src/model/range.ts";
import { budgets } from "./fixtures.ts";

const HOUR = 3_600_000;
const MIDNIGHT = Date.UTC(2026, 0, 5);

const statement = (windowStart: number, slots: [start: number, spent: Range][]) => ({
  windowStart,
  used: slots.filter(([start]) => start >= windowStart).reduce((sum, [, spent]) => add(sum, spent), exactly(0)),
  reserved: 0,
  ended: undefined,
  crossed: [],
  slots: new Map(slots),
  firstSpendAt: slots[0]?.[0],
});

describe("a calendar day", () => {
  const [budget] = budgets({ limit: "100 g", window: "day" });
  const position = (now: number) => windowClock(budget!.window)(now);

  test("goes on at the rate of its last tenth, low, central and high", () => {
    // 24 g, 1 to 3 times that, in the 2.4 hours before noon: 10 g an hour. It began with 20 g.
    const noon = MIDNIGHT + 12 * HOUR;
    const slots: [number, Range][] = [
      [MIDNIGHT, range(20, 20, 20)],
      [noon - 2.4 * HOUR, range(12, 12, 36)],
      [noon - 0.4 * HOUR, range(12, 12, 36)],
    ];
    const found = forecast(budget!, position(noon), statement(MIDNIGHT, slots))!;
    expect(found.ratePerSecond.central * 3600).toBeCloseTo(10, 9);
    expect(found.used.low).toBeCloseTo(44 + 120, 9);
    expect(found.used.central).toBeCloseTo(44 + 120, 9);
    expect(found.used.high).toBeCloseTo(92 + 360, 9);
    expect(found.exhaustedAt.earliest).toBeCloseTo(noon + (8 / 30) * HOUR, 3);
    expect(found.exhaustedAt.central).toBeCloseTo(noon + 5.6 * HOUR, 3);
    expect(found.exhaustedAt.latest).toBeCloseTo(noon + 5.6 * HOUR, 3);
  });

  test("is not used up when the rate does not suffice", () => {
    const slots: [number, Range][] = [[MIDNIGHT, range(0, 5, 80)]];
    const found = forecast(budget!, position(MIDNIGHT + 2 * HOUR), statement(MIDNIGHT, slots))!;
    expect(found.exhaustedAt.earliest).toBeCloseTo(MIDNIGHT + 2.5 * HOUR, 3);
    expect(found.exhaustedAt).toMatchObject({ central: undefined, latest: undefined });
    expect(found.used.central).toBeCloseTo(5 + 2.5 * 22, 9);
  });

  test("that is used up is so now", () => {
    const now = MIDNIGHT + 2 * HOUR;
    const found = forecast(budget!, position(now), statement(MIDNIGHT, [[MIDNIGHT, exactly(120)]]))!;
    expect(found.exhaustedAt).toEqual({ earliest: now, central: now, latest: now });
  });

  test("is not foreseen before a sixtieth of it has been seen", () => {
    const slots: [number, Range][] = [[MIDNIGHT, exactly(10)]];
    expect(forecast(budget!, position(MIDNIGHT + 0.4 * HOUR - 1), statement(MIDNIGHT, slots))).toBeUndefined();
    expect(
      forecast(budget!, position(MIDNIGHT + 0.4 * HOUR), statement(MIDNIGHT, slots))!.ratePerSecond.central,
    ).toBeCloseTo(10 / 1440, 12);
    expect(forecast(budget!, position(MIDNIGHT), statement(MIDNIGHT, []))).toBeUndefined();
  });

  test("takes its first rate from the day before", () => {
    const slots: [number, Range][] = [[MIDNIGHT - HOUR, exactly(24)]];
    const found = forecast(budget!, position(MIDNIGHT), statement(MIDNIGHT, slots))!;
    expect(found.used.central).toBeCloseTo(24 * 24, 9);
  });
});

describe("a rolling hour", () => {
  const [budget] = budgets({ limit: "100 g", window: "rolling 60min" });
  const MINUTE = 60_000;
  const position = (now: number) => windowClock(budget!.window)(now);

  test("a forecast sees spend leave: 90 g that leave before the rest has come do not exhaust the budget", () => {
    const now = MIDNIGHT + 56 * MINUTE;
    const slots: [number, Range][] = [
      [MIDNIGHT, exactly(90)],
      [now - 6 * MINUTE, exactly(3)],
    ];
    // 0.5 g a minute: 95.5 g when the 90 leave, five minutes from now; 30 g in the long run.
    const found = forecast(budget!, position(now), statement(MIDNIGHT - 5 * MINUTE, slots))!;
    expect(found.used.central).toBeCloseTo(30, 9);
    expect(found.exhaustedAt.central).toBeUndefined();
  });

  test("finds the minute in which it is used up", () => {
    const now = MIDNIGHT + 50 * MINUTE;
    const slots: [number, Range][] = [
      [MIDNIGHT, exactly(40)],
      [now - 6 * MINUTE, exactly(24)],
    ];
    // 4 g a minute: 64 g now, 108 g would be reached when the 40 leave in eleven minutes.
    const found = forecast(budget!, position(now), statement(MIDNIGHT - 10 * MINUTE, slots))!;
    expect(found.exhaustedAt.central).toBeCloseTo(now + 9 * MINUTE, 3);
  });
});

test("high values are never used up later, and never amount to less", () => {
  const spent = fc
    .tuple(
      fc.double({ min: 0, max: 50, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
      fc.double({ min: 0, max: 50, noNaN: true }),
    )
    .map((values) => {
      const [low, central, high] = values.sort((a, b) => a - b);
      return range(low, central, high);
    });
  const windows = fc.constantFrom("day", "rolling 24h");
  const slots = fc.array(fc.tuple(fc.integer({ min: 1, max: 59 }), spent), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(windows, slots, (window, spends) => {
      const [budget] = budgets({ window });
      const now = MIDNIGHT + 24 * HOUR - 1;
      const position = windowClock(budget!.window)(now);
      const places = new Map(spends.map(([slot, amount]) => [MIDNIGHT + slot * 0.4 * HOUR, amount]));
      const found = forecast(
        budget!,
        position,
        statement(
          position.windowStart,
          [...places].sort(([a], [b]) => a - b),
        ),
      );
      if (found === undefined) return;
      const { earliest = Infinity, central = Infinity, latest = Infinity } = found.exhaustedAt;
      expect(earliest).toBeLessThanOrEqual(central);
      expect(central).toBeLessThanOrEqual(latest);
      expect(found.used.low).toBeLessThanOrEqual(found.used.central);
      expect(found.used.central).toBeLessThanOrEqual(found.used.high);
    }),
  );
});
