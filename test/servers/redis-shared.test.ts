import { setTimeout } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";

import type { BudgetDescription } from "../../src/budgets/definition/description.ts";
import { carbon } from "../budgets/fixtures.ts";
import { redisReplicas, standing } from "./redis-replica.ts";

const { server, replica, end } = redisReplicas();
afterEach(end);

describe("replicas on one Redis server", () => {
  test("let 500 of 1,000 requests in at once, together", async () => {
    const redis = await server();
    const both = [
      await replica(redis, { limit: "500 g" }, {}, { timeoutSeconds: 5 }),
      await replica(redis, { limit: "500 g" }, {}, { timeoutSeconds: 5 }),
    ];
    const answers = await Promise.allSettled(Array.from({ length: 1_000 }, (_, index) => both[index % 2]!.admit()));
    const admitted = answers.filter(({ status }) => status === "fulfilled");
    expect(admitted).toHaveLength(500);
    await expect.poll(() => standing(both[0]!)).toEqual({ used: 0, reserved: 500 });
  });

  test("tell each threshold, exhaustion and reset once, together", async () => {
    const redis = await server();
    const clock = { now: Date.UTC(2026, 0, 5) };
    const at = { storeTime: () => clock.now };
    const description: Partial<BudgetDescription> = { mode: "warn", thresholds: [0.5] };
    const both = [await replica(redis, description, {}, at), await replica(redis, description, {}, at)];
    const admissions = await Promise.all(Array.from({ length: 100 }, (_, index) => both[index % 2]!.admit()));
    for (const [index, admission] of admissions.entries()) both[index % 2]!.settle(admission, carbon(1), undefined);
    await expect
      .poll(() => both.map(standing))
      .toEqual([
        { used: 100, reserved: 0 },
        { used: 100, reserved: 0 },
      ]);
    clock.now += 86_400_000;
    await expect
      .poll(() => both.map(standing))
      .toEqual([
        { used: 0, reserved: 0 },
        { used: 0, reserved: 0 },
      ]);
    const types = both.flatMap(({ events }) => events.map(({ type }) => type)).filter((type) => type !== "clock");
    expect(types.sort()).toEqual(["exhausted", "reset", "threshold"]);
  });

  test("give back what one had reserved that died", async () => {
    const redis = await server();
    const dying = await replica(redis, {}, { reservationSeconds: 0.3 });
    const living = await replica(redis, {}, { reservationSeconds: 0.3 });
    await dying.admit();
    dying.client.destroy();
    await expect.poll(() => standing(living)).toEqual({ used: 0, reserved: 1 });
    await expect.poll(() => standing(living)).toEqual({ used: 0, reserved: 0 });
  });

  test.each([
    ["a month ahead", 32 * 24],
    ["16 minutes ahead", 16 / 60],
    ["a week behind", -7 * 24],
  ])("of which one has a clock that is %s: the budget goes by the server's", async (_, hours) => {
    const redis = await server();
    const right = await replica(redis, { limit: "100 g", window: "month" });
    const grants = await Promise.all(Array.from({ length: 60 }, () => right.admit()));
    for (const grant of grants.slice(0, 30)) right.settle(grant, carbon(1), undefined);
    const wrong = await replica(
      redis,
      { limit: "100 g", window: "month" },
      { now: () => Date.now() + hours * 3_600_000 },
    );
    const answers = await Promise.allSettled(Array.from({ length: 60 }, () => wrong.admit()));
    expect(answers.filter(({ status }) => status === "fulfilled")).toHaveLength(40);
    await expect.poll(() => standing(right)).toEqual({ used: 30, reserved: 70 });
    expect(wrong.state()[0]!.resetsAt).toBe(right.state()[0]!.resetsAt);
    await expect.poll(() => wrong.sample("budgetStoreClockAhead")).toBeCloseTo(hours * 3600, -1);
    expect(wrong.events.filter(({ type }) => type === "clock")).toHaveLength(1);
    expect(right.events.filter(({ type }) => type === "clock" || type === "reset")).toEqual([]);
  });

  test("with 2,000 groups of a rolling window cost the server a page at a time", async () => {
    const redis = await server();
    const one = await replica(
      redis,
      { groupBy: ["team"], window: "rolling 24h" },
      { refreshSeconds: 60 },
      { timeoutSeconds: 5 },
    );
    const teams = Array.from({ length: 2_000 }, (_, index) => `team ${index}`);
    const grants = await Promise.all(teams.map((team) => one.admit({ labels: { team } })));
    for (const grant of grants) one.settle(grant, carbon(1), undefined);
    await expect.poll(() => one.sample("budgetPendingSettlements"), { timeout: 20_000, interval: 500 }).toBe(0);
    await setTimeout(100);
    await one.client.sendCommand(["CONFIG", "RESETSTAT"]);
    one.state();
    const accountsRead = async (): Promise<number> => {
      const statistics = await one.client.info("commandstats");
      return Number(/cmdstat_hmget:calls=(\d+)/.exec(statistics)?.[1]);
    };
    await expect.poll(accountsRead).toBe(100);
  });
});
