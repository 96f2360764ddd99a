import { RECORD_KINDS } from "../formats/record-kinds.ts";
import { suggestedMapping } from "../formats/suggested-mapping.ts";
import { shown } from "../model/errors.ts";
import { FileError } from "./file-error.ts";
import { listedNames } from "./record-names.ts";

/** A mapping names a column that no record has. */
export const missingColumn = (column: string, names: readonly string[]): FileError =>
  new FileError(
    "--map",
    `${shown(column)} is a column that the file does not have`,
    `Choose among ${listedNames(names, column)}, such as ${suggestedMapping(names)}.`,
  );

/** A mapping's path of records leads nowhere. */
export const missingList = (path: string, lists: readonly string[], file: string): FileError =>
  new FileError("--map", `records=${path} leads to no list in ${file}`, `Choose among ${listedNames(lists, path)}.`);

/** Records with these names are of no kind that is known, or have nothing that is mapped. */
export const unknownRecords = (file: string, names: readonly string[], isMapped: boolean): FileError =>
  isMapped
    ? new FileError(
        "--map",
        `the mapping finds nothing in ${file}`,
        `Its records have ${listedNames(names)}; map these, such as ${suggestedMapping(names)}, or give --map records=path for a list that lies deeper.`,
      )
    : new FileError(
        `replay ${file}`,
        `no kind of file is known with ${listedNames(names)}`,
        `Give ${suggestedMapping(names)}, or --source ${RECORD_KINDS.map(({ name }) => name).join(", ")}.`,
      );
