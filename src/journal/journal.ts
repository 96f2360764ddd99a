import type { SeenName } from "../model/enclosing-span.ts";
import type { RequestRecord } from "../model/request.ts";
import type { PastSpend, SpendQuery } from "./past-spends.ts";
import type { Period } from "./reading.ts";

/** How the journal is kept. */
export interface JournalOptions {
  /**
   * Who writes; the counters of a writer continue when a process of that name starts again. Give each of
   * several processes, or meters of one process, its own name: one that finds its name taken writes its requests,
   * starts its counters at zero, and warns of it.
   *
   * @default "main"
   */
  readonly writer?: string;
  /** The longest that a request waits in memory, in seconds. @default 1 */
  readonly batchSeconds?: number;
  /** How many requests are written at once. @default 500 */
  readonly batchSize?: number;
  /** Requests kept in memory while the file cannot be written; past that only their sums are kept. @default 10000 */
  readonly memoryLimit?: number;
  /** Days for which each request keeps its row before rows become hourly sums. @default 90 */
  readonly keepRequestsDays?: number;
  /** Days for which hourly sums are kept. @default for ever */
  readonly keepHoursDays?: number;
  /** Counters to continue where this writer left them, and to keep from now on. */
  readonly counters?: JournalledCounters;
  /** Called for each attempt to write that failed, and for each record that could not be kept. Must not throw. */
  readonly onError?: (error: Error) => void;
}

/** Counters that outlive the process. The journal neither knows nor cares what they count. */
export interface JournalledCounters {
  /** Called once, before anything is appended, with the states as they were last written, by series. */
  restore(states: ReadonlyMap<string, string>): void;
  /** Every series that has a state. */
  series(): Iterable<string>;
  stateOf(series: string): string | undefined;
}

export interface JournalStatus {
  /** Records that are in memory only. */
  readonly waiting: number;
  /** Records of which only the sums were kept, because memory is bounded. */
  readonly summed: number;
  /** Records of which nothing was kept. */
  readonly lost: number;
  /** Failed attempts to write, and files that were moved away or deleted. */
  readonly errors: number;
  /** Whether the last attempt to write failed. */
  readonly degraded: boolean;
}

export interface Journal {
  /** Takes a record, to be written soon. Never throws, never waits. `series` are the counters that include it. */
  append(record: RequestRecord, series?: readonly string[]): void;
  /**
   * Resolves when everything appended so far outlives the process and the machine.
   *
   * @param withinSeconds how long to wait for another process that is writing. @default 8
   * @throws JournalError when the file cannot be written
   */
  flush(withinSeconds?: number): Promise<void>;
  /** The requests of a period by all writers, oldest first, as far as they still have rows. */
  records(period: Period): Iterable<RequestRecord>;
  /** Whether a request with this id has a row. Never throws; false where the file cannot be read. */
  has(id: string): boolean;
  /** Takes names of what was counted, to be written together with the records that were appended before. Never throws. */
  remember(names: readonly SeenName[]): void;
  /** A name that was remembered within the last 24 hours. Never throws; undefined where the file cannot be read. */
  recall(name: string): SeenName | undefined;
  /** What this writer's requests have spent, in the order in which it became known. */
  pastSpends(query: Omit<SpendQuery, "writer">): readonly PastSpend[];
  readonly status: JournalStatus;
  /**
   * Whether the counters of the writer's name go on here. Not so where another process or journal has the name, or the file
   * could not be read when it was opened.
   */
  readonly keepsCounters: boolean;
  /** Writes what is left and closes the file; what could not be written is counted as lost in {@link status}. */
  close(): Promise<void>;
}
