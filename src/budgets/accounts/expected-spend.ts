import { scale, type Range } from "../../model/range.ts";
import type { Usage } from "../../model/usage.ts";
import { BUDGET_CRITERIA, type BudgetCriterion } from "../definition/budget.ts";
import type { Subject } from "./groups.ts";
import type { Spend } from "./spend.ts";

/** A request as it is known before it is sent. */
export interface AdmissionRequest extends Subject {
  /** Unique per request; retries of one request have the same. */
  readonly id: string;
  /** The most output tokens that the application asked for. */
  readonly maximumOutputTokens?: number | undefined;
  /** What `degrade` cannot replace of it, as a model that a signed path names. @default nothing */
  readonly fixed?: readonly ("model" | "maximumOutputTokens")[] | undefined;
  /** What the request will use, where the caller knows better than the mean of earlier ones. */
  readonly estimate?: Spend | undefined;
}

interface Learnt {
  requests: number;
  outputTokens: number;
  readonly spend: Partial<Record<BudgetCriterion, Range>>;
}

/** A new request weighs at least this much in the mean, so that it follows a change within some twenty requests. */
const LEAST_WEIGHT = 0.05;
/** Providers, models and operations that means are kept for; the prior serves the rest. */
const MAXIMUM_SUBJECTS = 10_000;

export type Estimates = ReturnType<typeof createEstimates>;

/**
 * Estimates what a request will use: the mean of the settled requests to the same provider, model and operation, cut in
 * proportion where fewer output tokens are allowed than the mean has; before the first one, the prior.
 *
 * @param criteria what the budgets limit; nothing else is learnt
 */
export function createEstimates(
  prior: (request: AdmissionRequest) => Spend | undefined,
  criteria: readonly BudgetCriterion[],
) {
  const subjects = new Map<string, Learnt>();
  const keyOf = ({ provider, model, operation }: Subject): string => `${provider}\n${model}\n${operation}`;
  /** Nearly always the next one, too: putting a key together and looking it up takes longer than the rest. */
  let latest: { readonly subject: Subject; readonly learnt: Learnt } | undefined;

  function learntOf(subject: Subject): Learnt | undefined {
    if (latest && isSameKind(latest.subject, subject)) return latest.learnt;
    const learnt = subjects.get(keyOf(subject));
    if (learnt) latest = { subject, learnt };
    return learnt;
  }

  return {
    /** Absent criteria are not known, and nothing is reserved for them. */
    of(request: AdmissionRequest): Spend {
      if (request.estimate !== undefined) return request.estimate;
      const maximumOutputTokens = sensible(request.maximumOutputTokens);
      const learnt = learntOf(request);
      if (learnt === undefined) return prior({ ...request, maximumOutputTokens }) ?? {};
      const share = (maximumOutputTokens ?? Infinity) / learnt.outputTokens;
      return share < 1 ? scaled(learnt.spend, share) : learnt.spend;
    },

    learn(subject: Subject, spend: Spend, usage: Usage | undefined): void {
      let learnt = learntOf(subject);
      if (learnt === undefined) {
        if (subjects.size >= MAXIMUM_SUBJECTS) return;
        subjects.set(keyOf(subject), (learnt = { requests: 0, outputTokens: 0, spend: {} }));
      }
      learnt.requests += 1;
      const weight = Math.max(LEAST_WEIGHT, 1 / learnt.requests);
      const outputTokens = (usage?.outputTokens ?? 0) + (usage?.reasoningTokens ?? 0);
      learnt.outputTokens += weight * (outputTokens - learnt.outputTokens);
      for (const criterion of criteria) {
        const seen = spend[criterion];
        if (seen !== undefined) learnt.spend[criterion] = towards(learnt.spend[criterion] ?? seen, seen, weight);
      }
    },
  };
}

const isSameKind = (a: Subject, b: Subject): boolean =>
  a.model === b.model && a.provider === b.provider && a.operation === b.operation;

/** A limit as the application sent it may be anything; that it is nonsense is for the provider to say. */
const sensible = (limit: number | undefined): number | undefined =>
  limit !== undefined && limit >= 0 && Number.isFinite(limit) ? limit : undefined;

/** All criteria but the number of requests shrink with the output. */
function scaled(spend: Spend, share: number): Spend {
  const result: Partial<Record<BudgetCriterion, Range>> = {};
  for (const criterion of BUDGET_CRITERIA) {
    const amount = spend[criterion];
    if (amount !== undefined) result[criterion] = criterion === "requests" ? amount : scale(amount, share);
  }
  return result;
}

const towards = (mean: Range, seen: Range, weight: number): Range => ({
  low: mean.low + weight * (seen.low - mean.low),
  central: mean.central + weight * (seen.central - mean.central),
  high: mean.high + weight * (seen.high - mean.high),
});
