import { shown } from "../model/errors.ts";
import type { MappedKind } from "../formats/mapped-records.ts";
import { isRequest, type Fields, type Finding, type Notation, type RecordKind } from "../formats/past-request.ts";
import { RECORD_KINDS } from "../formats/record-kinds.ts";
import { reasonOf } from "../formats/rejected-record.ts";
import { isObject } from "../wire/json.ts";
import { atRecordsPath, kindOf, recordsOf } from "../formats/records-of.ts";
import { csvLayout, csvUnits, type CsvLayout } from "./csv-units.ts";
import { FileError } from "./file-error.ts";
import { isJsonLines, jsonDocuments, jsonLines } from "./json-units.ts";
import type { Unit } from "./unit.ts";

/** How the records of a file are found and read. */
export interface ReadingRules {
  /** @default known by its looks */
  readonly kind?: RecordKind | undefined;
  readonly mapped?: MappedKind | undefined;
  /** The path of the list of records. */
  readonly records?: string | undefined;
  readonly notation: Notation;
}

/** What a record of a file came to, and where it stands. */
export interface Read {
  readonly index: number;
  readonly line: number;
  readonly finding: Finding;
  readonly kind: string;
  readonly open: boolean;
}

/** How much of a file is looked at to find out how it is written. */
const SAMPLE_CHARACTERS = 65_536;
/** Names that are listed where a file is of no kind that is known. */
const MOST_NAMES = 20;

/** A file's records, as they are found. */
export class FileRecords {
  /** What a user of what was found must know. */
  readonly notes = new Set<string>();
  /** Names of what was found and not known, for a message. */
  readonly #unknownNames = new Set<string>();
  readonly #name: string;
  readonly #rules: ReadingRules;
  readonly #readers = new Map<RecordKind, Pick<RecordKind, "read">>();
  #found = 0;
  #lastKind: RecordKind | undefined;

  constructor(name: string, rules: ReadingRules) {
    this.#name = name;
    this.#rules = rules;
  }

