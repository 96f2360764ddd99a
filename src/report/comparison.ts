import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { ReportEntry } from "./entry.ts";
import { entriesByLine, lineKey, type ReportLine } from "./lines.ts";
import { periodDifferences, type PeriodDifferences } from "./period-difference.ts";
import type { Summary } from "./summary.ts";

/** Another period, in the same lines, and what this one caused more. */
export interface Comparison {
  readonly title: string;
  readonly overall: Summary;
  readonly differences: PeriodDifferences;
  readonly lines: readonly ComparedLine[];
}

/** A line of the other period, and what the same line caused more in this one. */
export interface ComparedLine extends ReportLine {
  readonly differences: PeriodDifferences;
}

interface ComparedReport {
  readonly title?: string;
  readonly overall: Summary;
  readonly lines: readonly ReportLine[];
  readonly groupBy: readonly string[];
  readonly timeZone?: string;
}

/**
 * Sets a period beside the one that is reported.
 *
 * @param other the other period's report, grouped alike
 * @param now the entries of the period that is reported
 * @param before those of the other
 */
export function comparisonWith(
  { title = "", overall, lines, groupBy, timeZone = "UTC" }: ComparedReport,
  now: readonly ReportEntry[],
  before: readonly ReportEntry[],
  options: AttributionOptions,
): Comparison {
  const [groups, groupsBefore] = [now, before].map((entries) => entriesByLine(entries, groupBy, timeZone));
  return {
    title,
    overall,
    differences: periodDifferences(now, before, options),
    lines: lines.map((line) => {
      const key = lineKey(line.group);
      return {
        ...line,
        differences: periodDifferences(groups!.get(key) ?? [], groupsBefore!.get(key) ?? [], options),
      };
    }),
  };
}
