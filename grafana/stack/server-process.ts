import { spawn, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

export interface ServerProcess {
  readonly url: string;
  /** Ends the process and waits for it. */
  stop(): Promise<void>;
}

/** Whether the command can be started here. */
export const isInstalled = (command: string): boolean => spawnSync(command, ["--version"]).error === undefined;

/** Below the ports that systems hand out by themselves, and above those with names. */
const [FIRST_PORT, BEYOND_PORTS] = [11_000, 32_768];

/** A port of 127.0.0.1 that is free at the moment, and that nobody is given by chance while its server is down. */
export async function freePort(): Promise<number> {
  const port = randomInt(FIRST_PORT, BEYOND_PORTS);
  const server = createServer().listen(port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    return freePort();
  }
  server.close();
  await once(server, "close");
  return port;
}

/**
 * Starts a server and waits until it is ready.
 *
 * @param ready the path that answers 200 once it is
 * @param ask how it is asked, where its certificate is not a public one
 * @throws Error with the last words of the server when it ends before, or is not ready in 30 s
 */
export async function startServer(
  command: string,
  args: readonly string[],
  url: string,
  ready: string,
  environment: Readonly<Record<string, string>> = {},
  ask: (
    address: string,
  ) => Promise<Pick<Response, "ok"> & { readonly body: { cancel(): Promise<void> } | null }> = fetch,
): Promise<ServerProcess> {
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, ...environment } });
  let output = "";
  const keep = (chunk: Buffer) => (output = (output + chunk.toString()).slice(-2000));
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const ended = once(child, "exit");
  const stop = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGTERM");
      await ended;
    }
  };
  const giveUpAt = Date.now() + 30_000;
  while (Date.now() < giveUpAt && child.exitCode === null) {
    const answer = await ask(url + ready).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return { url, stop };
    await delay(50);
  }
  await stop();
  throw new Error(`${command} did not start:\n${output}`);
}
