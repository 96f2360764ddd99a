import { describe, test } from "vitest";

import { memoryBudgetStore } from "../../src/budgets/stores/memory-store.ts";
import { budgetStoreContract } from "../../src/testing.ts";

budgetStoreContract("the budget store in memory", memoryBudgetStore, { describe, test });
