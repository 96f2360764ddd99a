export { redisBudgetStore, type RedisBudgetStoreOptions, type RedisClient } from "./budgets/redis-store.ts";
