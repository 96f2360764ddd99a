import { exportFields } from "./fields.ts";
import { methodStatement } from "./method.ts";
import type { Report } from "./report.ts";

/** The report as one JSON object: the export's fields per line, overall and over time, with method and factors. */
export function toJson(report: Report): string {
  const document = {
    generated_at: report.generatedAt.toISOString(),
    source: report.source,
    group_by: report.groupBy,
    overall: exportFields(report, report.overall),
    lines: report.lines.map(({ group, summary }) => ({
      group: Object.fromEntries(report.groupBy.map((name, index) => [name, group[index] ?? null])),
      ...exportFields(report, summary),
    })),
    over_time: report.buckets.map(({ startedAt, summary }) => ({
      start: startedAt.toISOString(),
      requests: summary.requests,
      ...summary.impacts,
    })),
    evidence: report.overall.evidence,
    factors: report.factors,
    method: methodStatement(report),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
