import type { AddedSample } from "../../metrics/samples.ts";
import type { Budget } from "../definition/budget.ts";

const DECISIONS = ["admitted", "degraded", "unchecked", "shadow_refused", "refused"] as const;
export type Decision = (typeof DECISIONS)[number];

export type DecisionCounts = ReturnType<typeof createDecisionCounts>;

/** Counts, per budget, what was decided and what could not be counted. */
export function createDecisionCounts(budgets: readonly Budget[]) {
  const counts = new Map(
    budgets.map((budget) => [
      budget,
      { unattributed: 0, decisions: { admitted: 0, degraded: 0, unchecked: 0, shadow_refused: 0, refused: 0 } },
    ]),
  );
  let handlerErrors = 0;

  return {
    decided(budget: Budget, decision: Decision): void {
      counts.get(budget)!.decisions[decision] += 1;
    },

    unattributed(budget: Budget): void {
      counts.get(budget)!.unattributed += 1;
    },

    /** A handler or hook of the application threw. */
    handlerFailed(): void {
      handlerErrors += 1;
    },

    *samples(): Generator<AddedSample> {
      for (const [{ name: budget }, { unattributed, decisions }] of counts) {
        for (const decision of DECISIONS) {
          yield { metric: "budgetRequests", labels: { budget, decision }, value: decisions[decision] };
        }
        yield { metric: "budgetUnattributed", labels: { budget }, value: unattributed };
      }
      yield { metric: "budgetHandlerErrors", labels: {}, value: handlerErrors };
    },
  };
}
