import type { BudgetState } from "../budgets/accounts/state.ts";
import { CRITERIA, type Criterion, type Evidence } from "../model/footprint.ts";
import { add, type Range } from "../model/range.ts";
import type { RequestRecord } from "../model/request.ts";
import { TOKEN_CLASSES } from "../model/usage.ts";
import type { TotalsOverview } from "../totals/totals-overview.ts";
import type { TotalsSummary } from "../totals/snapshot.ts";
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
  readonly known: TotalsOverview["known"];
  /** By label: what its values account for, largest CO2e first. */
  readonly causes: Readonly<Record<string, readonly Cause[]>>;
  readonly evidence: TotalsOverview["evidence"];
  readonly budgets: readonly BudgetState[];
  readonly history: { readonly bucketSeconds: number; readonly buckets: readonly HistoryBucket[] };
  readonly recent: readonly RecentRequest[];
  readonly errors: Readonly<Record<string, number>>;
}

export function dashboardSnapshot(
  at: Date,
  { overall, byLabel, known, evidence, errors }: TotalsOverview,
  rest: Pick<DashboardSnapshot, "process" | "budgets" | "history" | "recent">,
): DashboardSnapshot {
  const causes = Object.fromEntries(Object.entries(byLabel).map(([name, sums]) => [name, causesOf(sums)]));
  return { at: at.toISOString(), overall, known, causes, evidence, errors, ...rest };
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

function causesOf(sums: ReadonlyMap<string, TotalsSummary>): Cause[] {
  const causes = Array.from(sums, ([value, sum]) => ({ sum, cause: cause(value, [sum]) }));
  causes.sort(
    (a, b) =>
      (b.cause.co2eGrams?.central ?? 0) - (a.cause.co2eGrams?.central ?? 0) || b.cause.requests - a.cause.requests,
  );
  const shown = causes.slice(0, CAUSES_SHOWN).map((each) => each.cause);
  const hidden = causes.slice(CAUSES_SHOWN).map((each) => each.sum);
  return hidden.length > 0 ? [...shown, cause(undefined, hidden)] : shown;
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

const NOTHING: Range = { low: 0, central: 0, high: 0 };
