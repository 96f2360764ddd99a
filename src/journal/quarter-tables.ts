import { COUNTS, SPEND_COLUMNS, SPEND_EXPRESSIONS } from "./spend-columns.ts";

/** Fine enough for every calendar: time zones differ by quarters of an hour. */
export const QUARTER_MILLISECONDS = 900_000;

/** Adds a sum to one that is there; unknown plus known is known. */
const added = (column: string): string =>
  `${column} = coalesce(${column} + excluded.${column}, excluded.${column}, ${column})`;

/** Adds what was spent to what is there. */
export const addedSpends = SPEND_COLUMNS.map(added).join(", ");

/** Adds to a quarter that is there already. */
export const ADD_TO_QUARTER = [
  "lastAt = max(lastAt, excluded.lastAt)",
  "firstSequence = min(firstSequence, excluded.firstSequence)",
  addedSpends,
].join(", ");

const fill = (table: string, at: string, sequence: string): string => `
  INSERT INTO quarter (startedAt, contextId, lastAt, firstSequence, ${SPEND_COLUMNS.join(", ")})
  SELECT ${at} / ${QUARTER_MILLISECONDS} * ${QUARTER_MILLISECONDS}, contextId, max(${at}), min(${sequence}),
    ${SPEND_EXPRESSIONS.map((expression) => `sum(${expression})`).join(", ")}
  FROM ${table} JOIN context USING (contextId)
  WHERE writer IS NOT NULL AND ${COUNTS} ${table === "request" ? "AND importId IS NULL" : ""}
  GROUP BY 1, 2
  ORDER BY min(${sequence})
  ON CONFLICT (startedAt, contextId) DO UPDATE SET ${ADD_TO_QUARTER};
`;

/**
 * What each writer's requests have spent, by the quarter of an hour in which it became known, in the order in which the
 * quarters began: what budgets need of the past, whatever became of the rows. `context.writer` is empty for requests
 * that no budget of a writer has counted: those read from files, and those of processes that found their name taken.
 * A file that only one writer has written before is its own.
 */
export const QUARTERS_SCHEMA = `
  ALTER TABLE context ADD COLUMN writer TEXT;
  UPDATE context SET writer = (SELECT min(writer) FROM counter), digest = 'writer ' || digest
    WHERE (SELECT count(DISTINCT writer) FROM counter) = 1;
  CREATE TABLE quarter (
    position INTEGER PRIMARY KEY,
    startedAt INTEGER NOT NULL,
    contextId INTEGER NOT NULL REFERENCES context,
    lastAt INTEGER NOT NULL,
    firstSequence INTEGER NOT NULL,
    ${SPEND_COLUMNS.map((column) => `${column} REAL`).join(", ")},
    UNIQUE (startedAt, contextId)
  );
  ${fill("hour", "startedAt", "0")}
  ${fill("request", "recordedAt", "sequence")}
`;
