/** A piece of a file that may hold records. */
export interface Unit {
  /** Which line, row or document it is, from 0; several pieces of a large one have the same. */
  readonly index: number;
  /** The line on which it begins, from 1. */
  readonly line: number;
  /** A document of JSON, or a row by its columns' names; undefined for one that was read before. */
  readonly document?: unknown;
  /** In place of a document: why there is none. */
  readonly rejected?: string;
  /** Whether it goes on, in this file or where the file grows. @default false */
  readonly open?: boolean;
}
