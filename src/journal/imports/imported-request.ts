import type { ImportedBucket } from "./bucket-ledger.ts";
import type { KnownColumns } from "./known-columns.ts";
import type { ImportedSighting } from "./sighting-ledger.ts";

/** A request, or the sum of several, that was read from a file, as it is written. */
export interface ImportedRequest {
  /** The same whenever it is read. */
  readonly id: string;
  readonly startedAtMilliseconds: number;
  readonly requests: number;
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  /** What requests of its kind have in common: the same object for all of them. */
  readonly context: ImportedContext;
  readonly known: KnownColumns;
  readonly bucket?: ImportedBucket | undefined;
  readonly sighting?: ImportedSighting | undefined;
}

/** The values of a context, in the order of `CONTEXT_COLUMNS`. */
export interface ImportedContext {
  values(): (string | null)[];
}
