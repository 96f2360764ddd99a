import { afterAll, beforeAll } from "vitest";

import { redisBudgetStoreAt } from "../../src/budgets/stores/redis/redis-store.ts";
import { describeBudgetStore } from "../budgets/store-contract.ts";
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

describeBudgetStore("the budget store in Redis", (now) => {
  stores += 1;
  return redisBudgetStoreAt({ client, prefix: `test-${stores}` }, now);
});

describeBudgetStore("the budget store in Redis, spread by group", (now) => {
  stores += 1;
  return redisBudgetStoreAt({ client, prefix: `test-${stores}`, sharding: "group" }, now);
});
