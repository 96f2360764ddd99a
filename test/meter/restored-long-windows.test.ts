import fc from "fast-check";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test, vi } from "vitest";

import { createMeter, type Meter } from "../../src/index.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

const DAY = 24 * 3_600_000;
const WINDOWS = ["week", "month", "quarter", "year", "rolling 15d", "rolling 30d", "rolling 90d"] as const;

const budgets = WINDOWS.map((window) => ({ name: window, criterion: "requests", limit: 1e6, window }) as const);

/** Fakes the clock, and opens meters that have the same budgets, in memory or continued from a journal. */
function atTime(start: number) {
  vi.useFakeTimers({ toFake: ["Date"], now: start });
  const meters: Meter[] = [];
  return {
    open(journal?: string): Meter {
      const meter = createMeter({ budgets, ...(journal !== undefined && { journal }) });
      meters.push(meter);
      return meter;
    },
    async [Symbol.asyncDispose]() {
      for (const meter of meters) await meter.close();
      vi.useRealTimers();
    },
  };
}

const record = (meter: Meter) =>
  meter.record({ provider: "openai", model: "gpt-4o", operation: "chat", usage: { outputTokens: 7 } });

/** What of each budget is used, by its window. */
const used = (meter: Meter) => Object.fromEntries(meter.budgets().map((state) => [state.budget, state.used.central]));

const START = Date.parse("2026-01-20T07:00:00Z");

test("a budget of days to a year has used as much as without a restart, then and while its window moves on", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 60 }),
      fc.integer({ min: 0, max: 3000 }),
      async (pausesInMinutes, minutesToRestart) => {
        await using process = atTime(START);
        const path = join(temporaryFolder(), "footprint.db");
        const [live, ended] = [process.open(), process.open(path)];
        let now = START;
        for (const minutes of pausesInMinutes) {
          vi.setSystemTime((now += minutes * 60_000));
          for (const meter of [live, ended]) record(meter);
        }
        vi.setSystemTime((now += minutesToRestart * 60_000));
        await ended.close();
        const restored = process.open(path);
        expect(used(restored)).toStrictEqual(used(live));
        // At the beginning of a slot of each of the rolling windows.
        for (now = Math.ceil(now / DAY) * DAY; now < START + 200 * DAY; now += 6 * DAY) {
          vi.setSystemTime(now);
          expect(used(restored)).toStrictEqual(used(live));
        }
      },
    ),
    { numRuns: 12 },
  );
});

test("what became known while the clock was 40 days ahead counts in the window that was reached", async () => {
  await using process = atTime(START);
  const path = join(temporaryFolder(), "footprint.db");
  const [live, ended] = [process.open(), process.open(path)];
  for (const [time, count] of [
    [START, 3],
    [START + 40 * DAY, 10],
    [START + 10 * DAY, 5],
  ] as const) {
    vi.setSystemTime(time);
    for (const meter of [live, ended]) for (let n = 0; n < count; n++) record(meter);
  }
  await ended.close();
  const restored = process.open(path);
  const right = { week: 15, month: 15, quarter: 18, year: 18, "rolling 15d": 15, "rolling 30d": 15, "rolling 90d": 18 };
  for (const meter of [live, restored]) expect(used(meter)).toStrictEqual(right);
});

test("long windows are read as sums of six hours, but for their ends", async () => {
  await using process = atTime(START);
  const path = join(temporaryFolder(), "footprint.db");
  const ended = process.open(path);
  for (let days = 0; days < 60; days++) {
    vi.setSystemTime(START + days * DAY);
    record(ended);
  }
  const forecasts = (meter: Meter) => meter.budgets().map(({ budget, forecast }) => [budget, forecast?.ratePerSecond]);
  const before = forecasts(ended);
  await ended.close();
  {
    using database = new DatabaseSync(path);
    // A year's recent rate is taken over the last 42 days.
    database.exec(`DELETE FROM quarter WHERE startedAt BETWEEN ${START + DAY} AND ${START + 15 * DAY}`);
  }
  const restored = process.open(path);
  expect(used(restored)).toMatchObject({ "rolling 90d": 60, year: 60 });
  expect(forecasts(restored)).toStrictEqual(before);
});
