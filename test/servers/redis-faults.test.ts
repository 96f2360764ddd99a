import { afterEach, describe, expect, test } from "vitest";

import type { BudgetDescription } from "../../src/budgets/definition/description.ts";
import type { BudgetGrant } from "../../src/budgets/admission.ts";
import { createBudgets, type BudgetSettings, type Budgets } from "../../src/budgets/budgets.ts";
import type { BudgetEvent } from "../../src/budgets/accounts/events.ts";
import { exactly } from "../../src/model/range.ts";
import { redisBudgetStore } from "../../src/redis.ts";
import { budgets, carbon, request } from "../budgets/fixtures.ts";
import { newClient, startRedis, type RedisServer } from "./redis-server.ts";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

const server = async (): Promise<RedisServer> => {
  const started = await startRedis();
  cleanUp.push(() => started[Symbol.asyncDispose]());
  return started;
};

/** A process of the application, with a connection of its own. */
async function replica(
  { url }: RedisServer,
  description: Partial<BudgetDescription>,
  settings: Partial<BudgetSettings> = {},
  timeoutSeconds = 0.2,
) {
  const client = newClient(url);
  await client.connect();
  const events: BudgetEvent[] = [];
  const made = createBudgets({
    budgets: budgets(description),
    store: redisBudgetStore({ client, timeoutSeconds }),
    prior: () => ({ co2eGrams: exactly(1) }),
    refreshSeconds: 0.05,
    onEvent: (event) => events.push(event),
    ...settings,
  });
  cleanUp.push(async () => {
    await made.close();
    client.destroy();
  });
  const sample = (metric: string) => [...made.samples()].find((one) => one.metric === metric)?.value;
  const admit = async (): Promise<BudgetGrant> => (await made.admit(request()))!;
  return { ...made, admit, client, events, sample };
}

const standing = ({ state }: Pick<Budgets, "state">) => {
  const [{ used, reserved } = { used: exactly(NaN), reserved: NaN }] = state();
  return { used: used.central, reserved };
};

describe("a Redis server that", () => {
  test("hangs: requests pass soon, nothing is lost, nothing counted twice when it wakes", async () => {
    const redis = await server();
    const one = await replica(redis, {});
    const [before, during] = [await one.admit(), await one.admit()];
    redis.pause();
    // Both arrive in the server's socket, and are executed when it wakes; the settlement is then repeated as well.
    one.settle(before, carbon(5), undefined);
    const began = performance.now();
    const unchecked = await one.admit(); // expected to use 5 g, as the one before did
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(one.sample("budgetStoreReachable")).toBe(0);
    one.settle(during, carbon(7), undefined);
    redis.resume();
    await expect.poll(() => one.sample("budgetPendingSettlements")).toBe(0);
    await expect.poll(() => standing(one)).toEqual({ used: 12, reserved: 5 });
    one.release(unchecked);
    await expect.poll(() => standing(one)).toEqual({ used: 12, reserved: 0 });
    expect(one.events).toMatchObject([
      { type: "store", reachable: false, problem: "no answer from Redis within 0.2 s" },
      { type: "store", reachable: true },
    ]);
  });

  test("hangs: a budget that fails closed refuses, and leaves no reservation", async () => {
    const redis = await server();
    const one = await replica(redis, { onStoreFailure: "closed" });
    await one.admit();
    redis.pause();
    await expect(one.admit()).rejects.toMatchObject({ name: "BudgetExceededError", reason: "store_unreachable" });
    redis.resume();
    await expect.poll(() => one.sample("budgetStoreReachable")).toBe(1);
    await expect.poll(() => standing(one)).toEqual({ used: 0, reserved: 1 });
  });

  test("crashes and comes back: what was spent before and meanwhile is there", async () => {
    const redis = await server();
    const one = await replica(redis, {});
    one.settle(await one.admit(), carbon(5), undefined);
    await expect.poll(() => standing(one)).toEqual({ used: 5, reserved: 0 });
    const open = await one.admit();
    await redis.kill();
    one.settle(open, carbon(7), undefined);
    one.settle(await one.admit(), carbon(11), undefined);
    await expect.poll(() => one.sample("budgetPendingSettlements")).toBe(2);
    await redis.restart();
    await expect.poll(() => standing(one)).toEqual({ used: 23, reserved: 0 });
    expect((await one.admit()).request.id).toMatch(/^request /);
  });

  test("is killed in the middle of a burst: each settlement counts once", async () => {
    const redis = await server();
    const one = await replica(redis, { limit: "1 t" }, {}, 5);
    const admissions = await Promise.all(Array.from({ length: 500 }, () => one.admit()));
    for (const [index, admission] of admissions.entries()) {
      one.settle(admission, carbon(2), undefined);
      if (index === 250) setImmediate(() => void redis.kill());
      if (index % 10 === 0) await new Promise(setImmediate);
    }
    await redis.kill();
    await redis.restart();
    await expect.poll(() => one.sample("budgetPendingSettlements"), { timeout: 5_000 }).toBe(0);
    await expect.poll(() => standing(one)).toEqual({ used: 1_000, reserved: 0 });
  });

  test.each([
    ["becomes a read-only replica", "REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", /READONLY/],
    ["is full", "CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", /OOM/],
  ])("%s: requests pass, and are counted when it takes them", async (_, fault, remedy, problem) => {
    const redis = await server();
    const one = await replica(redis, {});
    const open = await one.admit();
    await one.client.sendCommand(fault.split(" "));
    one.settle(open, carbon(5), undefined);
    const unchecked = await one.admit();
    await expect.poll(() => one.sample("budgetStoreReachable")).toBe(0);
    expect(one.events).toMatchObject([
      { type: "store", reachable: false, problem: expect.stringMatching(problem) as string },
    ]);
    one.settle(unchecked, carbon(6), undefined);
    await one.client.sendCommand(remedy.split(" "));
    await expect.poll(() => standing(one)).toEqual({ used: 11, reserved: 0 });
  });

  test("forgets its scripts: they are sent again", async () => {
    const redis = await server();
    const one = await replica(redis, {});
    await one.client.scriptFlush();
    await one.admit();
    expect(standing(one)).toEqual({ used: 0, reserved: 1 });
    expect(one.sample("budgetStoreErrors")).toBe(0);
  });
});

describe("two replicas on one Redis server", () => {
  test("let 500 of 1,000 requests in at once, together", async () => {
    const redis = await server();
    const both = [await replica(redis, { limit: "500 g" }, {}, 5), await replica(redis, { limit: "500 g" }, {}, 5)];
    const answers = await Promise.allSettled(Array.from({ length: 1_000 }, (_, index) => both[index % 2]!.admit()));
    const admitted = answers.filter(({ status }) => status === "fulfilled");
    expect(admitted).toHaveLength(500);
    await expect.poll(() => standing(both[0]!)).toEqual({ used: 0, reserved: 500 });
  });

  test("tell each threshold, exhaustion and reset once, together", async () => {
    const redis = await server();
    const clock = { now: Date.UTC(2026, 0, 5) };
    const settings = { now: () => clock.now };
    const description: Partial<BudgetDescription> = { mode: "warn", thresholds: [0.5] };
    const both = [await replica(redis, description, settings), await replica(redis, description, settings)];
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
    const told = both.flatMap(({ events }) => events.map(({ type }) => type));
    expect(told.sort()).toEqual(["exhausted", "reset", "threshold"]);
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
});
