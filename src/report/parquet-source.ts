import { originOf } from "../journal/imports/origin-reading.ts";
import type { Period } from "../journal/reading.ts";
import { CONTEXT_COLUMNS, SUMMED_COLUMNS, VIDEO_CLASSES } from "../journal/columns.ts";
import type { Row } from "../journal/row.ts";
import { sumOf, type JournalSum } from "../journal/journal-sum.ts";
import { ConfigurationError } from "../model/errors.ts";
import { RATIO_STEP } from "../model/ratio-steps.ts";
import { TOKEN_CLASSES } from "../model/usage.ts";
import { openDuckDb, sqlText } from "./duckdb.ts";
import type { ReportEntry } from "./entry.ts";
import { entryOf } from "./journal-source.ts";
import type { ActivityData } from "./report.ts";

/** The file that a record was read from, if any. */
const FILE_COLUMNS = ["fileName", "fileKinds", "fileReadAt"];

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
  // Files of earlier versions lack columns that later ones added.
  const source = `SELECT * FROM read_parquet(${sqlText(files)}, union_by_name = true, hive_partitioning = false)
    UNION ALL BY NAME SELECT ${VIDEO_CLASSES.map((name) => `CAST(NULL AS DOUBLE) AS "${name}"`).join(", ")} WHERE false`;
  const records = `FROM (${source}) WHERE startedAt >= ${from.getTime()} AND startedAt < ${to.getTime()}`;
  const select = async (sql: string): Promise<Row[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJS() as Row[];
  try {
    const context = [...FILE_COLUMNS, ...CONTEXT_COLUMNS].map((name) => `"${name}"`);
    const sums = SUMMED_COLUMNS.map((name) => `sum("${name}") AS "${name}"`).join(", ");
    // One pass over the records: they are many, and what is told apart is little, so that a digest of 64 bits tells it.
    const rows = await select(
      `SELECT CAST(first(startedAt // ${bucket} * ${bucket}) AS DOUBLE) AS bucketStart, CAST(sum(requests) AS DOUBLE) AS requests,
         CAST(min(startedAt) AS DOUBLE) AS first, CAST(max(startedAt) AS DOUBLE) AS last,
         histogram(CAST(round(ln(statedToEstimatedRatio) / ${RATIO_STEP}) AS INTEGER)) AS ratios,
         first(fileName) AS name, first(fileKinds) AS kinds, CAST(first(fileReadAt) AS DOUBLE) AS readAt,
         ${CONTEXT_COLUMNS.map((name) => `first("${name}") AS "${name}"`).join(", ")}, ${sums}
       ${records} GROUP BY startedAt // ${bucket}, hash(${context.join(", ")}) ORDER BY bucketStart`,
    );
    return {
      entries: rows.map((row) => entryOf({ ...sumOf(row), ...ratiosOf(row) })),
      activity: { origins: originsOf(rows), extent: extentOf(rows) },
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

/** As DuckDB gives a histogram: steps and counts. */
function ratiosOf(row: Row): Pick<JournalSum, "ratios"> {
  const ratios = row["ratios"] as unknown as readonly { key: number; value: bigint }[] | null;
  return ratios ? { ratios: new Map(ratios.map(({ key, value }) => [key, Number(value)])) } : {};
}

/** Where the requests come from, the most requests first. */
function originsOf(rows: readonly Row[]): ActivityData["origins"] {
  const files = Map.groupBy(rows, ({ name, kinds, readAt }) => JSON.stringify([name, kinds, readAt]));
  const sum = (of: readonly Row[], columns: readonly string[]): number =>
    of.reduce((total, row) => columns.reduce((whole, column) => whole + Number(row[column] ?? 0), total), 0);
  return Array.from(files.values(), (of) =>
    originOf({ ...of[0]!, requests: sum(of, ["requests"]), tokens: sum(of, TOKEN_CLASSES) }),
  ).sort((a, b) => b.requests - a.requests);
}

function extentOf(rows: readonly Row[]): ActivityData["extent"] {
  if (rows.length === 0) return undefined;
  const moments = (column: string): Date[] => rows.map((row) => new Date(row[column] as number));
  const first = moments("first").reduce((a, b) => (a < b ? a : b));
  return { first, last: moments("last").reduce((a, b) => (a > b ? a : b)) };
}
