export { budgetStoreContract, type TestRunner } from "./budgets/contract/budget-store-contract.ts";
