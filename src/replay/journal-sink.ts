import { createAttribute } from "../attribution/selection/attribute.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { JournalledRecord } from "../journal/row.ts";
import { Store } from "../journal/store.ts";
import { Recorder } from "../records/recorder.ts";
import { divided, multiplied } from "../report/restatement.ts";
import { createTotals } from "../totals/totals.ts";
import type { PastRequest } from "../formats/past-request.ts";
import type { ReplaySink, ReplayState } from "./replay.ts";

/** Another process may be writing; a replay has time. */
const BUSY_SECONDS = 30;

/** Writes past requests to a journal, each once however often it is replayed. Counters do not move: the past is not now. */
export function journalSink(path: string, options: AttributionOptions): ReplaySink {
  const store = new Store(path, { writer: "replay", busySeconds: BUSY_SECONDS });
  const attributed = pastRecorder(options);
  return {
    stateOf(file) {
      const note = store.note(file);
      return note === undefined ? undefined : (JSON.parse(note) as ReplayState);
    },
    write(requests, file, state) {
      const notes = { [file]: JSON.stringify(state) };
      const rejected = store.write({
        records: requests.map(attributed),
        hours: [],
        states: [],
        notes,
        synchronous: state.complete,
      });
      if (rejected[0]) throw rejected[0];
    },
    close: () => store.close(),
  };
}

/** Makes records of past requests. One that stands for several is attributed as their mean. */
export function pastRecorder(options: AttributionOptions): (request: PastRequest) => JournalledRecord {
  const totals = createTotals({ labelNames: [], now: () => 0 });
  const recorder = new Recorder(createAttribute(options), totals, () => undefined);
  return ({ requests, ...ended }) => {
    if (requests === 1) return recorder.add(ended, true)!;
    const usage = ended.usage && requests > 0 ? divided(ended.usage, requests) : undefined;
    const record = recorder.add({ ...ended, usage }, true)!;
    const footprint = record.footprint && multiplied(record.footprint, requests);
    return { ...record, requests, usage: ended.usage, footprint };
  };
}
