import type { DatabaseSync } from "node:sqlite";

import { addStep, stepOf, type RatioSteps } from "../model/ratio-steps.ts";
import { STATEMENT_COLUMN } from "./columns.ts";
import { shareKey } from "./model-shares.ts";
import type { Row } from "./row.ts";

/** What became of statements, and how far each was from what the factors say: of requests, and of hours by steps. */
export const RATIOS_SCHEMA = `
  ALTER TABLE context ADD COLUMN ${STATEMENT_COLUMN} TEXT;
  ALTER TABLE request ADD COLUMN statedToEstimatedRatio REAL;
  CREATE INDEX comparedRequest ON request (startedAt) WHERE statedToEstimatedRatio IS NOT NULL;
  CREATE TABLE ratio (
    startedAt INTEGER NOT NULL,
    contextId INTEGER NOT NULL REFERENCES context,
    step INTEGER NOT NULL,
    requests INTEGER NOT NULL,
    PRIMARY KEY (startedAt, contextId, step)
  ) WITHOUT ROWID;
`;

/** Adds requests to an hour's step. */
export const ADD_RATIO = `
  INSERT INTO ratio (startedAt, contextId, step, requests) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET requests = requests + excluded.requests`;

const OF_ROWS = `
  FROM request WHERE statedToEstimatedRatio IS NOT NULL`;

/** Keeps the ratios of rows that are about to become hours. @param last the highest sequence among them */
export function keepRatios(database: DatabaseSync, last: number, hourMilliseconds: number): void {
  const rows = database
    .prepare(
      `SELECT startedAt / ${hourMilliseconds} * ${hourMilliseconds} AS startedAt, contextId, statedToEstimatedRatio AS ratio
       ${OF_ROWS} AND sequence <= ?`,
    )
    .all(last);
  const add = database.prepare(ADD_RATIO);
  for (const { startedAt, contextId, ratio } of rows) add.run(startedAt!, contextId!, stepOf(ratio as number), 1);
}

/**
 * The ratios of a period, by the stretch in which their requests began, and the number of their context.
 *
 * @param stretch the beginning of the stretch that a request belongs to, in SQL
 */
export function readRatios(
  database: DatabaseSync,
  { from, to }: { readonly from: Date; readonly to: Date },
  stretch: string,
): Map<string, RatioSteps> {
  const found = new Map<string, Map<number, number>>();
  const add = (row: Row, step: number, requests: number): void => {
    const steps = found.get(shareKey(row)) ?? new Map<number, number>();
    found.set(shareKey(row), steps);
    addStep(steps, step, requests);
  };
  const period = [from.getTime(), to.getTime()] as const;
  const within = "startedAt >= ? AND startedAt < ?";
  const requests = database.prepare(
    `SELECT ${stretch} AS bucketStart, contextId, statedToEstimatedRatio AS ratio ${OF_ROWS} AND ${within}`,
  );
  for (const row of requests.iterate(...period)) add(row, stepOf(row["ratio"] as number), 1);
  const hours = database.prepare(
    `SELECT ${stretch} AS bucketStart, contextId, step, sum(requests) AS requests FROM ratio WHERE ${within} GROUP BY 1, 2, 3`,
  );
  for (const row of hours.iterate(...period)) add(row, row["step"] as number, row["requests"] as number);
  return found;
}
