import { expect, test } from "vitest";

import { ratesOf, type Span } from "../../src/dashboard/page/rates.ts";

const fiveMinutes: Span = { seconds: 300, perSeconds: 60, title: "5 minutes", isPast: false };
const bucket = (startSeconds: number, grams: number) => ({
  startSeconds,
  requests: 1,
  co2eGrams: { low: grams / 2, central: grams, high: grams * 2 },
});

test("the plot knows nothing of the time before metering began, and zero of a stretch without requests", () => {
  const source = { at: 10_000, bucketSeconds: 5, buckets: [bucket(9900, 1)], seenSince: 9880 };
  const { times, central, low, high, total } = ratesOf("co2eGrams", fiveMinutes, source);
  expect(times).toHaveLength(61);
  for (const [index, time] of times.entries()) {
    const expected = time + 5 <= 9880 ? null : time === 9900 ? 12 : 0;
    expect([time, central[index]]).toStrictEqual([time, expected]);
  }
  expect([low[times.indexOf(9900)], high[times.indexOf(9900)]]).toStrictEqual([6, 24]);
  expect(total).toBe(1);
});

test("the plot leaves the present stretch out of its line, and counts it in its sum", () => {
  const source = { at: 10_002, bucketSeconds: 5, buckets: [bucket(9995, 1), bucket(10_000, 2)], seenSince: 0 };
  const { times, total } = ratesOf("co2eGrams", fiveMinutes, source);
  expect(times.at(-1)).toBe(9995);
  expect(total).toBe(3);
});

test("the plot's rates times their stretches are what the stretches came to", () => {
  const day: Span = { seconds: 86_400, perSeconds: 3600, title: "1 day", isPast: true };
  const buckets = Array.from({ length: 40 }, (_, index) => bucket(index * 1800, index));
  const { times, central } = ratesOf("co2eGrams", day, { at: 86_400, bucketSeconds: 1800, buckets, seenSince: 0 });
  expect(times[1]! - times[0]!).toBe(1800);
  const sum = central.reduce<number>((grams, rate) => grams + (rate ?? 0) / 2, 0);
  expect(sum).toBeCloseTo((39 * 40) / 2, 9);
});
