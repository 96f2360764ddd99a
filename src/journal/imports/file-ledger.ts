import type { DatabaseSync, StatementSync } from "node:sqlite";

/** A file as far as it has been read; it is known by its content, not by its name. */
export interface ReadFile {
  /** Unique per file. */
  readonly fileKey: string;
  /** As it was last called. */
  readonly name: string;
  /** The kinds of record that were found in it. */
  readonly kinds: readonly string[];
  /** How many bytes were read, and their SHA-256: a file that begins with them is the same one, or has grown. */
  readonly bytes: number;
  readonly digest: string;
  /** What the reader needs to go on, as JSON. */
  readonly progress: string;
}

export interface KnownFile extends ReadFile {
  readonly importId: number;
  /** When it was last read. */
  readonly readAt: Date;
}

/** The files that were read into a journal. */
export class FileLedger {
  readonly #all: StatementSync;
  readonly #save: StatementSync;

  constructor(database: DatabaseSync) {
    this.#all = database.prepare("SELECT * FROM import ORDER BY importId");
    this.#save = database.prepare(
      `INSERT INTO import (fileKey, name, kinds, readAt, bytes, digest, progress) VALUES (?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (fileKey) DO UPDATE SET name = excluded.name, kinds = excluded.kinds, readAt = excluded.readAt,
         bytes = excluded.bytes, digest = excluded.digest, progress = excluded.progress
       RETURNING importId`,
    );
  }

  all(): KnownFile[] {
    return this.#all.all().map((row) => ({
      importId: row["importId"] as number,
      fileKey: row["fileKey"] as string,
      name: row["name"] as string,
      kinds: JSON.parse(row["kinds"] as string) as string[],
      readAt: new Date(row["readAt"] as number),
      bytes: row["bytes"] as number,
      digest: row["digest"] as string,
      progress: row["progress"] as string,
    }));
  }

  /** @returns the file's number in this journal */
  save({ fileKey, name, kinds, bytes, digest, progress }: ReadFile): number {
    const values = [fileKey, name, JSON.stringify(kinds), Date.now(), bytes, digest, progress];
    return this.#save.get(...values)!["importId"] as number;
  }
}
