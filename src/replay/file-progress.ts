import type { FileRecords, ReadPieces } from "./file-records.ts";

/** How far the reading of a file has come, as the sink keeps it. */
export interface FileProgress extends ReadPieces {
  /** Bytes of the content that was read, with the end of its list. */
  readonly size?: number;
  readonly requests: number;
  readonly rejected: number;
  readonly complete: boolean;
  /** How it was said to be written, where that was said. */
  readonly writtenAs?: string | undefined;
}

/** Where the reading of a file stands: at its end, or where it was interrupted. */
interface ReadingEnd {
  /** The last piece, and whether it may go on where the file grows. */
  readonly index: number;
  readonly isOpen: boolean;
  /** Whether all was read, and ends with the end of a list. */
  readonly endsList: boolean;
}

/**
 * How many pieces need not be read again. What may go on where the file grows is read again; all of it, where records
 * refer to earlier ones, or where what has grown is the one list or document that the file consists of.
 */
export function piecesRead(records: FileRecords, { index, isOpen, endsList }: ReadingEnd): number {
  if (records.refersBack || (endsList && !records.inLines)) return 0;
  if (isOpen) return records.layout === "documents" ? 0 : index;
  return index + 1;
}
