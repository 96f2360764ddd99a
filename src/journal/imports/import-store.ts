import type { StatementSync } from "node:sqlite";

import type { SpanLink } from "../../model/enclosing-span.ts";
import { readRecords } from "../reading.ts";
import type { JournalledRecord } from "../row.ts";
import { Store } from "../store.ts";
import { BucketLedger, type Admission, type ImportedBucket } from "./bucket-ledger.ts";
import type { ImportedContext, ImportedRequest } from "./imported-request.ts";
import type { Fate, ImportRules } from "./import-rules.ts";
import { FileLedger, type KnownFile, type ReadFile } from "./file-ledger.ts";
import { SightingLedger, type ImportedSighting } from "./sighting-ledger.ts";
import {
  compared,
  sizeCompared,
  usedBy,
  WrittenRequests,
  type KnownNumbers,
  type Written,
} from "./written-requests.ts";

/** What became of a request, and how many requests there are more than before. */
export interface Taken {
  readonly fate: Fate;
  readonly added: number;
}

/** What is written at once. */
export interface ImportBatch {
  readonly requests: Iterable<ImportedRequest>;
  /** Of spans that are not calls. */
  readonly links: readonly SpanLink[];
}

/**
 * How far a file has been read, when this has become of its requests, and so many that were counted before have turned
 * out to be shown by others.
 */
export type FileOf = (taken: readonly Taken[], joined: number) => ReadFile;

/** A journal open for requests that are read from files: each is counted once, however often and in whatever order it is read. */
export class ImportStore {
  readonly #store: Store;
  readonly #files: FileLedger;
  readonly #buckets: BucketLedger;
  readonly #sightings: SightingLedger;
  readonly #rules: ImportRules;
  #contextIds = new WeakMap<ImportedContext, number>();
  readonly #inserts = new Map<readonly string[], StatementSync>();
  readonly #written: WrittenRequests;
  readonly #findSummed: StatementSync;
  readonly #anySummed: boolean;
  /** When this run began, by the clock of the machine. */
  readonly #startedAt = Date.now();

  /** @param path of the journal; empty for one that is gone when it is closed */
  constructor(path: string, { busySeconds, ...rules }: ImportRules & { readonly busySeconds: number }) {
    this.#store = new Store(path, { writer: "replay", busySeconds });
    this.#rules = rules;
    const { database } = this.#store;
    // A checkpoint every 40 MB: each copies the pages of the indexes once more.
    database.exec("PRAGMA wal_autocheckpoint = 10000; PRAGMA cache_size = -65536");
    this.#store.seen.dropOld(this.#startedAt);
    this.#files = new FileLedger(database);
    this.#buckets = new BucketLedger(database);
    this.#sightings = new SightingLedger(database, this.#store.seen);
    this.#written = new WrittenRequests(database);
    this.#findSummed = database.prepare("SELECT requests FROM imported WHERE id = ?");
    this.#anySummed = database.prepare("SELECT 1 FROM imported LIMIT 1").get() !== undefined;
  }

  /** The files that were read before. */
  knownFiles(): KnownFile[] {
    return this.#files.all();
  }

