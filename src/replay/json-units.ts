import { JsonDocuments, type DocumentUnit } from "./json-documents.ts";
import type { Unit } from "./unit.ts";

/** Python and pandas write such numbers, which JSON does not have. */
const NOT_A_NUMBER = /([:[,]\s*)(?:NaN|-?Infinity)(?=\s*[,\]}])/g;
/** A longer line is read as a stream. */
const LONGEST_LINE = 4 * 1024 * 1024;

/**
 * JSON lines: a document on each. Another line may hold several, or a list's beginning or end.
 *
 * @param skip lines that were read before
 */
export async function* jsonLines(chunks: AsyncIterable<string>, skip: number): AsyncGenerator<Unit[]> {
  let [held, line, index] = ["", 1, 0];
  let long: JsonDocuments | undefined;
  for await (const chunk of chunks) {
    const units: Unit[] = [];
    let from = 0;
    for (let end = chunk.indexOf("\n"); end !== -1; end = chunk.indexOf("\n", from)) {
      const text = held === "" ? chunk.slice(from, end) : held + chunk.slice(from, end);
      from = end + 1;
      held = "";
      if (long) {
        addNumbered(units, [...long.write(text), ...long.end()], index++);
        long = undefined;
      } else if (!isBlank(text)) {
        if (index >= skip) addNumbered(units, lineUnits(text, line), index);
        index++;
      }
      line++;
    }
    const rest = chunk.slice(from);
    if (!long && held.length + rest.length <= LONGEST_LINE) held += rest;
    else {
      long ??= new JsonDocuments(line);
      addNumbered(units, long.write(held + rest), index, true);
      held = "";
    }
    yield units;
  }
  const last: Unit[] = [];
  if (long) addNumbered(last, long.end(), index);
  else if (!isBlank(held) && index >= skip) addNumbered(last, lineUnits(held, line), index);
  yield long ? last : last.map((unit) => ({ ...unit, open: true }));
}

function addNumbered(units: Unit[], documents: readonly DocumentUnit[], index: number, open = false): void {
  for (const document of documents) units.push({ ...document, index, ...(open && { open }) });
}

const isBlank = (text: string): boolean => (text.length < 3 && text.trim() === "") || /^\s*$/.test(text);

function parsedLine(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    const finite = text.replaceAll(NOT_A_NUMBER, "$1null");
    if (finite === text) throw error;
    return JSON.parse(finite) as unknown;
  }
}

function lineUnits(text: string, line: number): DocumentUnit[] {
  try {
    return [{ line, document: parsedLine(text) }];
  } catch {
    const documents = new JsonDocuments(line);
    const units = [...documents.write(text), ...documents.end()].map((unit) => ({ ...unit, open: false }));
    return units.length > 0 || /^[\s[\],]+$/.test(text) ? units : [{ line, rejected: "the record is not JSON" }];
  }
}

/**
 * JSON that is not in lines: documents one after another, indented or not, or lists.
 *
 * @param skip documents that were read before
 * @param path of the records, whose lists can be cut
 */
export async function* jsonDocuments(
  chunks: AsyncIterable<string>,
  skip: number,
  path: readonly string[] = [],
): AsyncGenerator<Unit[]> {
  const documents = new JsonDocuments(1, path);
  let index = 0;
  const numbered = (found: readonly DocumentUnit[]): Unit[] =>
    found.map((unit) => ({ ...unit, index: index++ })).filter((unit) => unit.index >= skip);
  for await (const chunk of chunks) yield numbered(documents.write(chunk));
  yield numbered(documents.end());
}

/**
 * Whether a file of JSON has a document on each line: it has one line alone, or the first is a document, or a damaged one
 * above lines that are.
 */
export function isJsonLines(start: string): boolean {
  const lines = start.split(/\r?\n/).filter((line) => !isBlank(line));
  // The last line of the sample may be cut.
  return lines.length === 1 || lines.slice(0, -1).some((line) => isDocument(line) && line.length > 2);
}

function isDocument(line: string): boolean {
  if (!/^[[{].*[\]}]\s*$/s.test(line)) return false;
  try {
    parsedLine(line);
    return true;
  } catch {
    return false;
  }
}
