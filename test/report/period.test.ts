import { expect, test } from "vitest";

import { dayIn, periodBefore, reportPeriod, type PeriodRequest } from "../../src/report/report-period.ts";

const now = new Date("2026-11-26T10:00:00Z");
const period = (request: PeriodRequest) => {
  const { from, to, title } = reportPeriod(request, now);
  return [from.toISOString(), to.toISOString(), title];
};

test("a month, a quarter and a year are whole, and have their names", () => {
  expect(period({ month: "2026-10" })).toStrictEqual([
    "2026-10-01T00:00:00.000Z",
    "2026-11-01T00:00:00.000Z",
    "October 2026",
  ]);
  expect(period({ quarter: "2026-Q3" })).toStrictEqual([
    "2026-07-01T00:00:00.000Z",
    "2026-10-01T00:00:00.000Z",
    "Q3 2026",
  ]);
  expect(period({ year: "2025" })).toStrictEqual(["2025-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2025"]);
});

test("an end that is a day or a month is inside the period, and a moment is its end", () => {
  expect(period({ from: "2026-10-01", to: "2026-10-31" })).toStrictEqual([
    "2026-10-01T00:00:00.000Z",
    "2026-11-01T00:00:00.000Z",
    "2026-10-01 to 2026-10-31",
  ]);
  expect(period({ from: "2026-09", to: "2026-10" })[1]).toBe("2026-11-01T00:00:00.000Z");
  expect(period({ from: "2026-10-01", to: "2026-10-31T12:00Z" })[1]).toBe("2026-10-31T12:00:00.000Z");
  expect(period({ from: "30d" })[0]).toBe("2026-10-27T10:00:00.000Z");
});

test("days and months are those of the time zone, also where its clocks change", () => {
  expect(period({ month: "2026-10", timeZone: "Europe/Paris" })).toStrictEqual([
    "2026-09-30T22:00:00.000Z",
    "2026-10-31T23:00:00.000Z",
    "October 2026 (Europe/Paris)",
  ]);
  expect(period({ from: "2026-10-25", to: "2026-10-25", timeZone: "Europe/Paris" }).slice(0, 2)).toStrictEqual([
    "2026-10-24T22:00:00.000Z",
    "2026-10-25T23:00:00.000Z",
  ]);
  expect(period({ from: "2026-11-25 10:00", timeZone: "America/New_York" })[0]).toBe("2026-11-25T15:00:00.000Z");
  expect(dayIn(new Date("2026-10-31T23:30:00Z"), "Asia/Kolkata")).toBe("2026-11-01");
});

test("the period before a month is the month before, and before some days as many days", () => {
  const before = (request: PeriodRequest) => periodBefore(reportPeriod(request, now));
  expect(before({ month: "2026-03" })).toMatchObject({ title: "February 2026", from: new Date("2026-02-01") });
  expect(before({ quarter: "2026-Q1" })).toMatchObject({ title: "Q4 2025" });
  expect(before({ year: "2026" })).toMatchObject({ title: "2025" });
  expect(before({ month: "2026-11", timeZone: "Europe/Paris" })).toMatchObject({
    from: new Date("2026-09-30T22:00:00Z"),
    to: new Date("2026-10-31T23:00:00Z"),
  });
  expect(before({ from: "2026-10-10", to: "2026-10-12" })).toMatchObject({ title: "2026-10-07 to 2026-10-09" });
});

test("an invalid period is refused with what to write", () => {
  expect(() => period({ month: "2026-13" })).toThrow('--month: expected a period such as 2026-10, got "2026-13"');
  expect(() => period({ quarter: "2026-Q5" })).toThrow("--quarter");
  expect(() => period({ from: "2026-02-30" })).toThrow('--from: expected a time, got "2026-02-30"');
  expect(() => period({ month: "2026-10", from: "2026-10-01" })).toThrow("expected one period, got several");
  expect(() => period({ from: "2026-11-02", to: "2026-11-01" })).toThrow("expected a time before --to");
  expect(() => period({ month: "2026-10", timeZone: "Mars" })).toThrow("--time-zone");
});
