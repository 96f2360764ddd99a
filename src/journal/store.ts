import { createHash } from "node:crypto";
import type { DatabaseSync, StatementSync } from "node:sqlite";

import type { SeenName } from "../model/enclosing-span.ts";
import { NewerSchemaError } from "./journal-error.ts";
import { CONTEXT_COLUMNS, SUMMED_COLUMNS } from "./columns.ts";
import { ADD_SHARE } from "./model-shares.ts";
import type { HourSum } from "./overflow.ts";
import { contextValues, OWN_COLUMNS, ownValues, summedValues, type JournalledRecord } from "./row.ts";
import { SeenNames } from "./seen-names.ts";
import { ADD_TO_QUARTER } from "./quarter-tables.ts";
import { QuarterSums, type QuarterSum } from "./quarter-sums.ts";
import { migrate, SCHEMA_VERSION } from "./schema.ts";
import { ADD_TO_SIX_HOURS, sixHoursOf } from "./six-hour-table.ts";
import { SPEND_COLUMNS } from "./spend-columns.ts";
import { ADD_RATIO } from "./stated-ratios.ts";
import { openDatabase, waitForOthers } from "./sqlite.ts";

/** Contexts whose number is remembered between batches. */
const CONTEXT_CACHE_SIZE = 10_000;

const REQUEST_COLUMNS = ["contextId", "recordedAt", ...OWN_COLUMNS, ...SUMMED_COLUMNS];

const placeholders = (count: number): string => Array<string>(count).fill("?").join(", ");

/** What one transaction writes: all of it or nothing. */
export interface Batch {
  readonly records: readonly JournalledRecord[];
  /** When each record became known, in milliseconds since 1970. @default now */
  readonly recordedAt?: readonly number[];
  readonly hours: readonly HourSum[];
  /** What the requests in `hours` have spent. */
  readonly spent?: readonly QuarterSum[];
  /** The states of counters, by series, that include these records. */
  readonly states: Iterable<readonly [series: string, state: string]>;
  /** Whether the writer's other states are to go. */
  readonly replacesStates?: boolean;
  /** Names of what was counted. */
  readonly seen?: readonly SeenName[];
  /** Values to remember under a name, such as how far an import has come. */
  readonly notes?: Readonly<Record<string, string>>;
  /** Whether the batch must outlive a power failure, not only this process. */
  readonly synchronous: boolean;
}

export interface StoreOptions {
  /** Whose counters are kept. */
  readonly writer: string;
  /** Whether the requests are the writer's own, so that its budgets count them when it starts again. @default false */
  readonly ownsRequests?: boolean;
  /** How long opening may block while another process holds the file for itself, as VACUUM does. @default 0.5 */
  readonly openingSeconds?: number;
  /** How long one write may block while another process writes. @default 0, which is busy at once */
  readonly busySeconds?: number;
}

/** The journal's file, open for writing. Every method throws what SQLite throws and leaves the file as it was. */
export class Store {
  readonly database: DatabaseSync;
  readonly #writer: string;
  readonly #owner: string | undefined;
  readonly #schemaVersion: StatementSync;
  readonly #addToQuarter: StatementSync;
  readonly #addToSixHours: StatementSync;
  readonly #insertContext: StatementSync;
  #findRequest: StatementSync | undefined;
  readonly #findContext: StatementSync;
  readonly #insertRequest: StatementSync;
  readonly #addToHour: StatementSync;
  readonly #addShare: StatementSync;
  readonly #addRatio: StatementSync;
  readonly #saveState: StatementSync;
  readonly #dropStates: StatementSync;
  readonly #saveNote: StatementSync;
  readonly seen: SeenNames;
  readonly #contextIds = new Map<string, number>();

