import { setTimeout as sleep } from "node:timers/promises";

import { ConfigurationError } from "../model/errors.ts";
import type { SeenName } from "../model/enclosing-span.ts";
import type { RequestRecord } from "../model/request.ts";
import type { Journal, JournalOptions, JournalStatus } from "./journal.ts";
import { JournalFile } from "./journal-file.ts";
import { JournalError, NewerSchemaError } from "./journal-error.ts";
import { Overflow } from "./overflow.ts";
import { pastSpends, type PastSpend, type SpendQuery } from "./past-spends.ts";
import { readRecords, type Period } from "./reading.ts";
import { applyRetention, retentionClock, RETENTION_SECONDS } from "./retention.ts";
import { isBusy } from "./sqlite.ts";
import type { Store } from "./store.ts";

const RETRY_SECONDS = 5;
const BUSY_RETRY_SECONDS = 0.02;
/** How long a flush waits for another process that is writing, unless it is asked for less. */
const BUSY_LIMIT_SECONDS = 8;
/** How long the start blocks while another process holds the file for itself, as to bring it up to date. */
const STARTING_SECONDS = 5;
/** How long closing does; what could not be written then is lost. */
const CLOSING_SECONDS = 5;

/** @see openJournal */
export class FileJournal implements Journal {
  /** As it was given, for messages. */
  readonly #name: string;
  readonly #file: JournalFile;
  readonly #options: JournalOptions;
  readonly #batchSize: number;
  readonly #memoryLimit: number;
  readonly #overflow: Overflow;
  readonly #retentionTimer: NodeJS.Timeout;
  /** The time by which rows are old, at each look. */
  #retentionTime: () => number = Date.now;
  #names: SeenName[] = [];
  #waiting: { readonly record: RequestRecord; readonly at: number }[] = [];
  #changedSeries = new Set<string>();
  /** Whether the states in the file are by series of this process; an earlier one may have divided them otherwise. */
  #statesAreOurs = false;
  #unsynchronised = false;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #closed = false;
  /** Why nothing is written any more. */
  #stopped: NewerSchemaError | undefined;
  #summed = 0;
  #lost = 0;
  #errors = 0;
  #degraded = false;

