import { afterAll, beforeAll } from "vitest";

import { redisBudgetStore } from "../../src/redis.ts";
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

describeBudgetStore("the budget store in Redis", () => {
  stores += 1;
  return redisBudgetStore({ client, prefix: `test-${stores}` });
});
