import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createClient } from "redis";

import { freePort } from "../../grafana/stack/server-process.ts";

export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  /** Stops it from answering, connections left open, as a machine does that hangs. */
  pause(): void;
  resume(): void;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  /** Starts it again on the same port with what it had written to disk, or without. */
  restart(withData?: boolean): Promise<void>;
}

/**
 * A `redis-server` of this machine, on loopback, on a free port.
 *
 * @param appendfsync `always`: an answer means that the command is on disk, so that a crash loses nothing that was answered
 * @param options further ones of `redis-server`
 * @param program another that speaks the same protocol and takes the same options
 */
export async function startRedis(
  appendfsync: "always" | "everysec" = "always",
  options: Readonly<Record<string, string | number>> = {},
  program = "redis-server",
): Promise<RedisServer> {
  const port = await freePort();
  const directory = await mkdtemp(join(tmpdir(), "llm-footprint-redis-"));
  const all = { ...options, appendfsync };
  let server = await launch(program, port, directory, all);

  const kill = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill("SIGKILL");
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    pause: () => void server.kill("SIGSTOP"),
    resume: () => void server.kill("SIGCONT"),
    kill,
    restart: async (withData = true) => {
      if (!withData) await rm(join(directory, "appendonlydir"), { recursive: true, force: true });
      server = await launch(program, port, directory, all);
    },
    [Symbol.asyncDispose]: async () => {
      await kill();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A client that comes back by itself soon after the server does. */
export const newClient = (url: string) =>
  createClient({ url, socket: { reconnectStrategy: 20 } }).on("error", () => undefined);

async function launch(
  program: string,
  port: number,
  directory: string,
  options: Readonly<Record<string, string | number>>,
): Promise<ChildProcess> {
  const all = { port, bind: "127.0.0.1", save: "", appendonly: "yes", dir: directory, ...options };
  const parameters = Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawn(program, parameters, { stdio: "ignore" });
  const ended = once(server, "exit").then(() => {
    throw new Error(`${program} has ended; is it installed, as by the Debian package redis-server?`);
  });
  await Promise.race([answers(port), ended]);
  ended.catch(() => undefined);
  return server;
}

async function answers(port: number): Promise<void> {
  for (;;) {
    const client = createClient({ url: `redis://127.0.0.1:${port}`, socket: { reconnectStrategy: false } });
    client.on("error", () => undefined);
    try {
      await client.connect();
      await client.ping();
      return;
    } catch {
      await sleep(20);
    } finally {
      client.destroy();
    }
  }
}
