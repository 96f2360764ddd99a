import type { Criterion } from "../model/footprint.ts";
import type { Range } from "../model/range.ts";
import type { RequestRecord } from "../model/request.ts";
import type { PendingRequest } from "../requests/pending-request.ts";

/** Takes what settled requests have come to. None of its methods throws. */
export interface Sink<Taken> {
  /**
   * Whether it wants to know of a request; an object is made of one only where some sink does.
   *
   * @param request undefined for a request that the application reported by itself
   */
  wanted(request: PendingRequest | undefined): boolean;
  /** @param taken undefined where the request could not be attributed because of an internal error */
  take(taken: Taken | undefined, request: PendingRequest | undefined): void;
  /** Resolves when all that was taken so far is dealt with. */
  flush(): Promise<void>;
  /** Flushes, and takes no more. */
  close(): Promise<void>;
}

/** Takes the records of settled requests: the journal, listeners, measurements. */
export type RecordSink = Sink<RequestRecord>;

/** What counts of a request towards budgets: a record holds it, and costs several times as much to make. */
export interface CountedRequest extends Pick<
  RequestRecord,
  "provider" | "model" | "operation" | "labels" | "outcome" | "usage"
> {
  readonly id: string | undefined;
  /** The total of each criterion; undefined where it could not be attributed. */
  readonly footprint: Readonly<Partial<Record<Criterion, Range>>> | undefined;
}
