import type { Worker } from "node:cluster";

import { givenInternals } from "../exporters/meter-internals.ts";
import type { Meter } from "./meter.ts";
import { WorkerInbox } from "./worker-inbox.ts";
import { clusterModule, isRelayMessage, THREADS_CHANNEL, threadsModule } from "./worker-messages.ts";

/**
 * Counts the requests of all workers of this process that call {@link meterWorker}: those of `node:cluster` and threads,
 * present and future. Its `/metrics` is then exact over all of them, whichever die.
 *
 * @example
 * ```ts
 * if (cluster.isPrimary) meterPrimary(meter);
 * else meterWorker(meter);
 * ```
 * @returns what ends it
 * @throws ConfigurationError for an object that is not a meter
 */
export function meterPrimary(meter: Meter): () => void {
  const internals = givenInternals("meterPrimary", meter);
  const take = (message: unknown): void => {
    if (isRelayMessage(message)) internals.relayed(message.request);
  };
  const channel = new (threadsModule().BroadcastChannel)(THREADS_CHANNEL);
  channel.onmessage = (event) => take((event as { readonly data: unknown }).data);
  channel.unref();
  const cluster = clusterModule();
  const inbox = new WorkerInbox();
  const takeFromProcess = (worker: Worker, message: unknown): void => take(inbox.take(worker, message));
  cluster.on("message", takeFromProcess);
  cluster.on("disconnect", inbox.deliverRest);
  cluster.on("exit", inbox.deliverRest);
  return () => {
    cluster.off("message", takeFromProcess);
    cluster.off("disconnect", inbox.deliverRest);
    cluster.off("exit", inbox.deliverRest);
    channel.close();
  };
}
