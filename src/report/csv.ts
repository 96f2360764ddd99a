import { exportFields, type FieldValue } from "./fields.ts";
import type { Report } from "./report.ts";

/** RFC 4180: a header, a line per group, CRLF. The columns grouped by come first, under the names they were asked for. */
export function toCsv(report: Report): string {
  const rows = report.lines.map(({ group, summary }) => ({
    group,
    fields: Object.values(exportFields(report, summary)),
  }));
  const header = [
    ...report.groupBy.map((name) => `group_${name}`),
    ...Object.keys(exportFields(report, report.overall)),
  ];
  return [header, ...rows.map(({ group, fields }) => [...group, ...fields])]
    .map((cells) => cells.map(csvCell).join(",") + "\r\n")
    .join("");
}

/** A text that a spreadsheet would take for a formula gets an apostrophe: labels come from outside. */
export function csvCell(value: FieldValue): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
