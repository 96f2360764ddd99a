import type { JournalOrigin } from "../journal/imports/origin-reading.ts";
import type { Period } from "../journal/reading.ts";
import { CONTEXT_COLUMNS, SUMMED_COLUMNS } from "../journal/columns.ts";
import { contextOf, footprintOf, usageOf, type Row } from "../journal/row.ts";
import { ConfigurationError } from "../model/errors.ts";
import { TOKEN_CLASSES } from "../model/usage.ts";
import { openDuckDb, sqlText } from "./duckdb.ts";
import type { ReportEntry } from "./entry.ts";
import { entryOf } from "./journal-source.ts";
import type { ActivityData } from "./report.ts";

const TOKENS = TOKEN_CLASSES.map((name) => `coalesce("${name}", 0)`).join(" + ");

/**
 * What exported records hold of a period, in stretches of `bucketSeconds`.
 *
 * @param files a path with wildcards, such as `records/**\/*.parquet`
 * @throws ConfigurationError without DuckDB, or when the files cannot be read
 */
export async function readParquetEntries(
  files: string,
  { from, to }: Period,
  bucketSeconds: number,
): Promise<{ entries: ReportEntry[]; activity: ActivityData }> {
  using connection = await openDuckDb("report --records");
  const bucket = bucketSeconds * 1000;
  const source = `read_parquet(${sqlText(files)}, union_by_name = true, hive_partitioning = false)`;
  const records = `FROM ${source} WHERE startedAt >= ${from.getTime()} AND startedAt < ${to.getTime()}`;
  const select = async (sql: string): Promise<Row[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJS() as Row[];
  try {
    const context = CONTEXT_COLUMNS.map((name) => `"${name}"`).join(", ");
    const sums = SUMMED_COLUMNS.map((name) => `sum("${name}") AS "${name}"`).join(", ");
    const rows = await select(
      `SELECT CAST(startedAt // ${bucket} * ${bucket} AS DOUBLE) AS bucketStart, CAST(sum(requests) AS DOUBLE) AS requests,
         ${context}, ${sums} ${records} GROUP BY ALL ORDER BY bucketStart`,
    );
    const origins = await select(
      `SELECT fileName, fileKinds, CAST(fileReadAt AS DOUBLE) AS readAt, CAST(sum(requests) AS DOUBLE) AS requests,
         sum(${TOKENS}) AS tokens ${records} GROUP BY 1, 2, 3 ORDER BY requests DESC`,
    );
    const [extent] = await select(
      `SELECT CAST(min(startedAt) AS DOUBLE) AS first, CAST(max(startedAt) AS DOUBLE) AS last ${records}`,
    );
    return { entries: rows.map(entryOfRow), activity: { origins: origins.map(originOf), extent: extentOf(extent) } };
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    throw new ConfigurationError(
      "--records",
      `the files cannot be read: ${(cause as Error).message.split("\n", 1)[0]!}`,
      "Give the path that export --parquet wrote, such as 'records/**/*.parquet'.",
      { cause },
    );
  }
}

const entryOfRow = (row: Row): ReportEntry =>
  entryOf({
    ...contextOf(row),
    startedAt: new Date(row["bucketStart"] as number),
    requests: row["requests"] as number,
    attempts: row["attempts"] as number,
    durationSeconds: row["durationSeconds"] as number,
    usage: usageOf(row),
    footprint: footprintOf(row),
  });

const originOf = (row: Row): JournalOrigin => ({
  ...(row["fileName"] !== null && {
    file: {
      name: row["fileName"] as string,
      kinds: JSON.parse(row["fileKinds"] as string) as string[],
      readAt: new Date(row["readAt"] as number),
    },
  }),
  requests: row["requests"] as number,
  tokens: row["tokens"] as number,
});

const extentOf = (row: Row | undefined): ActivityData["extent"] =>
  row === undefined || row["first"] === null
    ? undefined
    : { first: new Date(row["first"] as number), last: new Date(row["last"] as number) };
