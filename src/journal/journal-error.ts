/** The journal could not make what it holds durable. The records stay in memory and are tried again. */
export class JournalError extends Error {
  override readonly name = "JournalError";
}

/** A newer version of this program has raised the file's schema: this one must not write it any more. */
export class NewerSchemaError extends JournalError {}
