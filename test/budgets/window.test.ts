import fc from "fast-check";
import { describe, expect, test } from "vitest";

import {
  CALENDAR_UNITS,
  calendarWindow,
  WEEKDAYS,
  windowClock,
  type CalendarUnit,
} from "../../src/budgets/definition/window.ts";

const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
const windowAround = (unit: CalendarUnit, timeZone: string, instant: string): string[] =>
  calendarWindow(unit, timeZone, Date.parse(instant)).map(iso);

describe("calendar windows", () => {
  test.each([
    // [what, unit, time zone, an instant, start, end]
    ["a plain day", "day", "UTC", "2026-05-05T12:00Z", "2026-05-05T00:00Z", "2026-05-06T00:00Z"],
    ["a day in Paris", "day", "Europe/Paris", "2026-05-05T22:30Z", "2026-05-05T22:00Z", "2026-05-06T22:00Z"],
    ["a day of 23 hours", "day", "Europe/Paris", "2026-03-29T12:00Z", "2026-03-28T23:00Z", "2026-03-29T22:00Z"],
    ["a day of 25 hours", "day", "Europe/Paris", "2026-10-25T12:00Z", "2026-10-24T22:00Z", "2026-10-25T23:00Z"],
    [
      "a day without midnight",
      "day",
      "America/Santiago",
      "2026-09-06T12:00Z",
      "2026-09-06T04:00Z",
      "2026-09-07T03:00Z",
    ],
    [
      "a day with two midnights",
      "day",
      "America/Havana",
      "2026-11-01T12:00Z",
      "2026-11-01T04:00Z",
      "2026-11-02T05:00Z",
    ],
    [
      "half an hour beside the hour",
      "day",
      "Asia/Kolkata",
      "2026-01-01T00:00Z",
      "2025-12-31T18:30Z",
      "2026-01-01T18:30Z",
    ],
    ["a week from Monday", "week", "UTC", "2026-11-22T23:59Z", "2026-11-16T00:00Z", "2026-11-23T00:00Z"],
    [
      "a week that gains an hour",
      "week",
      "Europe/Paris",
      "2026-10-22T12:00Z",
      "2026-10-18T22:00Z",
      "2026-10-25T23:00Z",
    ],
    ["February of a leap year", "month", "UTC", "2028-02-29T12:00Z", "2028-02-01T00:00Z", "2028-03-01T00:00Z"],
    [
      "a month that loses an hour",
      "month",
      "Europe/Paris",
      "2026-03-31T21:59Z",
      "2026-02-28T23:00Z",
      "2026-03-31T22:00Z",
    ],
    [
      "the last month of a year",
      "month",
      "Pacific/Auckland",
      "2026-12-31T10:59Z",
      "2026-11-30T11:00Z",
      "2026-12-31T11:00Z",
    ],
    ["a quarter", "quarter", "UTC", "2026-05-31T12:00Z", "2026-04-01T00:00Z", "2026-07-01T00:00Z"],
    [
      "the last quarter of a year",
      "quarter",
      "Europe/Paris",
      "2026-12-31T22:59Z",
      "2026-09-30T22:00Z",
      "2026-12-31T23:00Z",
    ],
    ["a leap year", "year", "UTC", "2028-02-29T12:00Z", "2028-01-01T00:00Z", "2029-01-01T00:00Z"],
    ["a year in Auckland", "year", "Pacific/Auckland", "2026-12-31T11:00Z", "2026-12-31T11:00Z", "2027-12-31T11:00Z"],
  ] as const)("%s", (_, unit, timeZone, instant, start, end) => {
    expect(windowAround(unit, timeZone, instant)).toEqual([iso(Date.parse(start)), iso(Date.parse(end))]);
  });

  test.each([
    ["monday", "2026-11-23"],
    ["saturday", "2026-11-21"],
    ["sunday", "2026-11-22"],
    ["thursday", "2026-11-26"],
    ["friday", "2026-11-20"],
  ] as const)("a week from %s", (weekStart, start) => {
    // A Thursday.
    const [from, to] = calendarWindow("week", "UTC", Date.parse("2026-11-26T10:00Z"), weekStart);
    expect([from, to]).toEqual([Date.parse(start), Date.parse(start) + 7 * 86_400_000]);
  });

  test("the first millisecond of a window is in it, the last before it is not", () => {
    const [start, end] = calendarWindow("month", "Europe/Paris", Date.parse("2026-10-10T00:00Z"));
    expect(calendarWindow("month", "Europe/Paris", start)).toEqual([start, end]);
    expect(calendarWindow("month", "Europe/Paris", start - 1)[1]).toBe(start);
    expect(calendarWindow("month", "Europe/Paris", end)[0]).toBe(end);
  });
});

const instants = fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2037, 0) });
const windows = fc.oneof(
  fc.record({
    kind: fc.constant("calendar" as const),
    unit: fc.constantFrom(...CALENDAR_UNITS),
    weekStart: fc.constantFrom(...WEEKDAYS),
    timeZone: fc.constantFrom("UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
  }),
  fc.record({ kind: fc.constant("rolling" as const), durationSeconds: fc.integer({ min: 60, max: 31_622_400 }) }),
);

describe("every window", () => {
  test("holds the instant, in a slot that holds it too", () => {
    fc.assert(
      fc.property(windows, instants, (window, now) => {
        const { windowStart, windowEnd, slot, slotMilliseconds, keepFrom } = windowClock(window)(now);
        expect(windowStart).toBeLessThanOrEqual(slot);
        expect(slot).toBeLessThanOrEqual(now);
        expect(now).toBeLessThan(slot + slotMilliseconds);
        expect(now).toBeLessThan(windowEnd);
        expect(keepFrom).toBeLessThanOrEqual(windowStart);
      }),
      { examples: [[{ kind: "rolling", durationSeconds: 76 }, 2_114_380_800_000]] },
    );
  });

  test("moves forward with time, whatever was asked before", () => {
    fc.assert(
      fc.property(windows, instants, instants, (window, one, other) => {
        const clock = windowClock(window);
        clock(Math.max(one, other));
        const earlier = clock(Math.min(one, other));
        const later = clock(Math.max(one, other));
        expect(earlier.windowStart).toBeLessThanOrEqual(later.windowStart);
        expect(later).toEqual(windowClock(window)(Math.max(one, other)));
      }),
    );
  });

  test("a rolling one covers its whole duration, and at most a sixtieth more", () => {
    fc.assert(
      fc.property(fc.integer({ min: 60, max: 31_622_400 }), instants, (durationSeconds, now) => {
        const { windowStart, slotMilliseconds } = windowClock({ kind: "rolling", durationSeconds })(now);
        const covered = now - windowStart;
        expect(covered).toBeGreaterThanOrEqual(durationSeconds * 1000 - 1e-3);
        expect(covered).toBeLessThan(durationSeconds * 1000 + slotMilliseconds + 1e-3);
      }),
    );
  });
});
