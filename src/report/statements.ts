import type { JournalSum } from "../journal/journal-sum.ts";
import { isStatedEvidence, type Evidence } from "../model/footprint.ts";
import { quantile, requestsIn, sumOfSteps, type RatioSteps } from "../model/ratio-steps.ts";
import { STATED_SOURCES, type StatedSource } from "../model/stated.ts";

/** Why a statement was not set beside what the factors say, from the first that holds. `other`: nothing to compare with. */
export const LEFT_OUT_REASONS = [
  "implausible",
  "unreadable",
  "no_usage",
  "estimated_usage",
  "other_evidence",
  "other",
] as const;
export type LeftOutReason = (typeof LEFT_OUT_REASONS)[number];

/** What providers stated of requests, and how far it is from what the factors say of the same usage. */
export interface Statements {
  /** Requests whose provider stated something. */
  readonly requests: number;
  /** Whether the providers measured it or estimated it; empty where that is not known. */
  readonly sources: readonly StatedSource[];
  /** Stated by estimated energy, both at the facility, of the requests that could be compared. */
  readonly ratios: RatioSteps;
  /** The others, by why. */
  readonly leftOut: Readonly<Partial<Record<LeftOutReason, number>>>;
  /** How good the factors are that they were compared with, where it is known. */
  readonly factorEvidence?: readonly Evidence[];
}

const NO_RATIOS: RatioSteps = new Map();

/** What was stated of the requests of a sum; undefined where nothing was. */
export function statementsOf(sum: JournalSum): Statements | undefined {
  const { statement, requests, ratios = NO_RATIOS } = sum;
  if (statement === undefined) return undefined;
  const left = requests - requestsIn(ratios);
  return {
    requests,
    sources: STATED_SOURCES.filter((source) => source === statement),
    ratios,
    leftOut: left > 0 ? { [reasonOf(sum)]: left } : {},
  };
}

function reasonOf({ statement, usageSource, footprint }: JournalSum): LeftOutReason {
  if (statement === "implausible" || statement === "unreadable") return statement;
  if (usageSource !== "reported") return usageSource === "missing" ? "no_usage" : "estimated_usage";
  return footprint && !isStatedEvidence(footprint.evidence) ? "other_evidence" : "other";
}

/** What several say together; undefined where none says anything. */
export function sumOfStatements(parts: readonly (Statements | undefined)[]): Statements | undefined {
  const all = parts.filter((part) => part !== undefined);
  if (all.length === 0) return undefined;
  const evidence = [...new Set(all.flatMap(({ factorEvidence = [] }) => factorEvidence))];
  const total = (amounts: readonly number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);
  return {
    requests: total(all.map(({ requests }) => requests)),
    sources: STATED_SOURCES.filter((source) => all.some(({ sources }) => sources.includes(source))),
    ratios: sumOfSteps(all.map(({ ratios }) => ratios)),
    leftOut: Object.fromEntries(
      LEFT_OUT_REASONS.flatMap((reason) => {
        const requests = total(all.map(({ leftOut }) => leftOut[reason] ?? 0));
        return requests > 0 ? [[reason, requests]] : [];
      }),
    ),
    ...(evidence.length > 0 && { factorEvidence: evidence }),
  };
}

/** Below which a quarter, a half and three quarters of the compared requests are; undefined where none were compared. */
export const quartilesOf = ({ ratios }: Statements): readonly (number | undefined)[] =>
  [0.25, 0.5, 0.75].map((share) => quantile(ratios, share));
