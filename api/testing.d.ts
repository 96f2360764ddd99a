import { BudgetStore } from "./shared-budget-store.js";

// dist/budgets/contract/budget-store-contract.d.ts
/** What is used of a test runner: of vitest, Jest, or `node:test`. */
interface TestRunner {
  /** Puts tests together under a name. */
  describe(name: string, body: () => void): unknown;
  /** Adds a test. */
  test(name: string, body: () => Promise<void>): unknown;
}
/**
 * Declares, as tests, what every store of budgets must do, whatever it is made of.
 *
 * @param name what is tested, as the tests call it
 * @param newStore makes an empty store that goes by the given clock, in milliseconds since the epoch
 * @param runner the test runner's functions
 * @example
 * ```ts
 * import { describe, test } from "vitest";
 *
 * budgetStoreContract("our store", (now) => ourBudgetStore({ now }), { describe, test });
 * ```
 */
declare function budgetStoreContract(name: string, newStore: (now: () => number) => BudgetStore | Promise<BudgetStore>, runner: TestRunner): void;
export { type TestRunner, budgetStoreContract };