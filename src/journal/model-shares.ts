import type { DatabaseSync } from "node:sqlite";

import type { RequestRecord } from "../model/request.ts";
import { USAGE_CLASSES, type Usage } from "../model/usage.ts";
import { FIRST_USAGE_CLASSES } from "./columns.ts";
import { usageOf, type Row } from "./row.ts";

/** What one of several models used for answers of one kind, within one stretch of time. */
export interface ModelShare {
  readonly model: string;
  /** The requests in which it took part. */
  readonly requests: number;
  /** Of these requests. */
  readonly durationSeconds: number;
  readonly usage: Usage;
}

const SHARE_COLUMNS: readonly string[] = ["requests", "durationSeconds", ...USAGE_CLASSES];

/** What models other than the one that answered used, of requests that have become hours. */
export const SHARES_SCHEMA = `
  CREATE TABLE share (
    startedAt INTEGER NOT NULL,
    contextId INTEGER NOT NULL REFERENCES context,
    model TEXT NOT NULL,
    ${["requests", "durationSeconds", ...FIRST_USAGE_CLASSES].map((column) => `${column} REAL`).join(", ")},
    PRIMARY KEY (startedAt, contextId, model)
  ) WITHOUT ROWID;
`;

/** The same of the rows of requests: with their columns, and `model`. */
const SHARES_OF_ROWS = `
  SELECT sequence, startedAt, contextId, key AS model, requests, durationSeconds,
    ${USAGE_CLASSES.map((usageClass) => `value ->> '${usageClass}' AS ${usageClass}`).join(", ")}
  FROM request JOIN context USING (contextId), json_each(usageByModel)
  WHERE usageByModel IS NOT NULL AND key IS NOT respondedModel`;

const ADD_TO_SHARE = SHARE_COLUMNS.map(
  (column) => `${column} = coalesce(${column} + excluded.${column}, excluded.${column}, ${column})`,
).join(", ");

/** Adds the values of {@link shareValues} to an hour, after its beginning, its context and the model. */
export const ADD_SHARE = `
  INSERT INTO share (startedAt, contextId, model, ${SHARE_COLUMNS.join(", ")})
  VALUES (?, ?, ?, ${SHARE_COLUMNS.map(() => "?").join(", ")})
  ON CONFLICT DO UPDATE SET ${ADD_TO_SHARE}`;

/** Keeps the shares of rows that are about to become hours. */
export const keepShares = (hourMilliseconds: number): string => `
  INSERT INTO share (startedAt, contextId, model, ${SHARE_COLUMNS.join(", ")})
  SELECT startedAt / ${hourMilliseconds} * ${hourMilliseconds}, contextId, model,
    ${SHARE_COLUMNS.map((column) => `sum(${column})`).join(", ")}
  FROM (${SHARES_OF_ROWS}) WHERE sequence <= ? GROUP BY 1, 2, 3
  ON CONFLICT DO UPDATE SET ${ADD_TO_SHARE}`;

/** The shares of a record in the order of the columns: of each model but the one that answered. */
export function* shareValues(record: RequestRecord): Generator<[model: string, values: (number | null)[]]> {
  for (const [model, usage] of Object.entries(record.usageByModel ?? {})) {
    if (model === record.respondedModel) continue;
    yield [model, [1, record.durationSeconds, ...USAGE_CLASSES.map((usageClass) => usage[usageClass] ?? null)]];
  }
}

/**
 * The shares of a period, by the stretch in which they began, in milliseconds since 1970, and the number of their context.
 *
 * @param stretch the beginning of the stretch that a request belongs to, in SQL
 */
export function readShares(
  database: DatabaseSync,
  { from, to }: { readonly from: Date; readonly to: Date },
  stretch: string,
): Map<string, ModelShare[]> {
  const rows = database
    .prepare(
      `SELECT ${stretch} AS bucketStart, contextId, model, ${SHARE_COLUMNS.map((column) => `sum(${column}) AS ${column}`).join(", ")}
       FROM (
         SELECT startedAt, contextId, model, ${SHARE_COLUMNS.join(", ")} FROM (${SHARES_OF_ROWS})
         UNION ALL
         SELECT startedAt, contextId, model, ${SHARE_COLUMNS.join(", ")} FROM share
       ) WHERE startedAt >= ? AND startedAt < ? GROUP BY 1, 2, 3`,
    )
    .all(from.getTime(), to.getTime());
  const shares = new Map<string, ModelShare[]>();
  for (const row of rows) {
    const of = shares.get(shareKey(row)) ?? [];
    shares.set(shareKey(row), of);
    of.push({
      model: row["model"] as string,
      requests: row["requests"] as number,
      durationSeconds: row["durationSeconds"] as number,
      usage: usageOf(row),
    });
  }
  return shares;
}

/** @param row with `bucketStart` and `contextId` */
export const shareKey = (row: Row): string => `${row["bucketStart"] as number} ${row["contextId"] as number}`;
