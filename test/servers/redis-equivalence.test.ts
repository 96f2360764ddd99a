import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";

import type { Account } from "../../src/budgets/definition/budget.ts";
import { memoryBudgetStore } from "../../src/budgets/stores/memory-store.ts";
import type { BudgetStore } from "../../src/budgets/accounts/budget-store.ts";
import { windowClock } from "../../src/budgets/definition/window.ts";
import { redisBudgetStore } from "../../src/redis.ts";
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

const ids = fc.constantFrom("a", "b", "c", "d", "e", "f");
/** Hours after the start; clocks of replicas differ, and jump. */
const times = fc.integer({ min: -10, max: 60 }).map((hours) => START + hours * HOUR);
const chosen = fc.subarray(accounts, { minLength: 1 });
const amounts = fc.integer({ min: 0, max: 20 });

type Step = (store: BudgetStore) => unknown;
const at = (account: Account, now: number) => ({ account, position: windowClock(account.budget.window)(now) });

const steps = fc.oneof(
  fc.tuple(ids, chosen, times, amounts, fc.integer({ min: 1, max: 20 })).map(
    ([id, where, now, amount, hours]): Step =>
      (store) =>
        store.reserve(
          id,
          where.map((account) => ({ ...at(account, now), amount })),
          now + hours * HOUR,
        ),
  ),
  fc.tuple(ids, chosen, times, fc.option(amounts), fc.subarray(["a", "b", "c"])).map(
    ([id, where, now, spent, acknowledged]): Step =>
      (store) =>
        store.settle(
          id,
          where.map((account) => ({
            ...at(account, now),
            amount: spent === null ? undefined : range(spent, 2 * spent, 3 * spent),
          })),
          acknowledged,
        ),
  ),
  fc.tuple(chosen, times).map(
    ([where, now]): Step =>
      (store) =>
        store.read(where.map((account) => at(account, now))),
  ),
);

test("Redis answers every step as the store in memory does", async () => {
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (sequence) => {
      run += 1;
      const memory = memoryBudgetStore();
      const redis = redisBudgetStore({ client, prefix: `run-${run}`, timeoutSeconds: 10 });
      for (const step of sequence) expect(await step(redis)).toEqual(await step(memory));
    }),
    { numRuns: 100 },
  );
});
