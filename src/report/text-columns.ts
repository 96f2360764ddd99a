import stringWidth from "string-width";
import wrapAnsi from "wrap-ansi";

import type { TextTable } from "./overview.ts";

/** Between two columns. */
const GAP = "  ";
/** A column of text is not made narrower than this, nor than the longest part that cannot be broken. */
const NARROWEST = 12;
/** Names of models, labels and factors go on in the next line after these. */
const BREAKS = /(?<=[-/.:@_, ])/;

/**
 * Columns two spaces apart, numbers to the right. Where that is too wide, ranges and texts go on in further lines of their
 * cell; where that is still too wide, each row becomes a block of lines.
 *
 * @param width how many columns the terminal has
 */
export function layOut(table: TextTable, width = Infinity): string {
  const { header, numeric } = table;
  const lines = linesOf(table);
  const widths = widthsOf(table, width);
  if (widths === undefined) return header.length > 0 ? blocks(lines, width) : blocks([[], ...lines], width);
  return lines
    .flatMap((cells) => {
      const parts = cells.map((cell, column) => {
        if (stringWidth(cell) <= widths[column]!) return [cell];
        return numeric.includes(column) ? pieces(cell) : filled(cell, widths[column]!);
      });
      const height = Math.max(...parts.map((part) => part.length));
      return Array.from({ length: height }, (_, index) =>
        parts
          .map((part, column) => padded(part[index] ?? "", widths[column]!, numeric.includes(column)))
          .join(GAP)
          .trimEnd(),
      );
    })
    .join("\n");
}

/** Whether a table stays one in a terminal of so many columns. */
export const fits = (table: TextTable, width: number): boolean => widthsOf(table, width) !== undefined;

const linesOf = ({ header, rows }: TextTable): string[][] =>
  (header.length > 0 ? [header, ...rows] : rows).map((cells) => cells.map(plain));

function widthsOf(table: TextTable, width: number): readonly number[] | undefined {
  const lines = linesOf(table);
  const columns = lines[0]?.map((_, column) => lines.map((cells) => cells[column]!)) ?? [];
  const natural = columns.map((cells) => Math.max(...cells.map((cell) => stringWidth(cell))));
  return totalOf(natural) <= width ? natural : narrowed(columns, table.numeric, width);
}

const totalOf = (widths: readonly number[]): number =>
  widths.reduce((sum, each) => sum + each, GAP.length * (widths.length - 1));

const padded = (text: string, width: number, toTheRight: boolean): string => {
  const space = " ".repeat(Math.max(0, width - stringWidth(text)));
  return toTheRight ? space + text : text + space;
};

/** A quantity, and its range on the next line. */
const pieces = (cell: string): string[] => cell.split(/ (?=\()/);

/** As many parts of a text in each line as it has room for. */
function filled(cell: string, width: number): string[] {
  const lines = [""];
  for (const part of cell.split(BREAKS)) {
    if (stringWidth((lines.at(-1)! + part).trimEnd()) <= width) lines.push(lines.pop()! + part);
    else lines.push(part);
  }
  return lines.filter((line) => line !== "");
}

/** Widths at which the table fits; undefined where there are none. */
function narrowed(
  columns: readonly (readonly string[])[],
  numeric: readonly number[],
  width: number,
): number[] | undefined {
  const longest = (parts: readonly string[]): number => Math.max(...parts.map((part) => stringWidth(part)));
  const widths = columns.map((cells, column) =>
    numeric.includes(column) ? longest(cells.flatMap(pieces)) : longest(cells),
  );
  const least = columns.map((cells, column) =>
    numeric.includes(column)
      ? widths[column]!
      : Math.min(widths[column]!, Math.max(NARROWEST, longest(cells.flatMap((cell) => cell.split(BREAKS))))),
  );
  while (totalOf(widths) > width) {
    const spare = widths.map((each, column) => each - least[column]!);
    const most = Math.max(...spare);
    if (most <= 0) return undefined;
    widths[spare.indexOf(most)]!--;
  }
  return widths;
}

/** Each row under its first cell, a line for each further column. */
function blocks([header = [], ...rows]: readonly (readonly string[])[], width: number): string {
  const names = Math.max(0, ...header.slice(1).map((name) => stringWidth(name)));
  return rows
    .map(([title = "", ...cells]) =>
      [
        title,
        ...cells.flatMap((cell, index) => {
          if (cell === "") return [];
          const [first = "", ...more] = wrapAnsi(cell, Math.max(NARROWEST, width - names - 4)).split("\n");
          const indent = `  ${padded("", names, false)}${GAP}`;
          return [
            `  ${padded(header[index + 1] ?? "", names, false)}${GAP}${first}`,
            ...more.map((text) => indent + text),
          ];
        }),
      ].join("\n"),
    )
    .join("\n");
}

/** Lines that go on, further in, where they would be too wide. Words are not broken. */
export const flow = (text: string, width: number): string =>
  text
    .split("\n")
    .map((line) => {
      const indent = /^ */.exec(line)![0];
      const [first = "", ...more] = wrapAnsi(
        line.slice(indent.length),
        Math.max(NARROWEST, width - indent.length - 4),
      ).split("\n");
      return [indent + first, ...more.map((part) => `${indent}    ${part}`)].join("\n");
    })
    .join("\n");

/** Labels come from outside: without what would move the cursor or colour the terminal. */
export const plain = (text: string): string => text.replaceAll(/\p{Cc}/gu, "?");
