import type { Cluster, Worker } from "node:cluster";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import type { PrimaryMessage, WorkerMessage, WorkerSettings } from "./primary-messages.ts";
import { RequestsOfWorker, type RequestAccounts } from "./requests-of-worker.ts";

/** A worker that lived for less is not started again at once, lest one that cannot live keeps the machine busy. */
const SHORT_LIFE_MILLISECONDS = 1000;

/** How much longer than it was given a worker may take to drain before it is killed. */
const GRACE_MILLISECONDS = 5000;

/** How long the last messages of a worker may take that has ended. */
const LAST_MESSAGES_MILLISECONDS = 1000;

export interface PoolParts {
  readonly accounts: RequestAccounts;
  /** What a worker is to do, as of now. */
  readonly settings: () => WorkerSettings;
  /** Takes a line for whoever runs the server. */
  readonly log: (line: string) => void;
}

/** The workers: as many as there shall be, whichever die. */
export class WorkerPool {
  readonly #cluster: Cluster;
  readonly #parts: PoolParts;
  /** With what resolves when a worker has gone and its last messages were taken. */
  readonly #workers = new Map<Worker, Promise<void>>();
  #draining = false;

  constructor(cluster: Cluster, parts: PoolParts) {
    this.#cluster = cluster;
    this.#parts = parts;
    // Handed round, connections on their way to a worker that is killed would hang; so each takes them by itself.
    cluster.schedulingPolicy = cluster.SCHED_NONE;
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf("."));
    cluster.setupPrimary({
      exec: fileURLToPath(new URL(`./worker-program${extension}`, import.meta.url)),
      args: [],
    });
  }

  /**
   * Resolves with the port when so many workers listen.
   *
   * @throws Error where one cannot
   */
  async start(count: number): Promise<number> {
    const ports = await Promise.all(Array.from({ length: count }, () => this.#listening(this.#fork())));
    for (const worker of this.#workers.keys()) this.#keepAlive(worker);
    return ports[0]!;
  }

  /** Resolves when all workers have taken on the settings as they are now. */
  async configure(): Promise<void> {
    const message: PrimaryMessage = { serve: "configure", settings: this.#parts.settings() };
    const configured = Array.from(this.#workers, ([worker, gone]) => {
      const done = Promise.race([saidBy(worker, "configured"), gone]);
      post(worker, message);
      return done;
    });
    await Promise.all(configured);
  }

  /** Resolves when all have ended, and all that they had under way was counted. */
  async drain(patienceMilliseconds: number): Promise<void> {
    this.#draining = true;
    const ended = Array.from(this.#workers, async ([worker, gone]) => {
      post(worker, { serve: "drain", patienceMilliseconds });
      const kill = setTimeout(() => worker.process.kill("SIGKILL"), patienceMilliseconds + GRACE_MILLISECONDS);
      await gone;
      clearTimeout(kill);
    });
    await Promise.all(ended);
  }

  #fork(): Worker {
    const worker = this.#cluster.fork();
    const requests = new RequestsOfWorker(this.#parts.accounts, (message) => post(worker, message));
    worker.on("message", (message: WorkerMessage | RelayMessage) => {
      if ("llmFootprint" in message) requests.settled(message.request?.id);
      else if (message.serve === "started") post(worker, { serve: "configure", settings: this.#parts.settings() });
      else requests.take(message);
    });
    const gone = new Promise<void>((resolve) => {
      // Its messages have come with "disconnect", and what it could not send with the later of the two; but a channel that
      // breaks off may not come to its end.
      const both = (): void => {
        if (worker.isDead() && !worker.isConnected()) resolve();
      };
      worker.once("disconnect", both);
      worker.once("exit", () => {
        both();
        setTimeout(resolve, LAST_MESSAGES_MILLISECONDS);
      });
    });
    this.#workers.set(
      worker,
      gone.then(() => {
        this.#workers.delete(worker);
        const lost = requests.lost();
        if (lost > 0) this.#parts.log(`Worker ${worker.process.pid} had ${lost} requests under way.`);
      }),
    );
    return worker;
  }

  async #listening(worker: Worker): Promise<number> {
    const failed = saidBy(worker, "failed").then(({ reason }) => Promise.reject(new Error(reason)));
    const ended = once(worker, "exit").then(() => Promise.reject(new Error("a worker ended before it listened")));
    const listening = once(worker, "listening") as Promise<[{ readonly port: number }]>;
    const [{ port }] = await Promise.race([listening, failed, ended]);
    return port;
  }

  #keepAlive(worker: Worker): void {
    const startedAt = performance.now();
    void saidBy(worker, "failed").then(({ reason }) => this.#parts.log(`Worker ${worker.process.pid}: ${reason}.`));
    worker.once("exit", (code: number, signal: string | null) => {
      if (this.#draining) return;
      this.#parts.log(`Worker ${worker.process.pid} has ended (${signal ?? code}); another one is started.`);
      const isShort = performance.now() - startedAt < SHORT_LIFE_MILLISECONDS;
      setTimeout(
        () => {
          if (!this.#draining) this.#keepAlive(this.#fork());
        },
        isShort ? SHORT_LIFE_MILLISECONDS : 0,
      );
    });
  }
}

/** As `meterWorker` sends it. */
interface RelayMessage {
  readonly llmFootprint: string;
  readonly request?: { readonly id: string | undefined };
}

type Said<Kind extends WorkerMessage["serve"]> = Extract<WorkerMessage, { readonly serve: Kind }>;

const saidBy = <Kind extends WorkerMessage["serve"]>(worker: Worker, kind: Kind): Promise<Said<Kind>> =>
  new Promise((resolve) => {
    const take = (message: WorkerMessage): void => {
      if (message.serve !== kind) return;
      worker.off("message", take);
      resolve(message as Said<Kind>);
    };
    worker.on("message", take);
  });

/** To one that has just gone, in vain. */
const post = (worker: Worker, message: PrimaryMessage): void => {
  if (worker.isConnected()) worker.send(message, undefined, () => undefined);
};