  /**
   * Writes requests, one after another as they are given, and how far their file has been read, in one transaction.
   *
   * @param fileOf told what became of each request, in their order; gives how far their file has been read
   */
  write({ requests, links }: ImportBatch, fileOf: FileOf, synchronous: boolean): void {
    this.#store.database.exec(`PRAGMA synchronous = ${synchronous ? "FULL" : "NORMAL"}`);
    try {
      this.#store.transaction(() => {
        const importId = this.#files.save(fileOf([], 0));
        const recordedAt = Date.now();
        const joined = this.#written.removeAll(this.#sightings.link(links, recordedAt));
        const taken = Array.from(requests, (request) => this.#take(request, importId, recordedAt));
        if (taken.length > 0 || joined.length > 0) this.#files.save(fileOf(taken, requestsOf(joined)));
      });
    } catch (error) {
      this.#contextIds = new WeakMap();
      this.#buckets.forget();
      throw error;
    }
  }

  /** All requests, oldest first. */
  records(): IterableIterator<JournalledRecord> {
    return readRecords(this.#store.database, { from: new Date(0), to: new Date(8.64e15) });
  }

  /** What is known of a request that still has a row. */
  numbersOf(id: string): KnownNumbers | undefined {
    return this.#written.numbersOf(id);
  }

  /** The names of all labels that a request has. */
  labelNames(): string[] {
    const rows = this.#store.database
      .prepare("SELECT DISTINCT key FROM context, json_each(context.labels) ORDER BY key")
      .all();
    return rows.map((row) => row["key"] as string);
  }

  close(): void {
    this.#store.close();
  }

  #take(request: ImportedRequest, importId: number, recordedAt: number): Taken {
    if (request.bucket) {
      const { overlap, replace } = this.#rules;
      const admission = this.#buckets.admit(request, request.bucket, { overlap, replace });
      const fate = admission.fate ?? this.#regrouped(request, request.bucket, admission);
      if (fate !== undefined) return { fate, added: 0 };
    }
    if (request.sighting) return this.#takeSighting(request, request.sighting, importId, recordedAt);
    return this.#put(request, importId, recordedAt);
  }

  /** Whether a row cannot belong to the rows that are there of its bucket, so that it is grouped by other dimensions. */
  #regrouped(request: ImportedRequest, bucket: ImportedBucket, admission: Admission): Fate | undefined {
    const { growth, decline } = admission;
    if (!growth && !decline) return undefined;
    if (this.#anySummed && this.#findSummed.get(request.id)) return undefined;
    const there = this.#written.find(request.id);
    const change = there ? sizeCompared(request, there) : 1;
    if (change < 0 && decline) this.#buckets.refuse(request, bucket, admission);
    return change > 0 ? growth : change < 0 ? decline : undefined;
  }

  #put(request: ImportedRequest, importId: number, recordedAt: number): Taken {
    const { id, requests } = request;
    if (this.#anySummed && this.#findSummed.get(id)) return { fate: "known", added: 0 };
    if (this.#insert(request, importId, recordedAt)) return { fate: "new", added: requests };
    const there = this.#written.find(id)!;
    const change = compared(request, there);
    if (change <= 0 && !this.#replaces(there)) return this.#again(there);
    this.#written.removeAll([id]);
    this.#insert(request, importId, recordedAt);
    return { fate: this.#isOurs(there) ? "new" : "replaced", added: requests - there.requests };
  }

  /** Of several spans of one request, the one that knows most is kept. */
  #takeSighting(request: ImportedRequest, sighting: ImportedSighting, importId: number, recordedAt: number): Taken {
    const before = this.#written.find(request.id);
    if (before !== undefined) return this.#put(request, importId, recordedAt);
    if (this.#sightings.knows(sighting.key)) return { fate: "known", added: 0 };
    const { keeps, drops } = this.#sightings.add(request.id, sighting, usedBy(request));
    const dropped = this.#written.removeAll(drops);
    const removed = requestsOf(dropped);
    if (!keeps) return { fate: "repeated", added: -removed };
    const { fate, added } = this.#put(request, importId, recordedAt);
    const replaces = fate === "new" && dropped.length > 0;
    if (!replaces) return { fate, added: added - removed };
    return { fate: dropped.every((each) => this.#isOurs(each)) ? "repeated" : "replaced", added: added - removed };
  }

  #again(there: Written): Taken {
    return { fate: this.#isOurs(there) ? "repeated" : "known", added: 0 };
  }

  /** What a run has written itself it does not replace by something smaller. */
  #replaces(there: Written): boolean {
    return this.#rules.replace === true && !this.#isOurs(there);
  }

  #isOurs({ recordedAt }: Written): boolean {
    return recordedAt >= this.#startedAt;
  }

  #insert({ context, known }: ImportedRequest, importId: number, recordedAt: number): boolean {
    let insert = this.#inserts.get(known.columns);
    if (!insert) {
      const columns = ["contextId", "recordedAt", "importId", ...known.columns];
      insert = this.#store.database.prepare(
        `INSERT INTO request (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")}) ON CONFLICT (id) DO NOTHING`,
      );
      this.#inserts.set(known.columns, insert);
    }
    return Number(insert.run(this.#contextId(context), recordedAt, importId, ...known.values).changes) === 1;
  }

  #contextId(context: ImportedContext): number {
    let contextId = this.#contextIds.get(context);
    if (contextId === undefined) {
      contextId = this.#store.contextId(context.values());
      this.#contextIds.set(context, contextId);
    }
    return contextId;
  }
}

const requestsOf = (all: readonly Written[]): number => all.reduce((sum, { requests }) => sum + requests, 0);
