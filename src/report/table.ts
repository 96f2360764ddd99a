import { evidenceTable, formatPeriod, linesTable, overviewRows, type TextTable } from "./overview.ts";
import type { Report } from "./report.ts";

/** The report for a terminal. */
export function toTable(report: Report): string {
  const title = `Footprint of language model requests, ${formatPeriod(report)}`;
  const overview: TextTable = { header: [], rows: overviewRows(report), numeric: [] };
  return [
    title,
    ...[overview, linesTable(report), evidenceTable(report)].filter(({ rows }) => rows.length > 0).map(layOut),
  ]
    .map((block) => `${block}\n`)
    .join("\n");
}

/** Columns two spaces apart, numbers to the right. */
export function layOut({ header, rows, numeric }: TextTable): string {
  const lines = (header.length > 0 ? [header, ...rows] : rows).map((cells) => cells.map(plain));
  const widths = lines[0]?.map((_, column) => Math.max(...lines.map((cells) => cells[column]!.length))) ?? [];
  return lines
    .map((cells) =>
      cells
        .map((cell, column) =>
          numeric.includes(column) ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!),
        )
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** Labels come from outside: without what would move the cursor or colour the terminal. */
export const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, "?");
