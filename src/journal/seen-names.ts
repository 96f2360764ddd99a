import type { DatabaseSync, StatementSync } from "node:sqlite";

/** Names of what was counted, such as those of spans, so that what is sent again counts once, also after a restart. */
export const SEEN_SCHEMA = `
  CREATE TABLE seen (name TEXT PRIMARY KEY, seenAt INTEGER NOT NULL) WITHOUT ROWID;
  CREATE INDEX seenByTime ON seen (seenAt);
`;

/** How long a name is kept: as long as a Collector keeps a batch that it could not send. */
const KEPT_MILLISECONDS = 24 * 3_600_000;

/** The names in a journal's file. Every method throws what SQLite throws. */
export class SeenNames {
  readonly #find: StatementSync;
  readonly #save: StatementSync;
  readonly #drop: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare("SELECT 1 FROM seen WHERE name = ?");
    this.#save = database.prepare("INSERT INTO seen VALUES (?, ?) ON CONFLICT DO UPDATE SET seenAt = excluded.seenAt");
    this.#drop = database.prepare("DELETE FROM seen WHERE seenAt < ?");
  }

  has(name: string): boolean {
    return this.#find.get(name) !== undefined;
  }

  save(names: readonly string[], now: number): void {
    for (const name of names) this.#save.run(name, now);
  }

  dropOld(now: number): void {
    this.#drop.run(now - KEPT_MILLISECONDS);
  }
}
