import { givenInternals } from "../exporters/meter-internals.ts";
import { ConfigurationError } from "../model/errors.ts";
import { relayedRequest, type RelayedRequest } from "../records/relayed-request.ts";
import type { Meter } from "./meter.ts";
import { clusterModule, THREADS_CHANNEL, threadsModule, type RelayMessage } from "./worker-messages.ts";
import { WorkerOutbox } from "./worker-outbox.ts";

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
  const internals = givenInternals("meterWorker", meter);
  const { send, end } = wayToPrimary(() => internals.countError());
  const unobserve = internals.observe({
    begun: () => undefined,
    settled(_, record) {
      try {
        send(relayedRequest(record));
      } catch {
        internals.countError();
      }
    },
  });
  // What is under way would die with the process.
  const onExit = (): void => {
    internals.settleAll();
    end();
  };
  process.on("exit", onExit);
  return () => {
    process.off("exit", onExit);
    internals.settlePending();
    unobserve();
    end();
  };
}

interface WayToPrimary {
  readonly send: (request: RelayedRequest) => void;
  readonly end: () => void;
}

function wayToPrimary(countError: () => void): WayToPrimary {
  const { isMainThread, BroadcastChannel } = threadsModule();
  if (!isMainThread) {
    const channel = new BroadcastChannel(THREADS_CHANNEL);
    channel.unref();
    const message = (request: RelayedRequest): RelayMessage => ({ llmFootprint: "request", request });
    return { send: (request) => channel.postMessage(message(request)), end: () => channel.close() };
  }
  if (clusterModule().isWorker) {
    const outbox = new WorkerOutbox(countError);
    return { send: outbox.send, end: outbox.spool };
  }
  throw new ConfigurationError(
    "meterWorker",
    "expected a worker of node:cluster or a thread, got a process of its own",
    "Call it in workers only, as by cluster.isWorker; the primary calls meterPrimary.",
  );
}
