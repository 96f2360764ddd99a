import type { DatabaseSync } from "node:sqlite";

import { TOKEN_CLASSES } from "../../model/usage.ts";
import type { Row } from "../row.ts";

/** Where a part of a period's requests comes from. */
export interface JournalOrigin {
  /** The file that they were read from, and when; undefined for requests that were metered live. */
  readonly file?: { readonly name: string; readonly kinds: readonly string[]; readonly readAt: Date };
  readonly requests: number;
  readonly tokens: number;
}

/** All tokens of a row, in SQL. */
const TOKENS = TOKEN_CLASSES.map((name) => `coalesce("${name}", 0)`).join(" + ");

/** @param row the columns `name`, `kinds` and `readAt` of a file, null for none, beside `requests` and `tokens` */
export const originOf = (row: Row): JournalOrigin => ({
  ...(row["name"] !== null && {
    file: {
      name: row["name"] as string,
      kinds: JSON.parse(row["kinds"] as string) as string[],
      readAt: new Date(row["readAt"] as number),
    },
  }),
  requests: row["requests"] as number,
  tokens: row["tokens"] as number,
});

/** Where the requests of a period come from, the most requests first. */
export function readOrigins(
  database: DatabaseSync,
  { from, to }: { readonly from: Date; readonly to: Date },
): JournalOrigin[] {
  const period = [from.getTime(), to.getTime()] as const;
  const within = "startedAt >= ? AND startedAt < ?";
  const read = database
    .prepare(
      `SELECT name, kinds, readAt, sum(requests) AS requests, sum(tokens) AS tokens FROM (
         SELECT importId, requests, ${TOKENS} AS tokens FROM request WHERE importId IS NOT NULL AND ${within}
         UNION ALL
         SELECT importId, requests, tokens FROM imported WHERE ${within}
       ) JOIN import USING (importId) GROUP BY importId`,
    )
    .all(...period, ...period)
    .map(originOf);
  const all = database
    .prepare(
      `SELECT coalesce(sum(requests), 0) AS requests, coalesce(sum(${TOKENS}), 0) AS tokens FROM entry WHERE ${within}`,
    )
    .get(...period) as { requests: number; tokens: number };
  const rest = (of: "requests" | "tokens"): number => read.reduce((left, origin) => left - origin[of], all[of]);
  const live: JournalOrigin[] =
    rest("requests") > 0 ? [{ requests: rest("requests"), tokens: Math.max(0, rest("tokens")) }] : [];
  return [...live, ...read].sort((a, b) => b.requests - a.requests);
}
