import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Account } from "../../src/budgets/definition/budget.ts";
import { memoryBudgetStore } from "../../src/budgets/stores/memory-store.ts";
import type { BudgetStore, Statement } from "../../src/budgets/accounts/budget-store.ts";
import { redisBudgetStoreAt } from "../../src/budgets/stores/redis/redis-store.ts";
import { range } from "../../src/model/range.ts";
import { budgets, HOUR, START } from "../budgets/fixtures.ts";
import { newClient, startRedis, type RedisServer } from "./redis-server.ts";

let server: RedisServer;
let client: ReturnType<typeof newClient>;

beforeAll(async () => {
  server = await startRedis();
  client = newClient(server.url);
  await client.connect();
});

afterAll(async () => {
  client.destroy();
  await server[Symbol.asyncDispose]();
});

const accounts = budgets(
  { limit: "50 g", thresholds: [0.3, 0.8] },
  { limit: "60 g", bound: "high", window: "rolling 6h", thresholds: [1] },
  { limit: "20 g", mode: "shadow", window: "week", timeZone: "Europe/Paris" },
).map((budget): Account => ({ budget, group: {}, key: budget.name }));

/** Requests, with the accounts that each counts towards. */
const requests = fc.constantFrom(
  ...["a", "b", "c", "d", "e", "f"].map(
    (id, index) => [id, accounts.filter((_, place) => (1 + index) & (1 << place))] as const,
  ),
);
/** Hours after the start; clocks of replicas differ, and jump. */
const times = fc.integer({ min: -10, max: 60 }).map((hours) => START + hours * HOUR);
const chosen = fc.subarray(accounts, { minLength: 1 });
const amounts = fc.integer({ min: 0, max: 20 });

interface Step {
  readonly now: number;
  take(store: BudgetStore): unknown;
}

const steps = fc.oneof(
  fc
    .tuple(requests, times, amounts, fc.integer({ min: 1, max: 20 }))
    .map(([[id, where], now, amount, hours]): Step => ({
      now,
      take: (store) =>
        store.reserve(
          id,
          where.map((account) => ({ account, amount })),
          hours * 3600,
        ),
    })),
  fc
    .tuple(requests, times, fc.option(amounts), fc.subarray(["a", "b", "c"]))
    .map(([[id, where], now, spent, acknowledged]): Step => ({
      now,
      take: (store) =>
        store.settle(
          id,
          where.map((account) => ({
            account,
            amount: spent === null ? undefined : range(spent, 2 * spent, 3 * spent),
          })),
          acknowledged,
        ),
    })),
  fc.tuple(chosen, times).map(([where, now]): Step => ({ now, take: (store) => store.read(where) })),
);

/** A statement whose slots have not changed is given without them. */
const withoutSlots = (answer: unknown): unknown =>
  Array.isArray(answer)
    ? answer.map(({ slots: _slots, firstSpendAt: _first, ...balance }: Statement) => balance)
    : answer;

test("Redis answers every step as the store in memory does", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (sequence) => {
      run += 1;
      let clock = START;
      const now = () => clock;
      const memory = memoryBudgetStore(now);
      const redis = redisBudgetStoreAt({ client, prefix: `run-${run}`, timeoutSeconds: 10 }, now);
      for (const step of sequence) {
        clock = step.now;
        expect(withoutSlots(await step.take(redis))).toEqual(withoutSlots(await step.take(memory)));
      }
      // Whoever has read nothing yet is given the slots as well.
      const newcomer = redisBudgetStoreAt({ client, prefix: `run-${run}`, timeoutSeconds: 10 }, now);
      expect(await newcomer.read(accounts)).toEqual(await memory.read(accounts));
    }),
    { numRuns: 100 },
  );
});
