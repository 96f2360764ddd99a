import type { Fate } from "../journal/imports/import-rules.ts";

/** What a kind of record came to. */
export interface KindOutcome {
  /** Requests that were not there before. */
  new: number;
  /** Requests that were there already. */
  alreadyThere: number;
  /** Requests in place of an earlier reading of the same. */
  replaced: number;
  /** Records that show a request again which this replay has counted. */
  repeated: number;
  /** Requests of periods that were metered live. */
  meteredLive: number;
  /** Records that should describe a request and cannot be used. */
  rejected: number;
  /** Records that describe something else, such as spans of tools. */
  passedOver: number;
}

/** What a replay came to. Requests are counted, except where it says records. */
export interface ReplayOutcome extends Readonly<KindOutcome> {
  /** Requests that the files describe and the journal has: new, already there, or replaced. */
  readonly requests: number;
  /** Whether every file was read to its end. */
  readonly complete: boolean;
  readonly files: number;
  /** Files that had been read before, to the end. */
  readonly filesKnown: number;
  /** Records that were rejected when those files were read. */
  readonly rejectedBefore: number;
  readonly kinds: Readonly<Record<string, Readonly<KindOutcome>>>;
  /** What was passed over, and how many records. */
  readonly passed: Readonly<Record<string, number>>;
  /** What a user of these records must know. */
  readonly notes: readonly string[];
}

const nothing = (): KindOutcome => ({
  new: 0,
  alreadyThere: 0,
  replaced: 0,
  repeated: 0,
  meteredLive: 0,
  rejected: 0,
  passedOver: 0,
});

/** Counts what becomes of records. */
export class ReplayTally {
  readonly #kinds = new Map<string, KindOutcome>();
  readonly #passed = new Map<string, number>();
  readonly notes = new Set<string>();
  files = 0;
  filesKnown = 0;
  rejectedBefore = 0;
  /** Requests of files that had been read before, which are not read again. */
  knownRequests = 0;

  of(kind: string): KindOutcome {
    const found = this.#kinds.get(kind) ?? nothing();
    this.#kinds.set(kind, found);
    return found;
  }

  passOver(kind: string, what: string): void {
    this.of(kind).passedOver++;
    this.#passed.set(what, (this.#passed.get(what) ?? 0) + 1);
  }

  /**
   * @param stated how many requests the record stands for
   * @param added how many requests there are more than before
   */
  take(kind: string, fate: Exclude<Fate, object>, stated: number, added: number): void {
    const tally = this.of(kind);
    if (fate === "metered") tally.meteredLive += stated;
    else if (fate === "replaced") tally.replaced += stated;
    else if (fate === "known") tally.alreadyThere += stated;
    else {
      tally.new += added;
      if (fate === "repeated") tally.repeated++;
    }
  }

  outcome(complete: boolean): ReplayOutcome {
    const sum = nothing();
    for (const kind of this.#kinds.values()) {
      for (const name of Object.keys(sum) as (keyof KindOutcome)[]) sum[name] += kind[name];
    }
    sum.alreadyThere += this.knownRequests;
    return {
      ...sum,
      requests: sum.new + sum.alreadyThere + sum.replaced,
      complete,
      files: this.files,
      filesKnown: this.filesKnown,
      rejectedBefore: this.rejectedBefore,
      kinds: Object.fromEntries(this.#kinds),
      passed: Object.fromEntries(this.#passed),
      notes: [...this.notes],
    };
  }
}
