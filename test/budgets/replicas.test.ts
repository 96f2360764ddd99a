import type { BudgetStore } from "../../src/budgets/accounts/budget-store.ts";
import { memoryBudgetStore } from "../../src/budgets/stores/memory-store.ts";
import { describeReplicas, type SharedStore } from "./replica-model.ts";

/** Replicas on one store in memory. */
function sharedMemory(): Promise<SharedStore> {
  let store: BudgetStore | undefined;
  return Promise.resolve({ connect: (now) => (store ??= memoryBudgetStore(now)) });
}

describeReplicas("a store in memory", sharedMemory, 300);
