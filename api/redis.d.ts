import { BudgetStore } from "./shared-budget-store.js";
/** What is used of a client of the `redis` package, 5 or newer; a cluster client will do. */
interface RedisClient {
  readonly isReady?: boolean;
  evalSha(sha1: string, options: {
    keys: string[];
    arguments: string[];
  }): Promise<unknown>;
  eval(script: string, options: {
    keys: string[];
    arguments: string[];
  }): Promise<unknown>;
  on(event: "error", listener: (error: unknown) => void): unknown;
  listenerCount(event: "error"): number;
}
/** How to keep the accounts of budgets in Redis. */
interface RedisBudgetStoreOptions {
  /** A connected client; connecting and closing it is the application's part. */
  readonly client: RedisClient;
  /** How all keys begin. @default "llm-footprint" */
  readonly prefix?: string;
  /** How long an answer is waited for, in seconds, before the store counts as unreachable. @default 0.5 */
  readonly timeoutSeconds?: number;
}
/**
 * Keeps the accounts in Redis or Valkey, for budgets that several processes share. The server must not evict keys
 * (`maxmemory-policy noeviction`, its default) and should persist them (`appendonly yes`).
 */
export declare function redisBudgetStore({ client, prefix, timeoutSeconds }: RedisBudgetStoreOptions): BudgetStore;
export type { RedisBudgetStoreOptions, RedisClient };