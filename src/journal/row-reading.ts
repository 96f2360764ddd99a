import type { DatabaseSync } from "node:sqlite";

import { CONTEXT_COLUMNS, SUMMED_COLUMNS } from "./columns.ts";
import type { Row } from "./row.ts";

/** What a row says in words: its id, what it has in common with others, and the file that it was read from. */
export const TEXT_COLUMNS: readonly string[] = ["id", ...CONTEXT_COLUMNS, "stated", "fileName", "fileKinds"];

/** What it says in numbers; moments are milliseconds since 1970. */
export const NUMBER_COLUMNS: readonly string[] = [
  ...["startedAt", "requests", "statedToEstimatedRatio", "fileReadAt"],
  ...SUMMED_COLUMNS,
];

/** All of a period, oldest first: requests one by one, and hours of those that were summed up, which have no id. */
export function* readRows(
  database: DatabaseSync,
  { from, to }: { readonly from: Date; readonly to: Date },
): Generator<Row> {
  const numbers = ["startedAt", "requests", ...SUMMED_COLUMNS].join(", ");
  const within = "startedAt >= ? AND startedAt < ?";
  const statement = database.prepare(
    `SELECT entry.*, ${CONTEXT_COLUMNS.join(", ")}, name AS fileName, kinds AS fileKinds, readAt AS fileReadAt FROM (
       SELECT id, contextId, importId, stated, statedToEstimatedRatio, ${numbers} FROM request WHERE ${within}
       UNION ALL
       SELECT NULL, contextId, NULL, NULL, NULL, ${numbers} FROM hour WHERE ${within}
     ) AS entry JOIN context USING (contextId) LEFT JOIN import USING (importId) ORDER BY startedAt`,
  );
  const period = [from.getTime(), to.getTime()] as const;
  for (const row of statement.iterate(...period, ...period)) yield row;
}
