import cluster from "node:cluster";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { internalsOf } from "../../exporters/meter-internals.ts";
import { meterPrimary } from "../../meter/meter-primary.ts";
import type { ServeConfiguration } from "../configuration.ts";
import { startServer, urlOf, type Running } from "../start.ts";
import { workerSettings } from "./primary-messages.ts";
import { WorkerPool } from "./worker-pool.ts";

/**
 * Starts workers that share the port, and behind them a server of this process, which has the totals, the journal, the
 * budgets and the live page.
 *
 * @param log takes a line for whoever runs the server, as when a worker dies
 * @throws ConfigurationError for what the meter or the budgets refuse; Error when the address cannot be listened on
 */
export async function startWorkers(configuration: ServeConfiguration, log: (line: string) => void): Promise<Running> {
  const folder = mkdtempSync(join(tmpdir(), "llm-footprint-"));
  const path = process.platform === "win32" ? `\\\\.\\pipe\\llm-footprint-${process.pid}` : join(folder, "primary");
  const primary = await startServer(configuration, { path });
  const { meter, gate, ownSalt, answered } = primary;
  let current = configuration;
  const pool = new WorkerPool(cluster, {
    accounts: { gate, answered, count: (request) => internalsOf(meter)!.relayed(request) },
    settings: () => workerSettings(current, path, current.salt ?? ownSalt),
    log,
  });
  const endRelay = meterPrimary(meter);
  const drain = async (patienceMilliseconds: number): Promise<void> => {
    await pool.drain(patienceMilliseconds);
    endRelay();
    await primary.drain(0);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const port = await pool.start(configuration.workers);
    return {
      url: urlOf(configuration.host, port),
      meter,
      async reload(changed) {
        await primary.reload(changed);
        current = changed;
        await pool.configure();
      },
      drain,
    };
  } catch (error) {
    await drain(0);
    throw error;
  }
}