  constructor(path: string, options: JournalOptions) {
    this.#name = path;
    this.#file = new JournalFile(path, options.writer ?? "main");
    this.#options = options;
    this.#batchSize = options.batchSize ?? 500;
    this.#memoryLimit = options.memoryLimit ?? 10_000;
    this.#overflow = new Overflow(this.#memoryLimit);
    try {
      this.#file.claim();
      const store = this.#open(STARTING_SECONDS);
      if (this.#file.ownsWriter) options.counters?.restore(store.states());
    } catch (error) {
      // Counters that could not be continued must not overwrite those in the file when it comes back.
      this.#file.giveWriterUp();
      if (error instanceof ConfigurationError) throw error;
      this.#fail(error);
    }
    this.#retentionTimer = setInterval(() => void this.#retain(), RETENTION_SECONDS * 1000).unref();
    process.on("exit", this.#onExit);
  }

  get status(): JournalStatus {
    return {
      waiting: this.#waiting.length,
      summed: this.#summed,
      lost: this.#lost,
      errors: this.#errors,
      degraded: this.#degraded,
    };
  }

  get keepsCounters(): boolean {
    return this.#file.ownsWriter;
  }

  append(record: RequestRecord, series: readonly string[] = []): void {
    if (this.#stopped) {
      this.#lost++;
      return;
    }
    if (this.#closed) {
      this.#lose(new JournalError("a request ended after the journal was closed"));
      return;
    }
    if (this.#file.ownsWriter) for (const changed of series) this.#changedSeries.add(changed);
    if (this.#waiting.length >= this.#memoryLimit && !this.#degraded) this.#writeInBackground();
    if (this.#waiting.length >= this.#memoryLimit) this.#sumUp(record);
    else this.#waiting.push({ record, at: Date.now() });
    if (this.#waiting.length >= this.#batchSize && !this.#degraded) {
      this.#immediate ??= setImmediate(() => this.#writeInBackground());
    } else {
      this.#writeAfter(this.#options.batchSeconds ?? 1);
    }
  }

  async flush(withinSeconds = BUSY_LIMIT_SECONDS): Promise<void> {
    const deadline = performance.now() + withinSeconds * 1000;
    while (!this.#closed) {
      try {
        if (this.#stopped) throw this.#stopped;
        this.#write(true);
        return;
      } catch (cause) {
        if (!isBusy(cause) || performance.now() > deadline) {
          if (cause !== this.#stopped) this.#fail(cause);
          if (!this.#stopped) this.#writeAfter(RETRY_SECONDS);
          throw new JournalError(`the journal ${this.#name} cannot be written`, { cause });
        }
      }
      await sleep(BUSY_RETRY_SECONDS * 1000);
    }
  }

  records(period: Period): Iterable<RequestRecord> {
    const { store } = this.#file;
    return store ? readRecords(store.database, period) : [];
  }

  readonly has = (id: string): boolean => this.#file.store?.has(id) ?? false;

  remember(names: readonly SeenName[]): void {
    if (this.#closed || this.#stopped) return;
    // Where the file cannot be written, the first ones go: memory is bounded.
    this.#names = [...this.#names, ...names].slice(-this.#memoryLimit);
    if (!this.#degraded) this.#writeAfter(this.#options.batchSeconds ?? 1);
  }

  recall(name: string): SeenName | undefined {
    try {
      return this.#file.store?.seen.find(name);
    } catch {
      return undefined;
    }
  }

  pastSpends(query: Omit<SpendQuery, "writer">): readonly PastSpend[] {
    // A process without a name of its own has no past.
    const { store, ownsWriter, writer } = this.#file;
    return store && ownsWriter ? pastSpends(store.database, { ...query, writer }) : [];
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.flush(CLOSING_SECONDS).catch(() => undefined);
    this.#end();
  }

  #open(busySeconds?: number): Store {
    const store = this.#file.open(busySeconds);
    this.#retentionTime = retentionClock(store);
    return store;
  }

  readonly #onExit = (): void => {
    try {
      // No turn of the event loop is left to try again in.
      this.#file.store?.waitForOthers(CLOSING_SECONDS);
      this.#write(true);
    } catch {
      // Nobody is left to be told.
    }
    this.#end();
  };

  #end(): void {
    this.#closed = true;
    this.#lost += this.#waiting.length;
    this.#waiting = [];
    clearTimeout(this.#timer);
    clearImmediate(this.#immediate);
    clearInterval(this.#retentionTimer);
    process.off("exit", this.#onExit);
    this.#file.close();
  }

  #writeAfter(seconds: number): void {
    this.#timer ??= setTimeout(() => this.#writeInBackground(), seconds * 1000).unref();
  }

  #writeInBackground(): void {
    clearTimeout(this.#timer);
    this.#timer = this.#immediate = undefined;
    try {
      this.#write(false);
    } catch (error) {
      if (!isBusy(error)) this.#fail(error);
      if (!this.#stopped) this.#writeAfter(isBusy(error) ? BUSY_RETRY_SECONDS : RETRY_SECONDS);
    }
  }

  /** Writes all that waits. Synchronous, so that states and records belong to the same moment. */
  #write(synchronous: boolean): void {
    if (this.#closed || this.#stopped) return;
    const replaced = this.#noticeReplacedFile();
    if (!(replaced || this.#waiting.length > 0 || this.#names.length > 0 || (synchronous && this.#unsynchronised)))
      return;
    if (!this.#file.store) this.#open();
    const rejected = this.#file.write({
      records: this.#waiting.map(({ record }) => record),
      recordedAt: this.#waiting.map(({ at }) => at),
      hours: this.#overflow.hours,
      spent: this.#overflow.spent,
      states: this.#states(),
      seen: this.#names,
      replacesStates: this.#file.ownsWriter && !this.#statesAreOurs,
      synchronous,
    });
    this.#waiting = [];
    this.#names = [];
    this.#overflow.clear();
    this.#changedSeries.clear();
    this.#statesAreOurs = true;
    this.#unsynchronised = !synchronous;
    this.#degraded = false;
    for (const error of rejected) this.#lose(error);
  }

  /**
   * A file that was moved away, deleted or replaced is let go, and the one that now stands there, or a new one, is
   * opened. The counters go on: their states are written as a whole.
   */
  #noticeReplacedFile(): boolean {
    const lost = this.#file.letGoIfReplaced();
    if (lost === undefined) return false;
    this.#statesAreOurs = false;
    this.#lost += lost;
    this.#fail(
      new JournalError(`the journal ${this.#name} was moved or deleted, with ${lost} records lost; it begins anew`),
    );
    return true;
  }

  *#states(): IterableIterator<[string, string]> {
    const { counters } = this.#options;
    if (!counters || !this.#file.ownsWriter) return;
    for (const series of this.#statesAreOurs ? this.#changedSeries : counters.series()) {
      const state = counters.stateOf(series);
      if (state !== undefined) yield [series, state];
    }
  }

  #sumUp(record: RequestRecord): void {
    try {
      if (this.#overflow.fold(record, Date.now())) this.#summed++;
      else this.#lose(new JournalError("no memory left for requests while the journal cannot be written"));
    } catch (error) {
      this.#lose(error as Error);
    }
  }

  #lose(error: Error): void {
    this.#lost++;
    this.#options.onError?.(error);
  }

  #fail(error: unknown): void {
    this.#errors++;
    this.#degraded = true;
    if (error instanceof NewerSchemaError) {
      this.#stopped = error;
      this.#lost += this.#waiting.length;
      this.#waiting = [];
    }
    this.#options.onError?.(error instanceof Error ? error : new JournalError(String(error)));
  }

  /** Processes without a name of their own leave it to those that have one. */
  async #retain(): Promise<void> {
    const usable = (): Store | undefined =>
      this.#closed || this.#stopped || !this.#file.ownsWriter ? undefined : this.#file.store;
    try {
      await applyRetention(this.#options, usable, this.#retentionTime());
    } catch (error) {
      if (!isBusy(error)) this.#fail(error);
    }
  }
}
