import { afterEach, describe, expect, test } from "vitest";

import { carbon } from "../budgets/fixtures.ts";
import { redisReplicas, standing } from "./redis-replica.ts";

const { server, replica, end } = redisReplicas();
afterEach(end);

describe("a Redis server that", () => {
  test("hangs: requests pass soon, nothing is lost, nothing counted twice when it wakes", async () => {
    const redis = await server();
    const one = await replica(redis, {}, { refreshSeconds: 60 });
    const [before, during] = [await one.admit(), await one.admit()];
    redis.pause();
    // Both arrive in the server's socket, and are executed when it wakes; the settlement is then repeated as well.
    one.settle(before, carbon(5), undefined);
    const began = performance.now();
    const unchecked = await one.admit(); // expected to use 5 g, as the one before did
    expect(performance.now() - began).toBeLessThan(2_000);
    expect(one.sample("budgetStoreReachable")).toBe(1); // one silence may be a hiccup
    const another = await one.admit();
    expect(one.sample("budgetStoreReachable")).toBe(0);
    one.settle(during, carbon(7), undefined);
    redis.resume();
    await expect.poll(() => one.sample("budgetPendingSettlements")).toBe(0);
    await expect.poll(() => standing(one)).toEqual({ used: 12, reserved: 10 });
    one.release(unchecked);
    one.release(another);
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
    const refusal = { name: "BudgetExceededError", reason: "store_unreachable" };
    await expect(one.admit()).rejects.toMatchObject(refusal);
    await expect(one.admit()).rejects.toMatchObject(refusal);
    expect(one.sample("budgetStoreReachable")).toBe(0);
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
    const one = await replica(redis, { limit: "1 t" }, {}, { timeoutSeconds: 5 });
    const admissions = await Promise.all(Array.from({ length: 500 }, () => one.admit()));
    for (const [index, admission] of admissions.entries()) {
      one.settle(admission, carbon(2), undefined);
      if (index === 250) setImmediate(() => void redis.kill());
      if (index % 10 === 0) await new Promise(setImmediate);
    }
    await redis.kill();
    await redis.restart();
    await expect.poll(() => one.sample("budgetPendingSettlements")).toBe(0);
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

  test("hiccups once: one late answer is not an outage", async () => {
    const redis = await server();
    const one = await replica(redis, { onStoreFailure: "closed" }, { refreshSeconds: 60 });
    await one.admit();
    redis.pause();
    await expect(one.admit()).rejects.toMatchObject({ reason: "store_unreachable" });
    redis.resume();
    await one.admit();
    expect(one.events.map(({ type }) => type)).toEqual(["refused"]);
    await expect.poll(() => standing(one)).toEqual({ used: 0, reserved: 2 });
  });

  test("is late with a look: the look is not a verdict", async () => {
    const redis = await server();
    const one = await replica(redis, {});
    redis.pause();
    await expect.poll(() => one.sample("budgetStoreErrors")).toBeGreaterThan(1);
    expect(one.sample("budgetStoreReachable")).toBe(1);
    redis.resume();
    await one.admit();
    expect(one.events).toEqual([]);
  });

  test.each(["restarts without its data", "is flushed"])(
    "%s: what was spent and is in flight is taken up, and reported",
    async (fault) => {
      const redis = await server();
      const one = await replica(redis, { thresholds: [0.5] });
      for (let request = 0; request < 6; request += 1) one.settle(await one.admit(), carbon(10), undefined);
      await expect.poll(() => standing(one)).toEqual({ used: 60, reserved: 0 });
      const open = await one.admit();
      if (fault === "is flushed") await one.client.flushAll();
      else {
        await redis.kill();
        await redis.restart(false);
      }
      await expect.poll(() => one.sample("budgetStoreDataLosses")).toBe(1);
      await expect.poll(() => standing(one)).toEqual({ used: 60, reserved: 10 });
      one.settle(open, carbon(7), undefined);
      await expect.poll(() => standing(one)).toEqual({ used: 67, reserved: 0 });
      const types = one.events.map(({ type }) => type).filter((type) => type !== "store");
      expect(types).toEqual(["threshold", "data_loss"]);
    },
  );

  test("holds another program's key in place of one group's account: the other groups go on", async () => {
    const redis = await server();
    const one = await replica(redis, { groupBy: ["team"], onStoreFailure: "closed" });
    const of = (team: string) => ({ labels: { team } });
    const open = await one.admit(of("good"));
    const [key] = (await one.client.keys("*:account:*")).filter((name) => name.endsWith("good"));
    await one.client.set(key!.replace("4:good", "3:bad"), "another program's");
    await expect(one.admit(of("bad"))).rejects.toMatchObject({ reason: "store_unreachable", group: { team: "bad" } });
    one.settle(open, carbon(5), undefined);
    one.settle(await one.admit(of("good")), carbon(6), undefined);
    await expect.poll(() => standing(one)).toEqual({ used: 11, reserved: 0 });
    expect(one.sample("budgetStoreReachable")).toBe(1);
    expect(one.events.map(({ type }) => type)).toEqual(["refused"]);
  });
});

describe("an allowance", () => {
  test("lets each replica use its share of what was left, and not more, until the store is back", async () => {
    const redis = await server();
    const description = { limit: "100 g", onStoreFailure: "allowance" } as const;
    const both = [await replica(redis, description), await replica(redis, description)];
    for (let request = 0; request < 40; request += 1) both[0]!.settle(await both[0]!.admit(), carbon(1), undefined);
    await expect.poll(() => both.map(standing)).toEqual(Array(2).fill({ used: 40, reserved: 0 }));
    await redis.kill();
    const admitted: number[] = [];
    for (const one of both) {
      const answers = await Promise.allSettled(Array.from({ length: 50 }, () => one.admit()));
      const grants = answers.flatMap((answer) => (answer.status === "fulfilled" ? [answer.value] : []));
      for (const grant of grants) one.settle(grant, carbon(1), undefined);
      await expect(one.admit()).rejects.toMatchObject({ reason: "store_unreachable" });
      admitted.push(grants.length);
    }
    expect(admitted).toEqual([30, 30]);
    await redis.restart();
    await expect.poll(() => both.map(standing)).toEqual(Array(2).fill({ used: 100, reserved: 0 }));
  });
});
