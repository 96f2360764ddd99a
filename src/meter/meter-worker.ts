import { internalsOf } from "../exporters/meter-internals.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { relayedRequest } from "../records/relayed-request.ts";
import type { Meter } from "./meter.ts";
import { relayMessage, THREADS_CHANNEL, threadsModule, type RelayMessage } from "./worker-messages.ts";

/**
 * Sends every request of a worker to the primary, as it settles: in a worker of `node:cluster`, or a thread. What the
 * primary has taken stays counted when the worker dies.
 *
 * @example
 * ```ts
 * if (cluster.isPrimary) meterPrimary(meter);
 * else meterWorker(meter);
 * ```
 * @returns what ends it
 * @throws ConfigurationError in a process that is not a worker, or for an object that is not a meter
 */
export function meterWorker(meter: Meter): () => void {
  const internals = internalsOf(meter);
  if (!internals) {
    throw new ConfigurationError("meterWorker", `expected a meter, got ${shown(meter)}`, "Pass what createMeter gave.");
  }
  const { send, end } = wayToPrimary();
  const unobserve = internals.observe({
    begun: () => undefined,
    settled(_, record) {
      try {
        send(relayMessage(relayedRequest(record)));
      } catch {
        internals.countError();
      }
    },
  });
  // Bodies that have ended but were not read yet would die with the process.
  const settle = (): void => internals.settlePending();
  process.on("exit", settle);
  return () => {
    settle();
    process.off("exit", settle);
    unobserve();
    end();
  };
}

function wayToPrimary(): { readonly send: (message: RelayMessage) => void; readonly end: () => void } {
  const { isMainThread, BroadcastChannel } = threadsModule();
  if (!isMainThread) {
    const channel = new BroadcastChannel(THREADS_CHANNEL);
    channel.unref();
    return { send: (message) => channel.postMessage(message), end: () => channel.close() };
  }
  if (process.send) return { send: (message) => void process.send?.(message), end: () => undefined };
  throw new ConfigurationError(
    "meterWorker",
    "expected a worker of node:cluster or a thread, got a process of its own",
    "Call it in workers only, as by cluster.isWorker; the primary calls meterPrimary.",
  );
}
