import type { BudgetState } from "../budgets/accounts/state.ts";
import { CRITERIA, type Criterion, type Evidence } from "../model/footprint.ts";
import { add, type Range } from "../model/range.ts";
import type { RequestRecord } from "../model/request.ts";
import { TOKEN_CLASSES } from "../model/usage.ts";
import type { TotalsSnapshot, TotalsSummary } from "../totals/snapshot.ts";
import type { HistoryBucket } from "./history.ts";

/** Causes that are shown for each label; the others are added up. */
const CAUSES_SHOWN = 20;

/** What one value of a label accounts for. */
export interface Cause extends Partial<Record<Criterion, Range>> {
  /** Undefined for all values that are not shown by name. */
  readonly value: string | undefined;
  readonly requests: number;
  /** Absent where no request stated any. */
  readonly tokens?: number;
}

/** A request as the page lists it. */
export interface RecentRequest {
  readonly id: string;
  readonly endedAt: string;
  readonly model: string;
  readonly provider: string;
  readonly operation: string;
  readonly outcome: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly tokens?: number;
  readonly co2eGrams?: Range;
  readonly waterLitres?: Range;
  readonly evidence?: Evidence;
  readonly unattributedReason?: string;
}

/** Whose totals the page shows. */
export interface ProcessFacts {
  /** When the process started: before, nothing can have been seen. */
  readonly startedAt: string;
  /** When the first request of the totals was: they continue from a journal; else when the process started. */
  readonly since: string;
  readonly host: string;
  readonly application?: string;
  /** Whether a journal holds what was before. */
  readonly hasPast: boolean;
}

/** All that the page shows, as JSON. */
export interface DashboardSnapshot {
  readonly at: string;
  /** Since when the totals count, and whose they are. */
  readonly process: ProcessFacts;
  readonly overall: TotalsSummary;
  /**
   * The requests with a footprint, and of how many of them each criterion is known. Exact as long as all requests of a
   * label set (its model among the labels) have the same criteria.
   */
  readonly known: Readonly<Partial<Record<Criterion, number>>> & { readonly footprint: number };
  /** By label: what its values account for, largest CO2e first. */
  readonly causes: Readonly<Record<string, readonly Cause[]>>;
  /** Requests by the evidence for their factors, and their CO2e in grams. */
  readonly evidence: Readonly<Partial<Record<Evidence, { readonly requests: number; readonly co2eGrams: number }>>>;
  readonly budgets: readonly BudgetState[];
  readonly history: { readonly bucketSeconds: number; readonly buckets: readonly HistoryBucket[] };
  readonly recent: readonly RecentRequest[];
  readonly errors: Readonly<Record<string, number>>;
}

export function dashboardSnapshot(
  at: Date,
  totals: TotalsSnapshot,
  rest: Pick<DashboardSnapshot, "process" | "budgets" | "history" | "recent">,
): DashboardSnapshot {
  return {
    at: at.toISOString(),
    overall: totals.overall,
    known: knownOf(totals),
    causes: causesOf(totals),
    evidence: evidenceOf(totals),
    errors: totals.errors,
    ...rest,
  };
}

export function recentRequest(record: RequestRecord, endedAt: Date): RecentRequest {
  const { id, model, provider, operation, outcome, labels, footprint, unattributedReason } = record;
  const tokens = tokensOf(record.usage);
  return {
    id,
    endedAt: endedAt.toISOString(),
    model,
    provider,
    operation,
    outcome,
    labels,
    ...(tokens !== undefined && { tokens }),
    ...(footprint && { evidence: footprint.evidence }),
    ...(footprint?.co2eGrams && { co2eGrams: boundsOf(footprint.co2eGrams) }),
    ...(footprint?.waterLitres && { waterLitres: boundsOf(footprint.waterLitres) }),
    ...(unattributedReason && { unattributedReason }),
  };
}

const boundsOf = ({ low, central, high }: Range): Range => ({ low, central, high });

function tokensOf(usage: RequestRecord["usage"]): number | undefined {
  const known = TOKEN_CLASSES.flatMap((tokenClass) => usage?.[tokenClass] ?? []);
  return known.length > 0 ? known.reduce((sum, tokens) => sum + tokens, 0) : undefined;
}

function causesOf({ labelSets }: TotalsSnapshot): Record<string, Cause[]> {
  const names = [...new Set(labelSets.flatMap(({ labels }) => Object.keys(labels)))];
  return Object.fromEntries(
    names.map((name) => {
      const groups = Map.groupBy(labelSets, ({ labels }) => labels[name] ?? "");
      const causes = Array.from(groups, ([value, sets]) => cause(value, sets));
      causes.sort((a, b) => (b.co2eGrams?.central ?? 0) - (a.co2eGrams?.central ?? 0) || b.requests - a.requests);
      const shown = causes.slice(0, CAUSES_SHOWN);
      const hidden = new Set(causes.slice(CAUSES_SHOWN).map(({ value }) => value));
      if (hidden.size > 0)
        shown.push(
          cause(
            undefined,
            labelSets.filter(({ labels }) => hidden.has(labels[name] ?? "")),
          ),
        );
      return [name, shown];
    }),
  );
}

function cause(value: string | undefined, sets: readonly TotalsSummary[]): Cause {
  const tokens = sets.flatMap(({ usage }) => tokensOf(usage) ?? []);
  return {
    value,
    requests: sets.reduce((sum, set) => sum + requestsOf(set), 0),
    ...(tokens.length > 0 && { tokens: tokens.reduce((sum, count) => sum + count, 0) }),
    ...Object.fromEntries(
      CRITERIA.flatMap((criterion) => {
        const impacts = sets.flatMap((set) => set[criterion] ?? []);
        return impacts.length > 0 ? [[criterion, boundsOf(impacts.reduce<Range>(add, NOTHING))]] : [];
      }),
    ),
  };
}

const requestsOf = ({ requests }: TotalsSummary): number => requests.completed + requests.abandoned + requests.failed;

const attributedOf = (sets: readonly TotalsSummary[]): number =>
  sets.reduce((sum, set) => {
    const unattributed = Object.values(set.unattributed).reduce((count, reason) => count + reason, 0);
    return sum + requestsOf(set) - unattributed;
  }, 0);

function knownOf({ labelSets }: TotalsSnapshot): DashboardSnapshot["known"] {
  const known = CRITERIA.flatMap((criterion) => {
    const sets = labelSets.filter((set) => set[criterion]);
    return sets.length > 0 ? [[criterion, attributedOf(sets)] as const] : [];
  });
  return { ...Object.fromEntries(known), footprint: attributedOf(labelSets) };
}

const NOTHING: Range = { low: 0, central: 0, high: 0 };

function evidenceOf({ models }: TotalsSnapshot): DashboardSnapshot["evidence"] {
  const sums: Partial<Record<Evidence, { requests: number; co2eGrams: number }>> = {};
  for (const { attributed } of models) {
    for (const [evidence, share] of Object.entries(attributed) as [
      Evidence,
      { requests: number; co2eGrams?: number },
    ][]) {
      const sum = (sums[evidence] ??= { requests: 0, co2eGrams: 0 });
      sum.requests += share.requests;
      sum.co2eGrams += share.co2eGrams ?? 0;
    }
  }
  return sums;
}
