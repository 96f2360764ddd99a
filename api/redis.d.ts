import { BudgetStore } from "./shared-budget-store.js";

// dist/budgets/stores/redis/client.d.ts
/** What is used of a client of the `redis` package, 5 or newer; a cluster client will do. */
interface RedisClient {
  /** Whether commands would be answered now. */
  readonly isReady?: boolean;
  /** Runs a script that the server has. */
  evalSha(sha1: string, options: {
    keys: string[];
    arguments: string[];
  }): Promise<unknown>;
  /** Runs a script. */
  eval(script: string, options: {
    keys: string[];
    arguments: string[];
  }): Promise<unknown>;
  /** As of an `EventEmitter`. */
  on(event: "error", listener: (error: unknown) => void): unknown;
  /** As of an `EventEmitter`. */
  listenerCount(event: "error"): number;
}
/** How to keep the accounts of budgets in Redis. */
interface RedisBudgetStoreOptions {
  /** A connected client; connecting and closing it is the application's part. */
  readonly client: RedisClient;
  /** How all keys begin; without braces. @default "llm-footprint" */
  readonly prefix?: string;
  /** For how many seconds the server may answer nothing before a call counts as late. @default 0.5 */
  readonly timeoutSeconds?: number;
  /**
   * How the accounts lie in a Redis Cluster. `none`: on one node, and a request's steps are atomic over all its
   * budgets; `group`: spread over the nodes by budget and group, and a request that one of its budgets refuses has held
   * room in the others for a moment. Accounts that were begun without it are taken over.
   *
   * @default "none"
   */
  readonly sharding?: "none" | "group";
}
/**
 * Keeps the accounts in Redis or Valkey, for budgets that several processes share, by the server's clock. The server
 * must not evict keys (`maxmemory-policy noeviction`, its default) and should persist them (`appendonly yes`).
 *
 * @example
 * ```ts
 * const client = await createClient({ url: "redis://localhost:6379" }).connect();
 * const meter = createMeter({ budgets: "budgets.yaml", budgetStore: redisBudgetStore({ client }) });
 * ```
 * @throws ConfigurationError for a prefix with braces, or a sharding that does not exist
 */
declare const redisBudgetStore: (options: RedisBudgetStoreOptions) => BudgetStore;
export { type RedisBudgetStoreOptions, type RedisClient, redisBudgetStore };