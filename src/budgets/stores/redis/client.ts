import { LateAnswerError } from "../../accounts/budget-store.ts";
import type { Script } from "./scripts.ts";

/** What is used of a client of the `redis` package, 5 or newer; a cluster client will do. */
export interface RedisClient {
  /** Whether commands would be answered now. */
  readonly isReady?: boolean;
  /** Runs a script that the server has. */
  evalSha(sha1: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** Runs a script. */
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>;
  /** As of an `EventEmitter`. */
  on(event: "error", listener: (error: unknown) => void): unknown;
  /** As of an `EventEmitter`. */
  listenerCount(event: "error"): number;
}

/** A server that goes on answering others is given this many times as long: calls wait for each other. */
const PATIENCE = 20;

/** A timer that is this late shows that the process was doing something else. */
const BUSY_MILLISECONDS = 50;

/** Runs scripts, each with an answer in time or an error. */
export function scriptRunner(client: RedisClient, timeoutSeconds: number) {
  // A client without a listener throws its connection errors into the application.
  if (client.listenerCount("error") === 0) client.on("error", () => undefined);
  const timeoutMilliseconds = timeoutSeconds * 1000;
  let lastAnswerAt = -Infinity;

  /**
   * A server that hangs keeps the connection open and never answers: the client alone would wait for ever. An answer is
   * late when the server has answered nothing for that long; one that has arrived, but waits for this process to be less
   * busy, is not.
   */
  async function inTime<Value>(answer: Promise<Value>): Promise<Value> {
    const began = performance.now();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      const lookAfter = (milliseconds: number): void => {
        const due = performance.now() + milliseconds;
        const look = (): void => {
          const now = performance.now();
          // A process that was busy may not even have sent the call.
          const wasBusy = now - due > BUSY_MILLISECONDS;
          const wait = (wasBusy ? now : Math.max(began, lastAnswerAt)) + timeoutMilliseconds - now;
          if (wait > 0 && now - began < PATIENCE * timeoutMilliseconds) lookAfter(wait);
          else reject(new LateAnswerError(`no answer from Redis within ${timeoutSeconds} s`));
        };
        timer = setTimeout(() => setImmediate(look), milliseconds);
      };
      lookAfter(timeoutMilliseconds);
    });
    try {
      return await Promise.race([answer, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  return async ({ sha1, source }: Script, keys: string[], parameters: string[]): Promise<unknown> => {
    if (client.isReady === false) throw new Error("the Redis client is not connected");
    const options = { keys, arguments: parameters };
    const answer = client
      .evalSha(sha1, options)
      .catch((error: unknown) => {
        if (error instanceof Error && error.message.startsWith("NOSCRIPT")) return client.eval(source, options);
        throw error;
      })
      .then((reply) => {
        lastAnswerAt = performance.now();
        return reply;
      });
    return JSON.parse(String(await inTime(answer))) as unknown;
  };
}
