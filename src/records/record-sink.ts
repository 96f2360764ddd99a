import type { RequestRecord } from "../model/request.ts";
import type { PendingRequest } from "../requests/pending-request.ts";

/** Takes the records of settled requests: the journal, listeners, budgets, measurements. None of its methods throws. */
export interface RecordSink {
  /**
   * Whether it wants the record of a request; one is made only where some sink does.
   *
   * @param request undefined for a request that the application reported by itself
   */
  wanted(request: PendingRequest | undefined): boolean;
  /** @param record undefined where the request could not be attributed because of an internal error */
  take(record: RequestRecord | undefined, request: PendingRequest | undefined): void;
  /** Resolves when all that was taken so far is dealt with. */
  flush(): Promise<void>;
  /** Flushes, and takes no more. */
  close(): Promise<void>;
}
