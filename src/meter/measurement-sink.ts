import type { RequestRecord } from "../model/request.ts";
import type { RecordSink } from "../records/record-sink.ts";
import type { PendingRequest } from "../requests/pending-request.ts";

/** Gives each record to the measurements in whose functions its request began. */
export const measurementSink: RecordSink = {
  wanted: (request) => (request?.start.scope?.measurements.length ?? 0) > 0,
  take(record: RequestRecord | undefined, request: PendingRequest | undefined) {
    for (const measurement of request?.start.scope?.measurements ?? []) {
      measurement.settle(record, request?.job !== undefined);
    }
  },
  flush: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
