import { setTimeout as sleep } from "node:timers/promises";

import { ConfigurationError } from "../model/errors.ts";
import type { RequestRecord } from "../model/request.ts";
import { compactSlice, dropHours } from "./compaction.ts";
import type { Journal, JournalOptions, JournalStatus } from "./journal.ts";
import { JournalError } from "./journal-error.ts";
import { Overflow } from "./overflow.ts";
import { readRecords, type Period } from "./reading.ts";
import { isBusy } from "./sqlite.ts";
import { Store } from "./store.ts";
import { claimWriter } from "./writer-lock.ts";

const DAY_MILLISECONDS = 86_400_000;
/** How long a write may block the process while another one writes. */
const BUSY_SECONDS = 0.05;
const RETRY_SECONDS = 5;
const BUSY_RETRY_SECONDS = 0.02;
const BUSY_LIMIT_SECONDS = 10;
/** Often enough for processes that live shortly; looking costs one query. */
const COMPACTION_SECONDS = 60;

/** @see openJournal */
export class FileJournal implements Journal {
  readonly #path: string;
  readonly #options: JournalOptions;
  readonly #batchSize: number;
  readonly #memoryLimit: number;
  readonly #overflow: Overflow;
  readonly #compactionTimer: NodeJS.Timeout;
  #store: Store | undefined;
  #releaseWriter: (() => void) | undefined;
  #waiting: RequestRecord[] = [];
  #changedSeries = new Set<string>();
  /** Whether the states in the file are by series of this process; an earlier one may have divided them otherwise. */
  #statesAreOurs = false;
  #unsynchronised = false;
  #timer: NodeJS.Timeout | undefined;
  #immediate: NodeJS.Immediate | undefined;
  #closed = false;
  #summed = 0;
  #lost = 0;
  #errors = 0;
  #degraded = false;

  constructor(path: string, options: JournalOptions) {
    this.#path = path;
    this.#options = options;
    this.#batchSize = options.batchSize ?? 500;
    this.#memoryLimit = options.memoryLimit ?? 10_000;
    this.#overflow = new Overflow(this.#memoryLimit);
    try {
      this.#releaseWriter = claimWriter(path, options.writer ?? "main");
      this.#store = this.#openStore();
      if (this.#releaseWriter) options.counters?.restore(this.#store.states());
    } catch (error) {
      this.#releaseWriter?.();
      if (error instanceof ConfigurationError) throw error;
      // Counters that could not be continued must not overwrite those in the file when it comes back.
      this.#releaseWriter = undefined;
      this.#fail(error);
    }
    this.#compactionTimer = setInterval(() => {
      void this.#compact();
    }, COMPACTION_SECONDS * 1000).unref();
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

  append(record: RequestRecord, series: readonly string[] = []): void {
    if (this.#closed) {
      this.#lose(new JournalError("a request ended after the journal was closed"));
      return;
    }
    if (this.#releaseWriter) for (const changed of series) this.#changedSeries.add(changed);
    if (this.#waiting.length >= this.#memoryLimit && !this.#degraded) this.#writeInBackground();
    if (this.#waiting.length >= this.#memoryLimit) this.#sumUp(record);
    else this.#waiting.push(record);
    if (this.#waiting.length >= this.#batchSize && !this.#degraded) {
      this.#immediate ??= setImmediate(() => this.#writeInBackground());
    } else {
      this.#writeAfter(this.#options.batchSeconds ?? 1);
    }
  }

  async flush(): Promise<void> {
    const deadline = Date.now() + BUSY_LIMIT_SECONDS * 1000;
    while (!this.#closed) {
      try {
        this.#write(true);
        return;
      } catch (cause) {
        if (!isBusy(cause) || Date.now() > deadline) {
          this.#fail(cause);
          this.#writeAfter(RETRY_SECONDS);
          throw new JournalError(`the journal ${this.#path} cannot be written`, { cause });
        }
      }
      await sleep(BUSY_RETRY_SECONDS * 1000);
    }
  }

  records(period: Period): Iterable<RequestRecord> {
    return this.#store ? readRecords(this.#store.database, period) : [];
  }

  has(id: string): boolean {
    try {
      return this.#store?.has(id) ?? false;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.flush().catch(() => undefined);
    this.#end();
  }

  #openStore(): Store {
    return new Store(this.#path, { writer: this.#options.writer ?? "main", busySeconds: BUSY_SECONDS });
  }

  readonly #onExit = (): void => {
    try {
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
    clearInterval(this.#compactionTimer);
    process.off("exit", this.#onExit);
    this.#store?.close();
    this.#releaseWriter?.();
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
      this.#writeAfter(isBusy(error) ? BUSY_RETRY_SECONDS : RETRY_SECONDS);
    }
  }

  /** Writes all that waits. Synchronous, so that states and records belong to the same moment. */
  #write(synchronous: boolean): void {
    if (this.#closed || !(this.#waiting.length > 0 || (synchronous && this.#unsynchronised))) return;
    this.#store ??= this.#openStore();
    const rejected = this.#store.write({
      records: this.#waiting,
      hours: this.#overflow.hours,
      states: this.#states(),
      replacesStates: this.#releaseWriter !== undefined && !this.#statesAreOurs,
      synchronous,
    });
    this.#waiting = [];
    this.#overflow.clear();
    this.#changedSeries.clear();
    this.#statesAreOurs = true;
    this.#unsynchronised = !synchronous;
    this.#degraded = false;
    for (const error of rejected) this.#lose(error);
  }

  *#states(): IterableIterator<[string, string]> {
    const { counters } = this.#options;
    if (!counters || !this.#releaseWriter) return;
    for (const series of this.#statesAreOurs ? this.#changedSeries : counters.series()) {
      const state = counters.stateOf(series);
      if (state !== undefined) yield [series, state];
    }
  }

  #sumUp(record: RequestRecord): void {
    try {
      if (this.#overflow.fold(record)) this.#summed++;
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
    this.#options.onError?.(error instanceof Error ? error : new JournalError(String(error)));
  }

  /** A slice at a time, so that nobody waits. Processes without a name of their own leave it to those that have one. */
  async #compact(): Promise<void> {
    const { keepRequestsDays = 90, keepHoursDays } = this.#options;
    const before = (days: number) => Date.now() - days * DAY_MILLISECONDS;
    try {
      while (
        !this.#closed &&
        this.#releaseWriter &&
        this.#store &&
        compactSlice(this.#store, before(keepRequestsDays))
      ) {
        await sleep(BUSY_RETRY_SECONDS * 1000, undefined, { ref: false });
      }
      if (keepHoursDays !== undefined && !this.#closed && this.#store) dropHours(this.#store, before(keepHoursDays));
    } catch (error) {
      if (!isBusy(error)) this.#fail(error);
    }
  }
}
