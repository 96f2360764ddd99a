import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSentinel } from "redis";
import { afterEach, expect, test } from "vitest";

import { createBudgets } from "../../src/budgets/budgets.ts";
import type { BudgetEvent } from "../../src/budgets/accounts/events.ts";
import { exactly } from "../../src/model/range.ts";
import { redisBudgetStore } from "../../src/redis.ts";
import { freePort } from "../../grafana/stack/server-process.ts";
import { budgets, carbon, request } from "../budgets/fixtures.ts";
import { newClient, startRedis, type RedisServer } from "./redis-server.ts";
import { standing } from "./redis-replica.ts";

const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of cleanUp.splice(0).reverse()) await step();
});

/** A master, a replica that follows it, and a sentinel that makes the replica master when the master is gone. */
async function startSentinel(): Promise<{
  readonly port: number;
  readonly master: RedisServer;
  readonly replica: RedisServer;
}> {
  const [master, replica] = [await startRedis(), await startRedis()];
  for (const server of [master, replica]) cleanUp.push(() => server[Symbol.asyncDispose]());
  const follower = await newClient(replica.url).connect();
  await follower.sendCommand(["REPLICAOF", "127.0.0.1", new URL(master.url).port]);
  while (!(await follower.info("replication")).includes("master_link_status:up")) await sleep(50);
  follower.destroy();
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), "llm-footprint-sentinel-"));
  const configuration = join(folder, "sentinel.conf");
  const lines = [
    `port ${port}`,
    "bind 127.0.0.1",
    `dir ${folder}`,
    `sentinel monitor budgets 127.0.0.1 ${new URL(master.url).port} 1`,
    "sentinel down-after-milliseconds budgets 500",
    "sentinel failover-timeout budgets 3000",
  ];
  await writeFile(configuration, lines.join("\n"));
  const sentinel = spawn("redis-server", [configuration, "--sentinel"], { stdio: "ignore" });
  cleanUp.push(async () => {
    sentinel.kill("SIGKILL");
    if (sentinel.exitCode === null && sentinel.signalCode === null) await once(sentinel, "exit");
    await rm(folder, { recursive: true, force: true });
  });
  for (;;) {
    const client = newClient(`redis://127.0.0.1:${port}`);
    try {
      await client.connect();
      if ((await client.info()).includes("slaves=1")) break;
    } catch {
      // not up yet
    } finally {
      client.destroy();
    }
    await sleep(100);
  }
  return { port, master, replica };
}

test(
  "a failover by Sentinel: nothing is counted twice, and what the replica knew goes on",
  { timeout: 120_000 },
  async () => {
    const { port, master } = await startSentinel();
    const client = createSentinel({
      name: "budgets",
      sentinelRootNodes: [{ host: "127.0.0.1", port }],
      nodeClientOptions: { socket: { reconnectStrategy: 50 } },
    }).on("error", () => undefined);
    await client.connect();
    cleanUp.push(() => client.destroy());
    const events: BudgetEvent[] = [];
    const made = createBudgets({
      budgets: budgets({ limit: "1 kg" }),
      store: redisBudgetStore({ client, timeoutSeconds: 0.3 }),
      prior: () => ({ co2eGrams: exactly(1) }),
      refreshSeconds: 0.2,
      onEvent: (event) => events.push(event),
    });
    cleanUp.push(() => made.close());
    const spend = async (count: number): Promise<void> => {
      for (let n = 0; n < count; n += 1) made.settle((await made.admit(request()))!, carbon(1), undefined);
    };
    await spend(100);
    await expect.poll(() => standing(made)).toEqual({ used: 100, reserved: 0 });
    const known = await newClient(master.url).connect();
    // The replica has all that was written before this connection's last write (WAIT goes by the connection).
    await known.set("last", "write");
    expect(await known.sendCommand(["WAIT", "1", "20000"])).toBe(1);
    known.destroy();
    await master.kill();
    await spend(50);
    await expect.poll(() => standing(made), { timeout: 60_000, interval: 200 }).toEqual({ used: 150, reserved: 0 });
    expect(events.filter(({ type }) => type === "reset" || type === "data_loss")).toEqual([]);
    expect([...made.samples()].find(({ metric }) => metric === "budgetLostSettlements")!.value).toBe(0);
  },
);
