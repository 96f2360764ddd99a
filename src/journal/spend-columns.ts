import { IMPACT_COLUMNS } from "../model/amounts.ts";
import { CRITERIA, type Criterion } from "../model/footprint.ts";
import { BOUNDS, type Range } from "../model/range.ts";
import type { RequestRecord } from "../model/request.ts";
import { TOKEN_CLASSES } from "../model/usage.ts";

const COUNTS_COLUMNS: readonly string[] = ["requests", "tokens"];
const columnsOf = (criterion: Criterion): string[] => BOUNDS.map((bound) => `${criterion}_${bound}`);

/** What budgets count, as columns: requests, tokens of all classes, and each criterion's total in its three bounds. */
export const SPEND_COLUMNS: readonly string[] = [...COUNTS_COLUMNS, ...CRITERIA.flatMap(columnsOf)];

/** The columns of requests, of tokens, and of some criteria: a sum over rows costs by its columns. */
export const spendColumnsOf = (criteria: ReadonlySet<string>): readonly string[] => [
  ...COUNTS_COLUMNS,
  ...CRITERIA.filter((criterion) => criteria.has(criterion)).flatMap(columnsOf),
];

/** A sum of columns, empty where all of them are. */
const sumOf = (columns: readonly string[]): string =>
  `CASE WHEN coalesce(${columns.join(", ")}, NULL) IS NULL THEN NULL ELSE ` +
  `${columns.map((column) => `coalesce(${column}, 0)`).join(" + ")} END`;

/** The spend columns of a row of `request` or `hour`, in the same order. */
export const SPEND_EXPRESSIONS: readonly string[] = [
  "requests",
  sumOf(TOKEN_CLASSES),
  ...CRITERIA.flatMap((criterion) => {
    // A footprint's total has no training in it.
    const phases = IMPACT_COLUMNS.filter(([of, phase]) => of === criterion && phase !== "training");
    return BOUNDS.map((bound) => sumOf(phases.map(([, phase]) => `${criterion}_${phase}_${bound}`)));
  }),
];

/** The condition on a context under which its requests count: one that failed without usage gave back what it had reserved. */
export const COUNTS = "NOT (outcome = 'failed' AND usageSource = 'missing')";

/** What a request has spent, in the order of {@link SPEND_COLUMNS}; undefined where it does not count. */
export function spendValues(record: RequestRecord): (number | null)[] | undefined {
  const { usage, footprint, outcome } = record;
  if (usage === undefined && outcome === "failed") return undefined;
  const tokens = TOKEN_CLASSES.flatMap((tokenClass) => usage?.[tokenClass] ?? []);
  return [
    1,
    tokens.length === 0 ? null : tokens.reduce((sum, count) => sum + count, 0),
    ...CRITERIA.flatMap((criterion) => BOUNDS.map((bound) => footprint?.[criterion]?.[bound] ?? null)),
  ];
}

const COLUMNS_OF_CRITERIA = CRITERIA.map((criterion) => [criterion, ...columnsOf(criterion)] as const);

/** What was spent of each criterion. @param row with columns of {@link spendColumnsOf} */
export function criteriaOf(row: Readonly<Record<string, unknown>>): Partial<Record<Criterion, Range>> {
  const criteria: Partial<Record<Criterion, Range>> = {};
  for (const [criterion, low, central, high] of COLUMNS_OF_CRITERIA) {
    if (row[low!] == null) continue;
    criteria[criterion] = { low: row[low!] as number, central: row[central!] as number, high: row[high!] as number };
  }
  return criteria;
}
