import { afterAll, beforeAll, describe, test } from "vitest";

import { redisBudgetStoreAt } from "../../src/budgets/stores/redis/redis-store.ts";
import { budgetStoreContract } from "../../src/testing.ts";
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

let stores = 0;

budgetStoreContract(
  "the budget store in Redis",
  (now) => {
    stores += 1;
    return redisBudgetStoreAt({ client, prefix: `test-${stores}` }, now);
  },
  { describe, test },
);

budgetStoreContract(
  "the budget store in Redis, spread by group",
  (now) => {
    stores += 1;
    return redisBudgetStoreAt({ client, prefix: `test-${stores}`, sharding: "group" }, now);
  },
  { describe, test },
);
