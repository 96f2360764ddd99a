import { randomUUID } from "node:crypto";
import { appendFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { RelayedRequest } from "../records/relayed-request.ts";
import type { RelayMessage, SpoolMessage } from "./worker-messages.ts";

/** How long a request may wait in this process for a primary that does not read. */
const SPOOL_MILLISECONDS = 100;

/**
 * The way from a worker of a cluster to its primary. What the channel to a busy primary does not take at once, or after it was
 * closed, stands in a file as well, which the primary reads when the worker is gone. Requests are numbered, so that none
 * counts twice.
 */
export class WorkerOutbox {
  readonly #spool = join(tmpdir(), `llm-footprint-spool-${randomUUID()}`);
  readonly #primary = process.ppid;
  readonly #countError: () => void;
  #sent = 0;
  /** Requests that the channel has not taken. */
  #underWay = 0;
  /** Those of them that are not in the file. */
  readonly #inMemory = new Map<number, RelayMessage>();
  #hasSpool = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(countError: () => void) {
    this.#countError = countError;
    const beginning: SpoolMessage = { llmFootprint: "spool", spool: this.#spool };
    process.send?.(beginning, undefined, undefined, () => undefined);
  }

  readonly send = (request: RelayedRequest): void => {
    const number = ++this.#sent;
    const message: RelayMessage = { llmFootprint: "request", spool: this.#spool, number, request };
    this.#underWay += 1;
    this.#inMemory.set(number, message);
    this.#timer ??= setTimeout(this.spool, SPOOL_MILLISECONDS).unref();
    // Without a callback, a closed channel would be an error of the process.
    process.send?.(message, undefined, undefined, (error) => {
      if (!error) this.#taken(number);
    });
  };

  /** Writes what is under way to the file, for a process that may end now. Never throws. */
  readonly spool = (): void => {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    // Without its primary nobody would read it.
    if (this.#inMemory.size === 0 || process.ppid !== this.#primary) return;
    try {
      const lines = Array.from(this.#inMemory.values(), (message) => `${JSON.stringify(message)}\n`);
      appendFileSync(this.#spool, lines.join(""), { mode: 0o600, flag: this.#hasSpool ? "a" : "ax" });
      this.#hasSpool = true;
      this.#inMemory.clear();
    } catch {
      this.#countError();
    }
  };

  #taken(number: number): void {
    this.#inMemory.delete(number);
    this.#underWay -= 1;
    if (this.#underWay > 0 || !this.#hasSpool) return;
    rmSync(this.#spool, { force: true });
    this.#hasSpool = false;
  }
}
