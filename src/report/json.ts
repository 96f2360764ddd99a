import { differenceFields, exportFields, statementFields } from "./fields.ts";
import { methodStatement } from "./method.ts";
import type { ReportLine } from "./lines.ts";
import type { Report } from "./report.ts";

/** The report as one JSON object: the export's fields per line, overall and over time, with method and factors. */
export function toJson(report: Report): string {
  const document = {
    generated_at: report.generatedAt.toISOString(),
    title: report.title,
    time_zone: report.timeZone ?? "UTC",
    organisation: report.organisation,
    prepared_by: report.preparedBy,
    source: report.source,
    group_by: report.groupBy,
    overall: exportFields(report, report.overall),
    lines: report.lines.map((line) => lineObject(report, line)),
    subtotals: report.subtotals.map((line) => lineObject(report, line)),
    comparison: report.comparison && {
      title: report.comparison.title,
      overall: exportFields(report, report.comparison.overall),
      difference: differenceFields(report.comparison.differences),
      lines: report.comparison.lines.map((line) => ({
        ...lineObject(report, line),
        difference: differenceFields(line.differences),
      })),
    },
    activity: report.activity && {
      first_request: report.activity.extent?.first.toISOString(),
      last_request: report.activity.extent?.last.toISOString(),
      days_without_requests: report.emptyDays,
      origins: report.activity.origins.map(({ file, requests, tokens }) => ({
        origin: file ? "file" : "metered",
        ...(file && { file: file.name, kinds: file.kinds, read_at: file.readAt.toISOString() }),
        requests,
        tokens,
      })),
    },
    over_time: report.buckets.map(({ startedAt, summary }) => ({
      start: startedAt.toISOString(),
      requests: summary.requests,
      ...summary.impacts,
    })),
    evidence: report.overall.evidence,
    stated_against_estimated: report.stated.map(({ group: [provider, model], summary }) => ({
      provider,
      model,
      ...statementFields(summary),
    })),
    factors: report.factors,
    method: methodStatement(report),
  };
  return `${JSON.stringify(document, undefined, 2)}\n`;
}

function lineObject(report: Report, { group, summary }: ReportLine): Record<string, unknown> {
  const names = group.map((value, index) => [report.groupBy[index]!, value ?? null] as const);
  return { group: Object.fromEntries(names), ...exportFields(report, summary) };
}
