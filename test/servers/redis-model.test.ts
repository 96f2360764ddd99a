import { afterAll, beforeAll } from "vitest";

import { redisBudgetStoreAt, type RedisBudgetStoreOptions } from "../../src/budgets/stores/redis/redis-store.ts";
import { describeDataLoss, describeReplicas, type SharedStore } from "../budgets/replica-model.ts";
import { startCluster, type RedisCluster } from "./redis-cluster.ts";
import { newClient, startRedis, type RedisServer } from "./redis-server.ts";

let server: RedisServer;
let cluster: RedisCluster;
let client: ReturnType<typeof newClient>;
let clusterClient: Awaited<ReturnType<RedisCluster["connect"]>>;

beforeAll(async () => {
  server = await startRedis("everysec");
  client = newClient(server.url);
  await client.connect();
  cluster = await startCluster(3);
  clusterClient = await cluster.connect();
});

afterAll(async () => {
  client.destroy();
  clusterClient.destroy();
  await server[Symbol.asyncDispose]();
  await cluster[Symbol.asyncDispose]();
});

let runs = 0;

const shared =
  (loseData: () => Promise<unknown>, options: () => Omit<RedisBudgetStoreOptions, "prefix" | "timeoutSeconds">) =>
  (): Promise<SharedStore> => {
    runs += 1;
    const prefix = `run-${runs}`;
    return Promise.resolve({
      connect: (now) => redisBudgetStoreAt({ ...options(), prefix, timeoutSeconds: 10 }, now),
      loseData,
    });
  };

const oneServer = shared(
  () => client.flushAll(),
  () => ({ client }),
);
const oneTag = shared(
  () => cluster.flush(),
  () => ({ client: clusterClient }),
);
const spread = shared(
  () => cluster.flush(),
  () => ({ client: clusterClient, sharding: "group" }),
);

describeReplicas("Redis", oneServer, 60);
describeReplicas("a Redis Cluster of three, under one hash tag", oneTag, 40);
describeReplicas("a Redis Cluster of three, spread by group", spread, 40);
describeDataLoss("Redis", oneServer, 60);
describeDataLoss("a Redis Cluster of three, spread by group,", spread, 40);
