import { Command } from "commander";

import { openJournalReader } from "../journal/reading.ts";
import { reportPeriod, type PeriodRequest } from "../report/report-period.ts";
import { formatCount } from "../report/quantity.ts";
import { print, type CommandFactory } from "./command.ts";

interface Arguments extends PeriodRequest {
  readonly journal: readonly string[];
  readonly parquet: string;
}

/** Long before the first request. */
const ALWAYS = { from: new Date(0), to: new Date(8.64e15) };

export const exportCommand: CommandFactory = () =>
  new Command("export")
    .description("Writes the records of journals as Parquet files by day, for DuckDB and warehouses.")
    .requiredOption(
      "--journal <file...>",
      "the journals to read; give the journals of several replicas different names",
    )
    .requiredOption("--parquet <folder>", "the folder to write to: day=2026-10-01/<journal>.parquet")
    .option("--month <month>", "only a month, such as 2026-10")
    .option("--from <time>", "only from a day on")
    .option("--to <time>", "only up to a day, which is included")
    .addHelpText("after", "\nA report reads them back: report --records 'FOLDER/**/*.parquet'. Needs @duckdb/node-api.")
    .action(async ({ journal: paths, parquet, ...given }: Arguments) => {
      const { exportParquet } = await import("../report/parquet-export.ts");
      const period = Object.keys(given).length > 0 ? reportPeriod(given, new Date()) : ALWAYS;
      for (const path of paths) {
        using journal = openJournalReader(path);
        print(`${path}: ${formatCount(await exportParquet(journal, path, parquet, period))} records`);
      }
    });
