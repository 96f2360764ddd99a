import { originOf, TOKENS } from "../journal/imports/origin-reading.ts";
import type { Period } from "../journal/reading.ts";
import { CONTEXT_COLUMNS, SUMMED_COLUMNS } from "../journal/columns.ts";
import type { Row } from "../journal/row.ts";
import { sumOf } from "../journal/journal-sum.ts";
import { ConfigurationError } from "../model/errors.ts";
import { openDuckDb, sqlText } from "./duckdb.ts";
import type { ReportEntry } from "./entry.ts";
import { entryOf } from "./journal-source.ts";
import type { ActivityData } from "./report.ts";

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
      `SELECT fileName AS name, fileKinds AS kinds, CAST(fileReadAt AS DOUBLE) AS readAt, CAST(sum(requests) AS DOUBLE) AS requests,
         sum(${TOKENS}) AS tokens ${records} GROUP BY 1, 2, 3 ORDER BY requests DESC`,
    );
    const [extent] = await select(
      `SELECT CAST(min(startedAt) AS DOUBLE) AS first, CAST(max(startedAt) AS DOUBLE) AS last ${records}`,
    );
    return {
      entries: rows.map((row) => entryOf(sumOf(row))),
      activity: { origins: origins.map(originOf), extent: extentOf(extent) },
    };
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

const extentOf = (row: Row | undefined): ActivityData["extent"] =>
  row === undefined || row["first"] === null
    ? undefined
    : { first: new Date(row["first"] as number), last: new Date(row["last"] as number) };
