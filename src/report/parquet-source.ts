import { originOf } from "../journal/imports/origin-reading.ts";
import type { Period } from "../journal/reading.ts";
import { CONTEXT_COLUMNS, SUMMED_COLUMNS } from "../journal/columns.ts";
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

/** The columns that hold anything in any of the files, as far as these say so. */
const FILLED_COLUMNS = `SELECT DISTINCT path_in_schema AS name FROM parquet_metadata($files)
  WHERE stats_null_count IS DISTINCT FROM num_values`;

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
  const select = async (sql: string): Promise<Row[]> =>
    (await connection.runAndReadAll(sql)).getRowObjectsJS() as Row[];
  try {
    // Most columns hold nothing in most files, and files of earlier versions lack some: neither is read.
    const filled = new Set(
      (await select(FILLED_COLUMNS.replace("$files", sqlText(files)))).map(({ name }) => name as string),
    );
    const given = (name: string, sql: string, as = name): string => `${filled.has(name) ? sql : "NULL"} AS "${as}"`;
    const first = (name: string, as?: string): string => given(name, `first("${name}")`, as);
    const told = [...FILE_COLUMNS, ...CONTEXT_COLUMNS].filter((name) => filled.has(name)).map((name) => `"${name}"`);
    // One pass over the records: they are many, and what is told apart is little, so that a digest of 64 bits tells it.
    const rows = await select(
      `SELECT CAST(first(startedAt // ${bucket} * ${bucket}) AS DOUBLE) AS bucketStart, CAST(sum(requests) AS DOUBLE) AS requests,
         CAST(min(startedAt) AS DOUBLE) AS first, CAST(max(startedAt) AS DOUBLE) AS last,
         ${given("statedToEstimatedRatio", `histogram(CAST(round(ln(statedToEstimatedRatio) / ${RATIO_STEP}) AS INTEGER))`, "ratios")},
         ${first("fileName", "name")}, ${first("fileKinds", "kinds")}, ${given("fileReadAt", "CAST(first(fileReadAt) AS DOUBLE)", "readAt")},
         ${CONTEXT_COLUMNS.map((name) => first(name)).join(", ")},
         ${SUMMED_COLUMNS.map((name) => given(name, `sum("${name}")`)).join(", ")}
       FROM read_parquet(${sqlText(files)}, union_by_name = true, hive_partitioning = false)
       WHERE startedAt >= ${from.getTime()} AND startedAt < ${to.getTime()}
       GROUP BY startedAt // ${bucket}${told.length > 0 ? `, hash(${told.join(", ")})` : ""} ORDER BY bucketStart`,
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
