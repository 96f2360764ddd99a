import type { DatabaseSync, StatementSync } from "node:sqlite";

import { USAGE_CLASSES, type Usage } from "../../model/usage.ts";
import type { ImportedRequest } from "./imported-request.ts";

/** The numbers of a request that is there. */
export interface KnownNumbers {
  readonly requests: number;
  readonly usage: Usage;
}

/** A request as it is there. */
export interface Written {
  readonly requests: number;
  readonly used: number;
  readonly startedAt: number;
  readonly recordedAt: number;
}

const USED = USAGE_CLASSES.map((usageClass) => `coalesce(${usageClass}, 0)`).join(" + ");

/** The requests that have a row in a journal, by their ids. */
export class WrittenRequests {
  readonly #find: StatementSync;
  readonly #numbers: StatementSync;
  readonly #remove: StatementSync;

  constructor(database: DatabaseSync) {
    this.#find = database.prepare(`SELECT requests, ${USED} AS used, startedAt, recordedAt FROM request WHERE id = ?`);
    this.#numbers = database.prepare(`SELECT requests, ${USAGE_CLASSES.join(", ")} FROM request WHERE id = ?`);
    this.#remove = database.prepare("DELETE FROM request WHERE id = ?");
  }

  find(id: string): Written | undefined {
    return this.#find.get(id) as unknown as Written | undefined;
  }

  numbersOf(id: string): KnownNumbers | undefined {
    const row = this.#numbers.get(id);
    if (!row) return undefined;
    const known = USAGE_CLASSES.filter((name) => typeof row[name] === "number");
    return { requests: row["requests"] as number, usage: Object.fromEntries(known.map((name) => [name, row[name]])) };
  }

  /** @returns those that were there */
  removeAll(ids: readonly string[]): Written[] {
    const there = ids.flatMap((id) => this.find(id) ?? []);
    for (const id of ids) this.#remove.run(id);
    return there;
  }
}

const USAGE_COLUMNS: ReadonlySet<string> = new Set(USAGE_CLASSES);

/** The usage of a request, of all classes together. */
export const usedBy = ({ known: { columns, values } }: ImportedRequest): number =>
  columns.reduce((sum, column, index) => (USAGE_COLUMNS.has(column) ? sum + (values[index] as number) : sum), 0);

/** Above 0 where the request is the better reading of what is there: larger, or as large and earlier. */
export const compared = (request: ImportedRequest, there: Written): number =>
  sizeCompared(request, there) || there.startedAt - request.startedAtMilliseconds;

export const sizeCompared = (request: ImportedRequest, there: Written): number =>
  request.requests - there.requests || usedBy(request) - there.used;
