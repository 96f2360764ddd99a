import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, onTestFinished, test, vi } from "vitest";

import { createMeter } from "../../src/index.ts";
import type { BudgetDescription } from "../../src/budgets/definition/description.ts";
import { compactSlice } from "../../src/journal/compaction.ts";
import { Store } from "../../src/journal/store.ts";
import type { UsageReport } from "../../src/records/usage-report.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A process with a journal and a budget of requests, counting all of them. */
function open(path: string, changes: Partial<BudgetDescription> = {}, writer = "main") {
  const meter = createMeter({
    labels: ["team"],
    journal: { path, writer },
    budgets: [{ name: "b", criterion: "requests", limit: 1000, window: "month", ...changes }],
  });
  onTestFinished(() => meter.close());
  const record = (
    count: number,
    report: Partial<UsageReport> = { usage: { inputTokens: 10, outputTokens: 5 } },
  ): void => {
    for (let n = 0; n < count; n += 1) {
      meter.record({ provider: "openai", model: "gpt-4o", operation: "chat", ...report });
    }
  };
  return { meter, record, used: () => meter.budgets().map(({ used }) => used.central) };
}

const newPath = (): string => join(temporaryFolder(), "footprint.db");

test("a request that failed without usage counts neither before a restart nor after it", async () => {
  const path = newPath();
  const first = open(path);
  first.record(3, { outcome: "failed" });
  first.record(2, { outcome: "failed", usage: { inputTokens: 10 } });
  expect(first.used()).toEqual([2]);
  await first.meter.close();
  expect(open(path).used()).toEqual([2]);
});

test("each writer of a shared journal goes on with its own account", async () => {
  const path = newPath();
  const [a, b] = [open(path, {}, "a"), open(path, {}, "b")];
  a.record(40);
  b.record(7);
  for (const { meter } of [a, b]) await meter.close();
  expect([open(path, {}, "a").used(), open(path, {}, "b").used()]).toEqual([[40], [7]]);
});

test("rows that became hours within the window still count", async () => {
  const path = newPath();
  const first = open(path, { window: "rolling 30d" });
  first.record(65);
  await first.meter.close();
  const store = new Store(path, { writer: "other" });
  compactSlice(store, Date.now() + DAY);
  expect(store.database.prepare("SELECT count(*) AS rows FROM request").get()).toEqual({ rows: 0 });
  store.close();
  expect(open(path, { window: "rolling 30d" }).used()).toEqual([65]);
});

test("requests that took longer than the window count from when they became known", async () => {
  const path = newPath();
  const first = open(path, { window: "rolling 1min" });
  first.record(3, { startedAt: new Date(Date.now() - 2 * MINUTE), durationSeconds: 119 });
  await first.meter.close();
  expect(open(path, { window: "rolling 1min" }).used()).toEqual([3]);
});

test("what became known while the clock was ahead still counts when it is right again", async () => {
  vi.useFakeTimers({ toFake: ["Date"], now: new Date("2026-11-20T10:30:00Z") });
  onTestFinished(() => void vi.useRealTimers());
  const path = newPath();
  const first = open(path, { window: "day" });
  vi.setSystemTime(new Date("2026-11-21T01:00:00Z"));
  first.record(10);
  vi.setSystemTime(new Date("2026-11-20T10:31:00Z"));
  first.record(5);
  expect(first.used()).toEqual([15]);
  await first.meter.close();
  expect(open(path, { window: "day" }).used()).toEqual([15]);
});

test("an account has the same groups, tokens, grams and thresholds after a restart", async () => {
  const path = newPath();
  const budgets: BudgetDescription[] = (["requests", "tokens", "co2eGrams", "waterLitres"] as const).map(
    (criterion) => ({
      name: criterion,
      criterion,
      limit: { requests: 10, tokens: 1e6, co2eGrams: "1 kg", waterLitres: "1 L" }[criterion],
      window: "week",
      groupBy: ["team"],
    }),
  );
  const start = () => {
    const meter = createMeter({ labels: ["team"], journal: path, budgets });
    onTestFinished(() => meter.close());
    return meter;
  };
  const first = start();
  for (let n = 0; n < 6; n += 1) {
    const usage = { inputTokens: 100 * n, outputTokens: 7 };
    const labels = { team: `team ${n % 2}` };
    first.record({ provider: "mistral_ai", model: "mistral-large-2407", operation: "chat", usage, labels });
  }
  const before = first.budgets();
  await first.close();
  const second = start();
  const events: unknown[] = [];
  second.on("budget", (event) => events.push(event));
  const after = second.budgets();
  const key = ({ budget, group }: (typeof before)[number]): string => budget + JSON.stringify(group);
  const byKey = new Map(after.map((state) => [key(state), state]));
  expect(after).toHaveLength(before.length);
  for (const state of before) {
    for (const bound of ["low", "central", "high"] as const) {
      expect(byKey.get(key(state))!.used[bound]).toBeCloseTo(state.used[bound], 9);
    }
  }
  await second.flush();
  expect(events).toEqual([]);
});

test("what was spent is read as a sum, from the window's start on", async () => {
  const path = newPath();
  const first = open(path, { window: "day" });
  first.record(4);
  await first.meter.close();
  {
    // Yesterday's: they are in no window of today.
    using database = new DatabaseSync(path);
    database.exec(`UPDATE quarter SET startedAt = startedAt - ${2 * DAY}, lastAt = lastAt - ${2 * DAY}`);
  }
  expect(open(path, { window: "day" }).used()).toEqual([0]);
  expect(open(path, { window: "rolling 7d" }, "main").used()).toEqual([0]); // the name is taken by the one before
});