  /** @throws ConfigurationError when the file is not a journal that this program can write */
  constructor(path: string, { writer, openingSeconds = 0.5, busySeconds = 0, ownsRequests = false }: StoreOptions) {
    this.#writer = writer;
    this.#owner = ownsRequests ? writer : undefined;
    this.database = openDatabase(path, { busySeconds: openingSeconds });
    try {
      migrate(this.database, path);
      this.database.exec("PRAGMA foreign_keys = ON");
      this.waitForOthers(busySeconds);
    } catch (error) {
      this.database.close();
      throw error;
    }
    this.seen = new SeenNames(this.database);
    const prepare = (sql: string) => this.database.prepare(sql);
    this.#insertContext = prepare(
      `INSERT INTO context (digest, writer, ${CONTEXT_COLUMNS.join(", ")})
       VALUES (${placeholders(CONTEXT_COLUMNS.length + 2)}) ON CONFLICT (digest) DO NOTHING`,
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
    this.#addShare = prepare(ADD_SHARE);
    this.#addRatio = prepare(ADD_RATIO);
    this.#schemaVersion = prepare("PRAGMA user_version");
    this.#addToQuarter = prepare(
      `INSERT INTO quarter (startedAt, contextId, lastAt, firstSequence, ${SPEND_COLUMNS.join(", ")})
       VALUES (${placeholders(SPEND_COLUMNS.length + 4)})
       ON CONFLICT (startedAt, contextId) DO UPDATE SET ${ADD_TO_QUARTER} RETURNING position`,
    );
    this.#addToSixHours = prepare(ADD_TO_SIX_HOURS);
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
      const now = Date.now();
      const spent = new QuarterSums();
      for (const [index, record] of batch.records.entries()) {
        try {
          const values = [...ownValues(record), ...summedValues(record)];
          const context = contextValues(record);
          const recordedAt = batch.recordedAt?.[index] ?? now;
          const { changes, lastInsertRowid } = this.#insertRequest.run(this.contextId(context), recordedAt, ...values);
          if (this.#owner !== undefined && changes === 1) {
            spent.add(record, context, recordedAt, Number(lastInsertRowid));
          }
        } catch (error) {
          if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
          rejected.push(error);
        }
      }
      for (const { startedAt, context, requests, sums, shares, ratios } of batch.hours) {
        const contextId = this.contextId(context);
        this.#addToHour.run(startedAt, contextId, requests, ...sums);
        for (const [model, values] of shares) this.#addShare.run(startedAt, contextId, model, ...values);
        for (const [step, compared] of ratios) this.#addRatio.run(startedAt, contextId, step, compared);
      }
      if (this.#owner !== undefined) for (const sum of [...(batch.spent ?? []), ...spent.all]) this.#addSpent(sum);
      if (batch.replacesStates) this.#dropStates.run(this.#writer);
      for (const [series, state] of batch.states) this.#saveState.run(this.#writer, series, state);
      if (batch.seen) this.seen.save(batch.seen, now);
      const notes = { ...batch.notes, ...(batch.synchronous && { synchronisedAt: String(now) }) };
      for (const [name, value] of Object.entries(notes)) this.#saveNote.run(name, value);
    });
    return rejected;
  }

  /** How long one write may block, from now on, while another process writes. */
  waitForOthers(seconds: number): void {
    waitForOthers(this.database, seconds);
  }

  /** Whether a request with this id has a row; false where the file cannot be read. */
  has(id: string): boolean {
    try {
      this.#findRequest ??= this.database.prepare("SELECT 1 FROM request WHERE id = ?");
      return this.#findRequest.get(id) !== undefined;
    } catch {
      return false;
    }
  }

  #addSpent({ startedAt, context, lastAt, firstSequence, sums }: QuarterSum): void {
    const contextId = this.contextId(context);
    const quarter = this.#addToQuarter.get(startedAt, contextId, lastAt, firstSequence, ...sums)!;
    this.#addToSixHours.run(sixHoursOf(startedAt), contextId, lastAt, quarter["position"]!, ...sums);
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
      this.#checkSchema();
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

  /** Another process may have brought the file up to date meanwhile. */
  #checkSchema(): void {
    const version = this.#schemaVersion.get()!["user_version"] as number;
    if (version <= SCHEMA_VERSION) return;
    const problem = `the journal has schema version ${version} since another process opened it`;
    throw new NewerSchemaError(
      `${problem}, and this process knows ${SCHEMA_VERSION}: restart it with the newer version`,
    );
  }

  /** The number of a context, which is made when there is none; within a transaction. */
  contextId(values: (string | null)[]): number {
    const key = JSON.stringify(this.#owner === undefined ? values : [...values, this.#owner]);
    let contextId = this.#contextIds.get(key);
    if (contextId === undefined) {
      const digest = createHash("sha256").update(key).digest("base64url");
      this.#insertContext.run(digest, this.#owner ?? null, ...values);
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
