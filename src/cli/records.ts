import { Command, InvalidArgumentError } from "commander";

import { openJournalReader } from "../journal/reading.ts";
import { reportPeriod, type PeriodRequest } from "../report/report-period.ts";
import { amount, print, printJson, type CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";
import { recordLines } from "./record-lines.ts";

interface Arguments extends PeriodRequest {
  readonly journal: string;
  readonly limit: number;
  readonly json?: true;
}

/** Long before the first request, and long after the last. */
const ALWAYS = { from: new Date(0), to: new Date(8.64e15) };

function wholeNumber(text: string): number {
  const value = amount(text);
  if (!Number.isInteger(value) || value === 0) throw new InvalidArgumentError("Expected a whole number of at least 1.");
  return value;
}

export const recordsCommand: CommandFactory = (setStatus) =>
  new Command("records")
    .description("Lists the latest records of a journal, with the ids that explain takes.")
    .requiredOption("--journal <file>", "the journal to read")
    .option("--month <month>", "only a month, such as 2026-10")
    .option("--from <time>", "only from a time on: 2026-11-01 or 1d before now")
    .option("--to <time>", "only up to a time; a day is included")
    .option("--limit <number>", "how many", wholeNumber, 20)
    .option("--json", "as JSON")
    .action(({ journal: path, limit, json, ...given }: Arguments) => {
      using journal = openJournalReader(path);
      const period = Object.keys(given).length > 0 ? reportPeriod(given, new Date()) : ALWAYS;
      const records = journal.latestRecords(period, limit);
      if (records.length === 0) setStatus(EXIT.found);
      if (json) printJson(records);
      else print(records.length === 0 ? "The journal holds no records of this time." : recordLines(records));
    });
