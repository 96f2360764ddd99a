import { loadBudgetFile } from "../budgets/definition/budget-file.ts";
import type { Budget } from "../budgets/definition/budget.ts";
import { createBudgets, type Budgets } from "../budgets/budgets.ts";
import { parseBudgets } from "../budgets/definition/description.ts";
import type { AdmissionRequest } from "../budgets/accounts/expected-spend.ts";
import type { BudgetEvent } from "../budgets/accounts/events.ts";
import { spendOf, type Spend } from "../budgets/accounts/spend.ts";
import type { Labels } from "../model/request.ts";
import type { Recorder } from "../records/recorder.ts";
import type { Catalogue } from "../factors/catalogue.ts";
import { BudgetGate } from "./budget-gate.ts";
import type { MeterJournal } from "./meter-journal.ts";
import type { MeterOptions } from "./options.ts";
import { warnOfUnmatched } from "./warn-of-unmatched.ts";
import type { Warnings } from "./warnings.ts";

/** What budgets need of the meter that they belong to. */
interface MeterContext {
  readonly labelNames: readonly string[];
  readonly catalogue: Catalogue;
  readonly warnings: Warnings;
  readonly recorder: Recorder;
  readonly scopeLabels: () => Labels | undefined;
  /** Settles the requests whose answers have come. */
  readonly settlePending: () => void;
  readonly onEvent: (event: BudgetEvent) => void;
}

/** A meter's budgets, and the gate that asks them before a request leaves. */
export interface MeterBudgets {
  readonly budgets: Budgets;
  readonly gate: BudgetGate;
  /** Counts what the journal holds of the windows that are open; a shared store knows it already. */
  restore(journal: MeterJournal): void;
}

/** @throws ConfigurationError for a budget that cannot be */
export function openBudgets(
  { budgets: descriptions, budgetStore, degrade }: MeterOptions,
  { labelNames, catalogue, warnings, recorder, scopeLabels, settlePending, onEvent }: MeterContext,
): MeterBudgets | undefined {
  if (descriptions === undefined) return undefined;
  const limits = readBudgets(descriptions, labelNames);
  warnOfUnmatched(limits, catalogue, warnings);
  const prior = priorOf(recorder);
  const budgets = createBudgets({ budgets: limits, store: budgetStore, degrade, onEvent, prior, settlePending });
  const gate = new BudgetGate(budgets, {
    modelOf: (provider, requestedModel, operation, zone) =>
      recorder.attributorOf({ provider, requestedModel, respondedModel: undefined, operation, zone }).model,
    scopeLabels,
  });
  return {
    budgets,
    gate,
    restore: (journal) => budgets.restore((query) => journal.pastUses(query)),
  };
}

const readBudgets = (
  budgets: NonNullable<MeterOptions["budgets"]>,
  labelNames: readonly string[],
): readonly Budget[] =>
  typeof budgets === "string" ? loadBudgetFile(budgets, { labelNames }) : parseBudgets(budgets, { labelNames });

/** Output tokens that a first request is expected to have, or fewer when it sets a lower limit: the size of the published answer. */
const PRIOR_OUTPUT_TOKENS = 400;

const priorOf =
  (recorder: Recorder) =>
  ({ provider, model, operation, maximumOutputTokens = PRIOR_OUTPUT_TOKENS }: AdmissionRequest): Spend => {
    const usage = { outputTokens: Math.min(maximumOutputTokens, PRIOR_OUTPUT_TOKENS) };
    const request = { provider, requestedModel: model, respondedModel: undefined, operation, zone: undefined };
    const attributor = recorder.attributorOf(request);
    return spendOf("unattributedReason" in attributor ? undefined : attributor.footprint(usage, 0), usage);
  };
