import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

import type { RequestRecord } from "../../src/index.ts";
import { DEFAULT_CONFIGURATION, type ServeConfiguration } from "../../src/serve/configuration.ts";
import { startServer } from "../../src/serve/start.ts";

/** What a test has started, as the functions that stop it. */
export const running: (() => PromiseLike<unknown>)[] = [];

/** To be called after each test: the last that was started ends first. */
export async function stopAll(): Promise<void> {
  for (const stop of running.splice(0).reverse()) await stop();
}

/** A server on a free port, and the records of what it has seen. */
export async function serving(configuration: Partial<ServeConfiguration> = {}, drainMilliseconds = 50) {
  const server = await startServer({ ...DEFAULT_CONFIGURATION, port: 0, ...configuration });
  running.push(() => server.drain(drainMilliseconds));
  const records: RequestRecord[] = [];
  server.meter.on("request", (record) => records.push(record));
  return { ...server, records };
}

/** An upstream on a free port. @returns its URL */
export async function upstream(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  running.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
