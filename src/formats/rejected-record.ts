/** Why a record cannot be used; the message is the reason, in words without values. */
export class RejectedRecord extends Error {
  override readonly name = "RejectedRecord";
}

/** What a file may hold can surprise every reader; that costs a record, not the file. */
export const reasonOf = (error: unknown): string =>
  error instanceof RejectedRecord ? error.message : "the record has an unexpected shape";
