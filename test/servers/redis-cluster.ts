import { createCluster } from "redis";
import { setTimeout as sleep } from "node:timers/promises";

import { freePort } from "../../grafana/stack/server-process.ts";
import { newClient, startRedis, type RedisServer } from "./redis-server.ts";

export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisServer[];
  /** A connected client of the whole cluster. */
  connect(): Promise<ReturnType<typeof newClusterClient>>;
  /** Empties all nodes, as a restart without persistence does. */
  flush(): Promise<void>;
}

const SLOTS = 16_384;

const newClusterClient = (nodes: readonly RedisServer[]) =>
  createCluster({ rootNodes: nodes.map(({ url }) => ({ url })) }).on("error", () => undefined);

/** A Redis Cluster of masters without replicas, on loopback. */
export async function startCluster(size: number): Promise<RedisCluster> {
  const nodes: RedisServer[] = [];
  const ports: { readonly port: number; readonly bus: number }[] = [];
  for (let index = 0; index < size; index += 1) {
    const bus = await freePort();
    const node = await startRedis("everysec", { "cluster-enabled": "yes", "cluster-port": bus });
    nodes.push(node);
    ports.push({ port: Number(new URL(node.url).port), bus });
  }
  const clients = await Promise.all(nodes.map(({ url }) => newClient(url).connect()));
  for (const [index, client] of clients.entries()) {
    const [from, to] = [index, index + 1].map((part) => Math.floor((part * SLOTS) / size)) as [number, number];
    await client.sendCommand(["CLUSTER", "ADDSLOTSRANGE", String(from), String(to - 1)]);
    const { port, bus } = ports[index]!;
    if (index > 0) await clients[0]!.sendCommand(["CLUSTER", "MEET", "127.0.0.1", String(port), String(bus)]);
  }
  for (const client of clients) {
    const complete = async (): Promise<boolean> => {
      const info = await client.sendCommand<string>(["CLUSTER", "INFO"]);
      return info.includes("cluster_state:ok") && info.includes(`cluster_known_nodes:${size}`);
    };
    while (!(await complete())) await sleep(50);
  }
  return {
    nodes,
    connect: async () => {
      const client = newClusterClient(nodes);
      await client.connect();
      return client;
    },
    flush: async () => {
      for (const client of clients) await client.flushAll();
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of clients) client.destroy();
      for (const node of nodes) await node[Symbol.asyncDispose]();
    },
  };
}
