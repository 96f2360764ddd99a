import type { BudgetGrant } from "../../src/budgets/admission.ts";
import { createBudgets, type BudgetSettings, type Budgets } from "../../src/budgets/budgets.ts";
import type { BudgetEvent } from "../../src/budgets/accounts/events.ts";
import type { BudgetDescription } from "../../src/budgets/definition/description.ts";
import { redisBudgetStoreAt } from "../../src/budgets/stores/redis/redis-store.ts";
import { exactly } from "../../src/model/range.ts";
import { budgets, request } from "../budgets/fixtures.ts";
import { newClient, startRedis, type RedisServer } from "./redis-server.ts";

/** Servers and replicas of a test, ended after it in the reverse order. */
export function redisReplicas() {
  const cleanUp: (() => unknown)[] = [];

  async function server(): Promise<RedisServer> {
    const started = await startRedis();
    cleanUp.push(() => started[Symbol.asyncDispose]());
    return started;
  }

  /**
   * A process of the application, with a connection of its own.
   *
   * @param storeTime a clock in place of the server's
   */
  async function replica(
    { url }: Pick<RedisServer, "url">,
    description: Partial<BudgetDescription>,
    settings: Partial<BudgetSettings> = {},
    { timeoutSeconds = 0.2, storeTime }: { timeoutSeconds?: number; storeTime?: () => number } = {},
  ) {
    const client = newClient(url);
    await client.connect();
    const events: BudgetEvent[] = [];
    const made = createBudgets({
      budgets: budgets(description),
      store: redisBudgetStoreAt({ client, timeoutSeconds }, storeTime),
      prior: () => ({ co2eGrams: exactly(1) }),
      refreshSeconds: 0.05,
      onEvent: (event) => events.push(event),
      ...settings,
    });
    cleanUp.push(async () => {
      await made.close();
      client.destroy();
    });
    const sample = (metric: string) => [...made.samples()].find((one) => one.metric === metric)?.value;
    const admit = async (changes = {}): Promise<BudgetGrant> => (await made.admit(request(changes)))!;
    return { ...made, admit, client, events, sample };
  }

  return {
    server,
    replica,
    end: async (): Promise<void> => {
      for (const step of cleanUp.splice(0).reverse()) await step();
    },
  };
}

export const standing = ({ state }: Pick<Budgets, "state">) => {
  const [{ used, reserved } = { used: exactly(NaN), reserved: NaN }] = state();
  return { used: used.central, reserved };
};