  /**
   * @param skip pieces that were read before
   * @throws ConfigurationError for a table without the columns that a mapping names, and, at the end, for a file in
   *   which nothing was known
   */
  async *read(chunks: AsyncIterable<string>, skip: number): AsyncGenerator<Read[]> {
    const { start, all } = await sampled(chunks);
    if (start.trim() === "") return;
    for await (const units of this.#units(start, all, skip)) {
      const reads: Read[] = [];
      for (const unit of units) this.#readUnit(unit, reads);
      yield reads;
    }
    if (this.#found === 0 && skip === 0 && this.#unknownNames.size > 0) throw this.#unknownFile();
  }

  #units(start: string, all: AsyncIterable<string>, skip: number): AsyncIterable<Unit[]> {
    if (/^\s*[[{]/.test(start)) {
      return isJsonLines(start) ? jsonLines(all, skip) : jsonDocuments(all, skip, this.#rules.records?.split("."));
    }
    const { kind, mapped } = this.#rules;
    const layout = csvLayout(start, (names) => {
      if (mapped)
        return mapped.columns.some((column) => names.includes(column) || names.includes(column.split(".")[0]!));
      const looks = looksOf(names);
      return kind ? kind.matches(looks) : kindOf(looks) !== undefined;
    });
    // Lines that are not a table, above JSON lines.
    if (/\n[[{]"/.test(start) && layout.names.length < 2) return jsonLines(all, skip);
    this.#checkColumns(layout);
    return csvUnits(all, layout, skip);
  }

  #checkColumns({ names }: CsvLayout): void {
    const { kind, mapped } = this.#rules;
    mapped?.checkColumns(names);
    if (mapped || (kind ?? kindOf(looksOf(names)))?.matches(looksOf(names))) return;
    for (const name of names) this.#unknownNames.add(name);
    throw this.#unknownFile();
  }

  #readUnit({ index, line, document, rejected, open = false }: Unit, reads: Read[]): void {
    const place = { index, line, open };
    if (rejected !== undefined) {
      reads.push({ ...place, finding: { rejected }, kind: this.#lastKind?.name ?? "unknown" });
      return;
    }
    const { kind: given, mapped, records } = this.#rules;
    // The usual case: a record of the same kind as the one before.
    if (records === undefined && this.#lastKind && isObject(document) && this.#lastKind.matches(document)) {
      this.#readRecord(document, this.#lastKind, place, reads);
      return;
    }
    const documents = records === undefined ? [document] : atRecordsPath(document, records);
    for (const each of documents) {
      for (const found of recordsOf(each, mapped ?? given)) {
        if ("notARecord" in found) {
          reads.push({ ...place, finding: { rejected: "the record is not an object" }, kind: "unknown" });
          continue;
        }
        if (found.hasMore)
          this.notes.add("A page says that more pages follow: ask for them with its next_page or cursor.");
        if (found.kind) this.#readRecord(found.fields, found.kind, place, reads);
        else reads.push({ ...place, finding: this.#unknown(found.fields), kind: "unknown" });
      }
    }
  }

  #readRecord(fields: Fields, kind: RecordKind, place: Pick<Read, "index" | "line" | "open">, reads: Read[]): void {
    let reader = this.#readers.get(kind);
    if (!reader) {
      reader = kind.begin?.() ?? kind;
      this.#readers.set(kind, reader);
    }
    this.#lastKind = kind;
    this.#found++;
    let findings: readonly Finding[];
    try {
      findings = reader.read(fields, this.#rules.notation);
    } catch (error) {
      findings = [{ rejected: reasonOf(error), id: idIn(fields) }];
    }
    for (const finding of findings) {
      if (kind.note !== undefined && isRequest(finding)) this.notes.add(kind.note);
      reads.push({ index: place.index, line: place.line, open: place.open, finding, kind: kind.name });
    }
  }

  #unknown(fields: Fields): Finding {
    for (const name of Object.keys(fields)) if (this.#unknownNames.size < MOST_NAMES) this.#unknownNames.add(name);
    return this.#rules.mapped
      ? { rejected: "the record has none of the columns that are mapped", id: idIn(fields) }
      : { rejected: "the record is of no kind that is known", id: idIn(fields) };
  }

  #unknownFile(): FileError {
    const names = [...this.#unknownNames].slice(0, MOST_NAMES).map((name) => shown(name));
    return this.#rules.mapped
      ? new FileError(
          "--map",
          `the mapping finds nothing in ${this.#name}`,
          `Its records have ${names.join(", ")}; map these, or give --map records=path for a list that lies deeper.`,
        )
      : new FileError(
          `replay ${this.#name}`,
          `no kind of file is known with ${names.slice(0, 8).join(", ")}`,
          `Give --map startedAt=… model=… inputTokens=… outputTokens=…, or --source ${RECORD_KINDS.map(({ name }) => name).join(", ")}.`,
        );
  }
}

const looksOf = (names: readonly string[]): Fields => Object.fromEntries(names.map((name) => [name, ""]));

/** A record's own id, for the list of rejected records. */
function idIn(fields: Fields): string | undefined {
  for (const name of ["id", "request_id", "requestId", "uuid", "generation_id", "spanId"]) {
    const value = fields[name];
    if (typeof value === "string" && value !== "") return value;
    if (typeof value === "number") return String(value);
  }
  return undefined;
}

/** The beginning of a text, and all of it. */
async function sampled(chunks: AsyncIterable<string>): Promise<{ start: string; all: AsyncIterable<string> }> {
  const iterator = chunks[Symbol.asyncIterator]();
  const held: string[] = [];
  let length = 0;
  while (length < SAMPLE_CHARACTERS) {
    const next = await iterator.next();
    if (next.done) break;
    held.push(next.value);
    length += next.value.length;
  }
  async function* all(): AsyncGenerator<string> {
    yield* held;
    held.length = 0;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  }
  return { start: held.join("").slice(0, SAMPLE_CHARACTERS), all: all() };
}
