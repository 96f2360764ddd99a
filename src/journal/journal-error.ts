/** The journal could not make what it holds durable. The records stay in memory and are tried again. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}
