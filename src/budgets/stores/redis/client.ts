import { answersInTime } from "./late-answers.ts";
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

/** Runs scripts, each with an answer in time or an error. */
export function scriptRunner(client: RedisClient, timeoutSeconds: number) {
  // A client without a listener throws its connection errors into the application.
  if (client.listenerCount("error") === 0) client.on("error", () => undefined);
  const inTime = answersInTime(timeoutSeconds);

  return async ({ sha1, source }: Script, keys: string[], parameters: string[]): Promise<unknown> => {
    if (client.isReady === false) throw new Error("the Redis client is not connected");
    const options = { keys, arguments: parameters };
    const answer = client.evalSha(sha1, options).catch((error: unknown) => {
      if (error instanceof Error && error.message.startsWith("NOSCRIPT")) return client.eval(source, options);
      throw error;
    });
    return JSON.parse(String(await inTime(answer))) as unknown;
  };
}
