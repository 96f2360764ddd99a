export { redisBudgetStore, type RedisBudgetStoreOptions, type RedisClient } from "./budgets/stores/redis-store.ts";
