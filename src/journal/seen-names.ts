import type { DatabaseSync, StatementSync } from "node:sqlite";

import type { SeenName } from "../model/enclosing-span.ts";

/** Names of what was counted, such as those of spans, so that what is sent again counts once, also after a restart. */
export const SEEN_SCHEMA = `
  CREATE TABLE seen (name TEXT PRIMARY KEY, seenAt INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX seenByTime ON seen (seenAt);
`;

/** Spans are remembered with what they stand in. */
export const SEEN_WITHIN_SCHEMA = "ALTER TABLE seen ADD COLUMN within TEXT;";

/** How long a name is kept: as long as a Collector keeps a batch that it could not send. */
const KEPT_MILLISECONDS = 24 * 3_600_000;

/** The names in a journal's file. Every method throws what SQLite throws. */
export class SeenNames {
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #drop: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare("SELECT within FROM seen WHERE name = ?");
    this.#save = database.prepare(
      `INSERT INTO seen (name, within, seenAt) VALUES (?, ?, ?)
       ON CONFLICT DO UPDATE SET within = excluded.within, seenAt = excluded.seenAt`,
    );
    this.#drop = database.prepare("DELETE FROM seen WHERE seenAt < ?");
  }

  find(name: string): SeenName | undefined {
    const row = this.#find.get(name);
    return row && { name, within: (row["within"] ?? undefined) as string | undefined };
  }

  save(names: readonly SeenName[], now: number): void {
    for (const { name, within } of names) this.#save.run(name, within ?? null, now);
  }

  dropOld(now: number): void {
    this.#drop.run(now - KEPT_MILLISECONDS);
  }
}
