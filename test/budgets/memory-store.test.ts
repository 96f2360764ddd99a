import { memoryBudgetStore } from "../../src/budgets/stores/memory-store.ts";
import { describeBudgetStore } from "./store-contract.ts";

describeBudgetStore("the budget store in memory", memoryBudgetStore);
