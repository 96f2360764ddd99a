import { addedSpends, QUARTER_MILLISECONDS } from "./quarter-tables.ts";
import { SPEND_COLUMNS } from "./spend-columns.ts";

/** Quarters of an hour: a 60th of a window of 15 days, and whole slots of rolling windows of 15, 30, 60 and 90 days. */
export const SIX_HOURS_MILLISECONDS = 24 * QUARTER_MILLISECONDS;

const COLUMNS = ["startedAt", "contextId", "lastAt", "firstPosition", ...SPEND_COLUMNS];

/** The beginning of the six hours that a moment lies in. */
export const sixHoursOf = (at: number): number => Math.floor(at / SIX_HOURS_MILLISECONDS) * SIX_HOURS_MILLISECONDS;

/**
 * The quarters of an hour once more, added up by six hours: what budgets with long windows begin with, for a tenth of the
 * reading where there are many kinds of request. `firstPosition` is that of the first of the quarters.
 */
export const SIX_HOURS_SCHEMA = `
  CREATE TABLE sixHours (
    startedAt INTEGER NOT NULL,
    contextId INTEGER NOT NULL REFERENCES context,
    lastAt INTEGER NOT NULL,
    firstPosition INTEGER NOT NULL,
    ${SPEND_COLUMNS.map((column) => `${column} REAL`).join(", ")},
    PRIMARY KEY (startedAt, contextId)
  ) WITHOUT ROWID;
  INSERT INTO sixHours (${COLUMNS.join(", ")})
  SELECT startedAt / ${SIX_HOURS_MILLISECONDS} * ${SIX_HOURS_MILLISECONDS}, contextId, max(lastAt), min(position),
    ${SPEND_COLUMNS.map((column) => `sum(${column})`).join(", ")}
  FROM quarter GROUP BY 1, 2;
`;

/** Adds a quarter to its six hours: their beginning, its context, its `lastAt` and position, and the spend columns. */
export const ADD_TO_SIX_HOURS = `
  INSERT INTO sixHours (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map(() => "?").join(", ")})
  ON CONFLICT DO UPDATE SET
    lastAt = max(lastAt, excluded.lastAt), firstPosition = min(firstPosition, excluded.firstPosition), ${addedSpends}`;
