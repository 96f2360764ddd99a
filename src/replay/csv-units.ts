import Papa, { type ParseResult } from "papaparse";

import type { Unit } from "./unit.ts";

/** A longer row has a quote that nobody closed. */
const LONGEST_ROW = 16 * 1024 * 1024;
/** Lines above the header, such as a title. */
const MOST_LINES_ABOVE = 20;
const SEPARATORS = [",", ";", "\t", "|"];

/** The columns of a table, and how it is written. */
export interface CsvLayout {
  readonly names: readonly string[];
  readonly separator: string;
  readonly newline: "\n" | "\r\n" | "\r";
  /** How many rows stand above the first one of data, blank ones among them. */
  readonly rowsAbove: number;
}

/**
 * Finds the header of a table: the first row that is known as one, else the first with several cells.
 *
 * @param start the file's first characters
 * @param isHeader whether columns of these names are what is looked for
 */
export function csvLayout(start: string, isHeader: (names: readonly string[]) => boolean): CsvLayout {
  const newline = /\r\n|\n|\r/.exec(start)?.[0] as CsvLayout["newline"] | undefined;
  const lines = start.split(newline ?? "\n", MOST_LINES_ABOVE + 1).slice(0, MOST_LINES_ABOVE);
  const [, given] = /^sep=(.)$/i.exec(lines[0] ?? "") ?? [];
  const candidates = (given === undefined ? SEPARATORS : [given]).flatMap((separator) =>
    lines.map((line, index) => ({ separator, index, names: cellsOf(line, separator) })),
  );
  const header = candidates.find(({ names }) => isHeader(names)) ??
    candidates
      .filter(({ names }) => names.length > 1)
      .sort((a, b) => a.index - b.index || b.names.length - a.names.length)[0] ??
    candidates.find(({ names }) => names[0] !== "") ?? { separator: ",", index: 0, names: [] };
  return { names: header.names, separator: header.separator, newline: newline ?? "\n", rowsAbove: header.index + 1 };
}

function cellsOf(line: string, delimiter: string): string[] {
  const parser = new Papa.Parser({ delimiter, newline: "\n" });
  const { data } = parser.parse(line, 0, false) as ParseResult<string[]>;
  return (data[0] ?? [""]).map((name) => name.trim());
}

/**
 * The rows of a table below its header, by their columns' names.
 *
 * @param skip rows that were read before
 */
export async function* csvUnits(
  chunks: AsyncIterable<string>,
  layout: CsvLayout,
  skip: number,
): AsyncGenerator<Unit[]> {
  const parser = new Papa.Parser({ delimiter: layout.separator, newline: layout.newline });
  let [held, line, row, index] = ["", 1, 0, 0];
  let { names } = layout;
  const rowsOf = (text: string, isEnd: boolean): Unit[] => {
    const units: Unit[] = [];
    const { data, meta } = parser.parse(text, 0, !isEnd) as ParseResult<string[]>;
    held = text.slice(meta.cursor);
    for (const cells of data) {
      const at = line;
      line += 1 + lineBreaksIn(cells);
      if (row++ < layout.rowsAbove || (cells.length === 1 && cells[0]!.trim() === "")) continue;
      const repeated = headerAgain(cells, names);
      if (repeated) names = repeated;
      if (index++ >= skip && !repeated) units.push({ index: index - 1, line: at, ...documentOf(cells, names) });
    }
    return units;
  };
  for await (const chunk of chunks) {
    yield rowsOf(held + chunk, false);
    if (held.length <= LONGEST_ROW) continue;
    yield [{ index: index++, line, rejected: "a quote is not closed: the row does not end" }];
    held = held.slice(held.indexOf(layout.newline) + layout.newline.length);
  }
  if (held !== "") yield rowsOf(held, true).map((unit) => ({ ...unit, open: true }));
}

/** The header of a second table with the same columns, where files were put together; they may stand in another order. */
function headerAgain(cells: readonly string[], names: readonly string[]): readonly string[] | undefined {
  if (cells.length !== names.length || names.length < 2) return undefined;
  const [first = ""] = cells;
  if (!names.includes(first.replace(/^\uFEFF/, "").trim())) return undefined;
  const found = cells.map((cell) => cell.replace(/^\uFEFF/, "").trim());
  const known = new Set(names);
  return found.every((name) => known.has(name)) && new Set(found).size === known.size ? found : undefined;
}

function lineBreaksIn(cells: readonly string[]): number {
  let breaks = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf("\n"); at !== -1; at = cell.indexOf("\n", at + 1)) breaks++;
  }
  return breaks;
}

/** A row by its columns' names; cells beyond them are empty, as spreadsheets write them. */
function documentOf(cells: readonly string[], names: readonly string[]): Pick<Unit, "document" | "rejected"> {
  const fields: Record<string, string> = {};
  for (let index = 0; index < names.length; index++) {
    const [name, cell] = [names[index]!, cells[index]];
    if (name === "") continue;
    if (cell === undefined) return wrongWidth(cells, names);
    fields[name] = cell;
  }
  for (let index = names.length; index < cells.length; index++)
    if (cells[index] !== "") return wrongWidth(cells, names);
  return { document: fields };
}

const wrongWidth = (cells: readonly string[], names: readonly string[]) => ({
  rejected: `the row has ${cells.length} fields, the header ${names.length}`,
});
