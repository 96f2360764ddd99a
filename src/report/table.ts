import { evidenceTable, formatPeriod, linesTable, overviewRows, type TextTable } from "./overview.ts";
import type { Report } from "./report.ts";
import { statedTable } from "./stated-table.ts";
import { fits, layOut } from "./text-columns.ts";

/**
 * The report for a terminal.
 *
 * @param width how many columns the terminal has
 */
export function toTable(report: Report, width = Infinity): string {
  const title = `Footprint of language model requests, ${formatPeriod(report)}`;
  const overview: TextTable = { header: [], rows: overviewRows(report), numeric: [] };
  const { table: lines, notes } = withFootnotes(linesTable(report));
  const blocks = [
    title,
    ...[overview, fits(lines, width) || !fits(compact(lines), width) ? lines : compact(lines)]
      .filter(({ rows }) => rows.length > 0)
      .map((table) => layOut(table, width)),
    ...(notes.length > 0 ? [notes.map((note, index) => `${mark(index)} ${note}`).join("\n")] : []),
    ...[evidenceTable(report), statedTable(report)]
      .filter(({ rows }) => rows.length > 0)
      .map((table) => layOut(table, width)),
  ];
  return blocks.map((block) => `${block}\n`).join("\n");
}

/** What a narrow terminal leaves out; every other format has it. */
const LEFT_OUT = ["tokens", "coverage"];

function compact({ header, rows, numeric }: TextTable): TextTable {
  const kept = header.flatMap((name, column) => (LEFT_OUT.includes(name) && numeric.includes(column) ? [] : [column]));
  const only = (cells: readonly string[]): string[] => kept.map((column) => cells[column]!);
  const numbers = kept.flatMap((column, index) => (numeric.includes(column) ? [index] : []));
  return { header: only(header), rows: rows.map(only), numeric: numbers };
}

const mark = (index: number): string => `[${index + 1}]`;

/** For how many requests a quantity is known is said once below the table. */
function withFootnotes(table: TextTable): { table: TextTable; notes: readonly string[] } {
  const notes: string[] = [];
  const rows = table.rows.map((cells) =>
    cells.map((cell, column) => {
      const [value = "", note] = cell.split(/; (?=known for )(.*)/s);
      if (note === undefined || !table.numeric.includes(column)) return cell;
      if (!notes.includes(note)) notes.push(note);
      return `${value} ${mark(notes.indexOf(note))}`;
    }),
  );
  return { table: { ...table, rows }, notes };
}
