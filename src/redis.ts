export { redisBudgetStore, type RedisBudgetStoreOptions } from "./budgets/stores/redis/redis-store.ts";
export type { RedisClient } from "./budgets/stores/redis/client.ts";
