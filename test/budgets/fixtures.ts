import { parseBudgets, type BudgetDescription } from "../../src/budgets/definition/description.ts";
import type { Budget } from "../../src/budgets/definition/budget.ts";
import type { AdmissionRequest } from "../../src/budgets/accounts/expected-spend.ts";
import type { BudgetStore } from "../../src/budgets/accounts/budget-store.ts";
import type { Footprint } from "../../src/model/footprint.ts";
import { exactly, type Range } from "../../src/model/range.ts";

export const HOUR = 3_600_000;
/** A Monday, 06:00 in UTC. */
export const START = Date.UTC(2026, 0, 5, 6);

/** A refusing budget of 100 g a day, changed as a test needs it. */
export const budgets = (...changes: Partial<BudgetDescription>[]): Budget[] =>
  parseBudgets(
    changes.map((change, index) => ({
      name: `budget ${index}`,
      criterion: "co2eGrams",
      limit: "100 g",
      window: "day",
      mode: "refuse",
      ...change,
    })),
    { labelNames: ["team"] },
  );

let requests = 0;

export const request = (changes: Partial<AdmissionRequest> = {}): AdmissionRequest => {
  requests += 1;
  return {
    id: `request ${requests}`,
    provider: "mistral_ai",
    model: "mistral-large-2411",
    operation: "chat",
    labels: { team: "search" },
    ...changes,
  };
};

/** A footprint of nothing but carbon. */
export const carbon = (co2eGrams: Range | number): Footprint => ({
  co2eGrams: { ...(typeof co2eGrams === "number" ? exactly(co2eGrams) : co2eGrams), phases: {} },
  evidence: "operator_lca",
  accounting: "location",
  factorIds: [],
  catalogueVersion: "0",
  warnings: [],
});

export type Fault = "none" | "unreachable" | "answer lost";

/** The way to a store over a network with faults: a step may not arrive, or be taken and its answer lost. */
export function overNetwork(store: BudgetStore): BudgetStore & { fault: Fault } {
  async function call<Answer>(step: () => Answer): Promise<Awaited<Answer>> {
    await Promise.resolve();
    if (network.fault === "unreachable") throw new Error("connection refused");
    const answer = await step();
    if (network.fault === "answer lost") throw new Error("connection reset");
    return answer;
  }
  const network: BudgetStore & { fault: Fault } = {
    fault: "none",
    reserve: (...step) => call(() => store.reserve(...step)),
    settle: (...step) => call(() => store.settle(...step)),
    read: (...step) => call(() => store.read(...step)),
  };
  return network;
}
