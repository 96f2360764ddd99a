import type { AttributionOptions } from "../attribution/selection/selection.ts";
import type { KnownFile } from "../journal/imports/file-ledger.ts";
import type { ImportRules } from "../journal/imports/import-rules.ts";
import { ImportStore, type FileOf } from "../journal/imports/import-store.ts";
import { imported, PastRecorder, type PastBatch } from "./past-recorder.ts";

/** Where requests go. They are kept together with how far their file was read, so that a replay can go on. */
export interface ReplaySink {
  knownFiles(): readonly KnownFile[];
  /** @param fileOf told what became of each request; gives how far their file has been read */
  write(batch: PastBatch, fileOf: FileOf, isEnd: boolean): void;
  /** Ends the writing; `complete`: all that was to be read was. */
  close(complete: boolean): void;
}

/** Another process may be writing; a replay has time. */
const BUSY_SECONDS = 30;

/** Writes past requests to a journal, each once however often it is replayed. Counters do not move: the past is not now. */
export function journalSink(path: string, options: AttributionOptions, rules: ImportRules = {}): ReplaySink {
  const store = new ImportStore(path, { busySeconds: BUSY_SECONDS, ...rules });
  const recorder = new PastRecorder(options);
  return {
    knownFiles: () => store.knownFiles(),
    write: (batch, fileOf, isEnd) => store.write(imported(recorder, batch, store), fileOf, isEnd),
    close: () => store.close(),
  };
}
