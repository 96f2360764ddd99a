import type { PastRequest } from "../formats/past-request.ts";
import type { Fate } from "../journal/imports/import-rules.ts";
import type { ReadingRules } from "./file-records.ts";
import type { ReplayTally } from "./replay-outcome.ts";

export interface Rejected {
  readonly file: string;
  readonly line: number;
  /** The record's own id, where it has one. */
  readonly id: string | undefined;
  readonly reason: string;
}

/** What became of a record. */
export interface Outcome {
  readonly file: string;
  /** Undefined for a whole file that was read before. */
  readonly line: number | undefined;
  readonly id: string | undefined;
  readonly outcome: Exclude<Fate, object> | "rejected" | "passed over";
  /** How many requests the record, or the file, stands for. */
  readonly requests: number;
  /** Why it was rejected or passed over. */
  readonly reason?: string | undefined;
}

export interface ReplayOptions extends ReadingRules {
  /** For each label, the name or path of the value in the files' records, or in what they stand in. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** How the user says that the files are written: what was rejected is read again where that changes. */
  readonly writtenAs?: string | undefined;
  /** What all requests have that the files do not say. */
  readonly fixed?: Partial<Pick<PastRequest, "provider" | "operation" | "zone" | "host">> | undefined;
  /** Whose the exports are, where several accounts go into one journal: sums of one account do not replace another's. */
  readonly account?: string | undefined;
  /** Whether files that were read before are read again. */
  readonly replace?: boolean | undefined;
  /** @param share of the bytes of all files */
  readonly onProgress?: ((tally: ReplayTally, share: number) => void) | undefined;
  readonly onRejected?: ((rejected: Rejected) => void) | undefined;
  /** Called for every record, also for rejected ones. */
  readonly onOutcome?: ((outcome: Outcome) => void) | undefined;
  /** Ends the replay early; what was written stays, and the next replay goes on from there. */
  readonly signal?: AbortSignal | undefined;
}
