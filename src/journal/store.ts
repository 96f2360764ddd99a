import { createHash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";

import { CONTEXT_COLUMNS, SUMMED_COLUMNS } from "./columns.ts";
import type { HourSum } from "./overflow.ts";
import { contextValues, OWN_COLUMNS, ownValues, summedValues, type JournalledRecord } from "./row.ts";
import { migrate } from "./schema.ts";
import { openDatabase } from "./sqlite.ts";

/** Contexts whose number is remembered between batches. */
const CONTEXT_CACHE_SIZE = 10_000;

const REQUEST_COLUMNS = ["contextId", "recordedAt", ...OWN_COLUMNS, ...SUMMED_COLUMNS];

const placeholders = (count: number): string => Array<string>(count).fill("?").join(", ");

/** What one transaction writes: all of it or nothing. */
export interface Batch {
  readonly records: readonly JournalledRecord[];
  readonly hours: readonly HourSum[];
  /** The states of counters, by series, that include these records. */
  readonly states: Iterable<readonly [series: string, state: string]>;
  /** Whether the writer's other states are to go. */
  readonly replacesStates?: boolean;
  /** Values to remember under a name, such as how far an import has come. */
  readonly notes?: Readonly<Record<string, string>>;
  /** Whether the batch must outlive a power failure, not only this process. */
  readonly synchronous: boolean;
}

export interface StoreOptions {
  /** Whose counters are kept. */
  readonly writer: string;
  /** How long one write may block while another process writes. */
  readonly busySeconds: number;
}

/** The journal's file, open for writing. Every method throws what SQLite throws and leaves the file as it was. */
export class Store {
  readonly database: DatabaseSync;
  readonly #writer: string;
  readonly #insertContext: StatementSync;
  #findRequest: StatementSync | undefined;
  readonly #findContext: StatementSync;
  readonly #insertRequest: StatementSync;
  readonly #addToHour: StatementSync;
  readonly #saveState: StatementSync;
  readonly #dropStates: StatementSync;
  readonly #saveNote: StatementSync;
  readonly #contextIds = new Map<string, number>();

  /** @throws ConfigurationError when the file is not a journal that this program can write */
  constructor(path: string, { writer, busySeconds }: StoreOptions) {
    this.#writer = writer;
    this.database = openDatabase(path, { busySeconds: 5 });
    try {
      migrate(this.database, path);
      this.database.exec(`PRAGMA busy_timeout = ${busySeconds * 1000}; PRAGMA foreign_keys = ON`);
    } catch (error) {
      this.database.close();
      throw error;
    }
    const prepare = (sql: string) => this.database.prepare(sql);
    this.#insertContext = prepare(
      `INSERT INTO context (digest, ${CONTEXT_COLUMNS.join(", ")})
       VALUES (${placeholders(CONTEXT_COLUMNS.length + 1)}) ON CONFLICT (digest) DO NOTHING`,
    );
    this.#findContext = prepare("SELECT contextId FROM context WHERE digest = ?");
    this.#insertRequest = prepare(
      `INSERT INTO request (${REQUEST_COLUMNS.join(", ")})
       VALUES (${placeholders(REQUEST_COLUMNS.length)}) ON CONFLICT (id) DO NOTHING`,
    );
    this.#addToHour = prepare(
      `INSERT INTO hour (startedAt, contextId, requests, ${SUMMED_COLUMNS.join(", ")})
       VALUES (${placeholders(SUMMED_COLUMNS.length + 3)}) ON CONFLICT DO UPDATE SET ${ADD_TO_HOUR}`,
    );
    this.#saveState = prepare("INSERT INTO counter VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET state = excluded.state");
    this.#dropStates = prepare("DELETE FROM counter WHERE writer = ?");
    this.#saveNote = prepare("INSERT INTO note VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value");
  }

  /**
   * Writes a batch in one transaction. A record whose id is already there is not written again.
   *
   * @returns the errors of records that could not be written whatever happens; the others are there
   */
  write(batch: Batch): Error[] {
    const rejected: Error[] = [];
    // WAL: NORMAL outlives the process, FULL the machine. https://sqlite.org/pragma.html#pragma_synchronous
    this.database.exec(`PRAGMA synchronous = ${batch.synchronous ? "FULL" : "NORMAL"}`);
    this.transaction(() => {
      const recordedAt = Date.now();
      for (const record of batch.records) {
        try {
          const values = [...ownValues(record), ...summedValues(record)];
          this.#insertRequest.run(this.contextId(contextValues(record)), recordedAt, ...values);
        } catch (error) {
          if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
          rejected.push(error);
        }
      }
      for (const { startedAt, context, requests, sums } of batch.hours) {
        this.#addToHour.run(startedAt, this.contextId(context), requests, ...sums);
      }
      if (batch.replacesStates) this.#dropStates.run(this.#writer);
      for (const [series, state] of batch.states) this.#saveState.run(this.#writer, series, state);
      const notes = { ...batch.notes, ...(batch.synchronous && { synchronisedAt: String(recordedAt) }) };
      for (const [name, value] of Object.entries(notes)) this.#saveNote.run(name, value);
    });
    return rejected;
  }

  /** Whether a request with this id has a row. */
  has(id: string): boolean {
    this.#findRequest ??= this.database.prepare("SELECT 1 FROM request WHERE id = ?");
    return this.#findRequest.get(id) !== undefined;
  }

  /** The states of this writer's counters, as they were last written. */
  states(): Map<string, string> {
    const rows = this.database.prepare("SELECT series, state FROM counter WHERE writer = ?").all(this.#writer);
    return new Map(rows.map((row) => [row["series"] as string, row["state"] as string]));
  }

  note(name: string): string | undefined {
    return this.database.prepare("SELECT value FROM note WHERE name = ?").get(name)?.["value"] as string | undefined;
  }

  transaction<T>(body: () => T): T {
    this.database.exec("BEGIN IMMEDIATE");
    try {
      const result = body();
      this.database.exec("COMMIT");
      return result;
    } catch (error) {
      this.#contextIds.clear();
      // A full disk has already rolled back by itself.
      if (this.database.isTransaction) this.database.exec("ROLLBACK");
      throw error;
    }
  }

  /** The number of a context, which is made when there is none; within a transaction. */
  contextId(values: (string | null)[]): number {
    const key = JSON.stringify(values);
    let contextId = this.#contextIds.get(key);
    if (contextId === undefined) {
      const digest = createHash("sha256").update(key).digest("base64url");
      this.#insertContext.run(digest, ...values);
      contextId = this.#findContext.get(digest)!["contextId"] as number;
      if (this.#contextIds.size >= CONTEXT_CACHE_SIZE) this.#contextIds.clear();
      this.#contextIds.set(key, contextId);
    }
    return contextId;
  }

  close(): void {
    this.database.close();
  }
}

/** Adds a new hour to one that is there; unknown plus known is known. */
export const ADD_TO_HOUR = [
  "requests = requests + excluded.requests",
  ...SUMMED_COLUMNS.map(
    (column) => `${column} = coalesce(${column} + excluded.${column}, excluded.${column}, ${column})`,
  ),
].join(", ");
