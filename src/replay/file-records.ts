import type { MappedKind } from "../formats/mapped-records.ts";
import { isRequest, type Fields, type Finding, type Notation, type RecordKind } from "../formats/past-request.ts";
import { reasonOf } from "../formats/rejected-record.ts";
import { isObject } from "../wire/json.ts";
import { atRecordsPath, kindOf, recordsOf } from "../formats/records-of.ts";
import { csvLayout, csvUnits, type CsvLayout } from "./csv-units.ts";
import { isJsonLines, jsonDocuments, jsonLines } from "./json-units.ts";
import { missingColumn, missingList, unknownRecords } from "./not-found.ts";
import { listedNames, RecordNames } from "./record-names.ts";
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

type Layout = "table" | "lines" | "documents";

/** How many pieces of a file were read before, and how they were found. */
export interface ReadPieces {
  readonly read: number;
  readonly layout?: Layout;
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

/** A file's records, as they are found. */
export class FileRecords {
  /** What a user of what was found must know. */
  readonly notes = new Set<string>();
  readonly #name: string;
  readonly #rules: ReadingRules;
  readonly #names: RecordNames;
  readonly #readers = new Map<RecordKind, Pick<RecordKind, "read">>();
  #found = 0;
  #requests = 0;
  #isResumed = false;
  #layout: Layout = "table";
  #lines = 0;
  #lastKind: RecordKind | undefined;

  constructor(name: string, rules: ReadingRules) {
    this.#name = name;
    this.#rules = rules;
    this.#names = new RecordNames(rules.mapped?.columns ?? []);
  }

  /** How the pieces of the file were found: only where that has not changed are they the same. */
  get layout(): Layout {
    return this.#layout;
  }

  /** Whether the pieces that were read before were skipped. */
  get isResumed(): boolean {
    return this.#isResumed;
  }

  /** Whether the records stand on several lines, so that the file grows line by line. */
  get inLines(): boolean {
    return this.#lines > 1;
  }

  /** Whether the meaning of a record depends on those before it. */
  get refersBack(): boolean {
    return [...this.#readers.keys()].some((kind) => kind.begin !== undefined);
  }

  /**
   * @param before the pieces that were read before, if any
   * @throws ConfigurationError for a table without the columns that a mapping names, and, at the end, for a file in
   *   which nothing was known
   */
  async *read(chunks: AsyncIterable<string>, before?: ReadPieces): AsyncGenerator<Read[]> {
    const { start, all } = await sampled(chunks);
    if (start.trim() === "") return;
    for await (const units of this.#units(start, all, before)) {
      const reads: Read[] = [];
      for (const unit of units) this.#readUnit(unit, reads);
      yield reads;
    }
    if (!this.#isResumed) this.#checkFound();
  }

  #units(start: string, all: AsyncIterable<string>, before?: ReadPieces): AsyncIterable<Unit[]> {
    const skipIn = (layout: Layout): number => {
      this.#layout = layout;
      const skip = before && (before.layout ?? layout) === layout ? before.read : 0;
      this.#isResumed = skip > 0;
      return skip;
    };
    if (/^\s*[[{]/.test(start)) {
      return isJsonLines(start)
        ? this.#jsonLines(all, skipIn("lines"))
        : jsonDocuments(all, skipIn("documents"), this.#rules.records?.split("."));
    }
    const layout = csvLayout(start, (names) => this.#isKnown(names));
    // Lines that are not a table, above JSON lines.
    if (/(?:^|\n)[^\w\n]{0,4}[[{]"/.test(start) && !this.#isKnown(layout.names))
      return this.#jsonLines(all, skipIn("lines"));
    this.#checkColumns(layout);
    return csvUnits(all, layout, skipIn("table"));
  }

  async *#jsonLines(all: AsyncIterable<string>, skip: number): AsyncGenerator<Unit[]> {
    for await (const units of jsonLines(all, skip)) {
      this.#lines = Math.max(this.#lines, (units.at(-1)?.index ?? -1) + 1);
      yield units;
    }
  }

  /** Whether a table with these columns is one of those that are looked for. */
  #isKnown(names: readonly string[]): boolean {
    const { kind, mapped } = this.#rules;
    if (mapped) return mapped.columns.some((column) => holdsColumn(names, column));
    const looks = looksOf(names);
    return kind ? kind.matches(looks) : kindOf(looks) !== undefined;
  }

  #checkColumns({ names }: CsvLayout): void {
    const missing = this.#rules.mapped?.columns.find((column) => !holdsColumn(names, column));
    if (missing === undefined && this.#isKnown(names)) return;
    throw missing === undefined ? unknownRecords(this.#name, names, false) : missingColumn(missing, names);
  }

  /** At the end of a file, whether what was looked for was there. */
  #checkFound(): void {
    const { names, lists, missing } = this.#names;
    const { mapped, records } = this.#rules;
    const [column] = missing;
    if (this.#requests === 0 && records !== undefined && this.#found === 0 && lists.length > 0) {
      throw missingList(records, lists, this.#name);
    }
    if (this.#found === 0 && names.length > 0) throw unknownRecords(this.#name, names, mapped !== undefined);
    if (!mapped || column === undefined || names.length === 0) return;
    if (this.#requests === 0) throw missingColumn(column, names);
    this.notes.add(`No record of ${this.#name} has ${listedNames([...missing])}, which --map names.`);
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
    if (documents.length === 0 && this.#found === 0) this.#names.noteLists(document);
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
    if (this.#names.missing.size > 0) this.#names.note(fields);
    let findings: readonly Finding[];
    try {
      findings = reader.read(fields, this.#rules.notation);
    } catch (error) {
      findings = [{ rejected: reasonOf(error), id: idIn(fields) }];
    }
    for (const finding of findings) {
      if (isRequest(finding)) {
        this.#requests++;
        if (kind.note !== undefined) this.notes.add(kind.note);
      }
      reads.push({ index: place.index, line: place.line, open: place.open, finding, kind: kind.name });
    }
  }

  #unknown(fields: Fields): Finding {
    this.#names.note(fields);
    return this.#rules.mapped
      ? { rejected: "the record has none of the columns that are mapped", id: idIn(fields) }
      : { rejected: "the record is of no kind that is known", id: idIn(fields) };
  }
}

/** A path may lead into a column that holds JSON. */
const holdsColumn = (names: readonly string[], column: string): boolean =>
  names.includes(column) || names.includes(column.split(".")[0]!);

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
