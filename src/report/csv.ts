import { exportFields, type FieldValue } from "./fields.ts";
import type { Report } from "./report.ts";

/** How a spreadsheet of some country reads a CSV file. */
export interface CsvNotation {
  readonly separator: string;
  readonly decimal: "." | ",";
  /** Whether the file begins with a byte order mark, without which some spreadsheets break letters beyond ASCII. */
  readonly byteOrderMark: boolean;
}

const STANDARD: CsvNotation = { separator: ",", decimal: ".", byteOrderMark: false };

/** For a spreadsheet of a language and country, such as `fr-FR`: with `;` where the comma is a decimal. */
export function csvNotation(locale: string): CsvNotation {
  const decimal = new Intl.NumberFormat(locale).formatToParts(1.5).find(({ type }) => type === "decimal")?.value;
  return { separator: decimal === "," ? ";" : ",", decimal: decimal === "," ? "," : ".", byteOrderMark: true };
}

/** RFC 4180: a header, a line per group, CRLF. The columns grouped by come first, under the names they were asked for. */
export function toCsv(report: Report, notation: CsvNotation = STANDARD): string {
  const rows = report.lines.map(({ group, summary }) => ({
    group,
    fields: Object.values(exportFields(report, summary)),
  }));
  const header = [
    ...report.groupBy.map((name) => `group_${name}`),
    ...Object.keys(exportFields(report, report.overall)),
  ];
  const lines = [header, ...rows.map(({ group, fields }) => [...group, ...fields])]
    .map((cells) => cells.map((cell) => csvCell(cell, notation)).join(notation.separator) + "\r\n")
    .join("");
  return notation.byteOrderMark ? `\uFEFF${lines}` : lines;
}

/** A text that a spreadsheet would take for a formula gets an apostrophe: labels come from outside. */
export function csvCell(value: FieldValue, { separator, decimal }: CsvNotation = STANDARD): string {
  if (value === undefined) return "";
  if (typeof value === "number") return String(value).replace(".", decimal);
  const harmless = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /["\r\n]/.test(harmless) || harmless.includes(separator) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
