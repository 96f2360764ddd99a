import type { Worker } from "node:cluster";
import { readFileSync, rmSync } from "node:fs";

import { isRelayMessage, isSpoolMessage, type RelayMessage } from "./worker-messages.ts";

/** What the workers of a cluster send to their primary, each request once: see {@link WorkerOutbox}. */
export class WorkerInbox {
  /** The number of the last request of each spool. */
  readonly #last = new WeakMap<Worker, Map<string, number>>();

  /** @returns the message where it is a request that has not come before */
  take(worker: Worker, message: unknown): RelayMessage | undefined {
    if (!isSpoolMessage(message)) return undefined;
    const { spool, number = 0 } = message;
    const last = this.#last.get(worker) ?? new Map<string, number>();
    this.#last.set(worker, last);
    const isNew = number > (last.get(spool) ?? 0);
    last.set(spool, Math.max(number, last.get(spool) ?? 0));
    return isNew && isRelayMessage(message) ? message : undefined;
  }

  /**
   * Delivers what a worker that is gone has left, as if it had been sent. While the worker runs, or its channel has not
   * come to its end, there is nothing to deliver: each of the two ends calls this.
   */
  readonly deliverRest = (worker: Worker): void => {
    if (!worker.isDead() || worker.isConnected()) return;
    for (const spool of this.#last.get(worker)?.keys() ?? []) {
      for (const message of spooled(spool)) {
        if (message.number! > this.#last.get(worker)!.get(spool)!) worker.emit("message", message);
      }
    }
    this.#last.delete(worker);
  };
}

/** The requests in a spool, which is removed; none where there is no such file. */
function spooled(path: string): RelayMessage[] {
  try {
    const lines = readFileSync(path, "utf8").split("\n");
    rmSync(path);
    return lines.filter(Boolean).map((line) => JSON.parse(line) as RelayMessage);
  } catch {
    return [];
  }
}
