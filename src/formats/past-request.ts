import type { EndedRequest } from "../records/ended-request.ts";

/** A record of any file: names and values, of JSON or of a row of CSV. */
export type Fields = Readonly<Record<string, unknown>>;

/** A request that a file tells of. Its id is the same whenever the file is read, so that reading it twice counts once. */
export interface PastRequest extends EndedRequest {
  /** How many requests it stands for; usage is then their sum. */
  readonly requests: number;
}

/** A kind of file that requests can be read from. */
export interface Source {
  readonly name: string;
  /** Whether a record looks like one of this kind. */
  matches(fields: Fields): boolean;
  /**
   * The requests of one record; none when it tells of something else.
   *
   * @param line where the record begins, for those that have no identity of their own
   * @throws RejectedRecord when it should tell of a request and does not
   */
  /** @throws ConfigurationError when the columns of a CSV file do not have what must be there */
  checkColumns?(columns: readonly string[]): void;
  read(fields: Fields, line: number): PastRequest[];
}

/** Why a record cannot be used; the message is the reason, in words without values. */
export class RejectedRecord extends Error {
  override readonly name = "RejectedRecord";
}

/** What is usual for a past request, to be overridden by what is known. */
export const PAST_REQUEST: Omit<PastRequest, "id" | "provider" | "operation" | "startedAtMilliseconds"> = {
  requests: 1,
  host: "",
  zone: undefined,
  labels: {},
  requestedModel: undefined,
  respondedModel: undefined,
  outcome: "completed",
  errorType: undefined,
  attempts: 1,
  durationSeconds: 0,
  timeToFirstTokenSeconds: undefined,
  usage: undefined,
  usageSource: "missing",
  rawUsage: undefined,
};
