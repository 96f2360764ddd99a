import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { styleText } from "node:util";
import { Command, InvalidArgumentError, Option } from "commander";

import { parseYaml } from "../lazy/yaml.ts";
import { ConfigurationError } from "../model/errors.ts";
import { mappedRecords } from "../formats/mapped-records.ts";
import { parseMapping, writtenMapping, type WrittenMapping } from "../formats/mapping.ts";
import { dateNotation } from "../formats/moment.ts";
import type { DecimalMark } from "../formats/number.ts";
import { RECORD_KINDS } from "../formats/record-kinds.ts";
import type { ImportRules } from "../journal/imports/import-rules.ts";
import { inputFiles } from "../replay/input-file.ts";
import { openMetricsSink } from "../replay/openmetrics-sink.ts";
import { replay } from "../replay/replay.ts";
import type { Rejected } from "../replay/replay-options.ts";
import type { ReplayOutcome } from "../replay/replay-outcome.ts";
import { journalSink, type ReplaySink } from "../replay/replay-sink.ts";
import { formatCount } from "../report/quantity.ts";
import { plain } from "../report/text-columns.ts";
import {
  amount,
  attributionOptions,
  print,
  printJson,
  withAttributionOptions,
  type AttributionArguments,
  type CommandFactory,
} from "./command.ts";
import { EXIT } from "./exit.ts";
import { Progress } from "./progress.ts";
import { OutcomeList } from "./outcome-list.ts";
import { outcomeText } from "./replay-text.ts";

/** Rejected records that are shown one by one; all are counted, and all go to `--rejected`. */
const REJECTIONS_SHOWN = 10;
/** What a shell expects of a program that was interrupted: 128 + SIGINT. */
const INTERRUPTED = 130;

interface Arguments extends AttributionArguments, WrittenMapping {
  readonly journal?: string;
  readonly openmetrics?: string;
  readonly step: number;
  readonly source?: string;
  readonly mapping?: string;
  readonly label?: Readonly<Record<string, string>>;
  readonly provider?: string;
  readonly operation?: string;
  readonly account?: string;
  readonly dateFormat?: string;
  readonly timeZone?: string;
  readonly repeatedHour?: "first" | "second";
  readonly decimal?: DecimalMark;
  readonly overlap?: NonNullable<ImportRules["overlap"]>;
  readonly replace?: true;
  readonly rejected?: string;
  readonly outcomes?: string;
  readonly json?: true;
}

export const replayCommand: CommandFactory = (setStatus) =>
  withMapping(
    withAttributionOptions(
      new Command("replay")
        .description("Computes the footprint of past requests from records that you already have.")
        .argument("<files...>", "files, folders, or - for standard input; also as .gz or .zst")
        .option("--journal <file>", "the journal to write to")
        .option(
          "--openmetrics <file>",
          "the OpenMetrics file to write, for promtool tsdb create-blocks-from openmetrics",
        )
        .option("--step <seconds>", "the seconds between samples in OpenMetrics", amount, 300)
        .addOption(
          new Option("--source <kind>", "the kind of record; recognised by its content when left out").choices(
            RECORD_KINDS.map(({ name }) => name),
          ),
        )
        .option(
          "--label <name=path...>",
          "takes a label from the records: a column, or a path such as metadata.team",
          labelPair,
        )
        .option("--provider <name>", "who served the requests, where the files do not say")
        .option("--operation <name>", "what the requests were, where the files do not say")
        .option("--account <name>", "whose export it is, where those of several accounts go into one journal"),
    ),
  )
    .option(
      "--date-format <format>",
      "how times are written that are not ISO 8601: DD/MM/YYYY, MM/DD/YYYY hh:mm A, excel, …",
    )
    .option(
      "--time-zone <zone>",
      "where the clock stood that wrote times without a zone, such as Europe/Paris; UTC when left out",
    )
    .addOption(
      new Option(
        "--repeated-hour <which>",
        "which hour is meant by times without an offset where clocks were put back",
      ).choices(["first", "second"]),
    )
    .addOption(
      new Option("--decimal <mark>", "how numbers are written: 1,234.5 or 1.234,5").choices(["point", "comma"]),
    )
    .addOption(
      new Option("--overlap <which>", "what counts where an export covers a period that was metered live").choices([
        "metered",
        "export",
        "both",
      ]),
    )
    .option("--replace", "reads files again that were read before, and replaces what they gave")
    .option("--rejected <file>", "writes file, line, id and reason of every rejected record")
    .option(
      "--outcomes <file>",
      "writes file, line, id, outcome, requests and reason of every record: new, already there, replaced, …",
    )
    .option("--json", "the outcome as JSON")
    .addHelpText(
      "after",
      "\nRunning it again continues where it was interrupted; nothing is counted twice. Kinds of record: docs/formats.",
    )
    .action(async (paths: string[], given: Arguments) => {
      const interruption = new AbortController();
      const interrupt = (): void => interruption.abort();
      process.once("SIGINT", interrupt);
      const outcome = await run(paths, given, interruption.signal).finally(() => process.off("SIGINT", interrupt));
      if (given.json) printJson(outcome);
      else print(outcomeText(outcome, given.rejected !== undefined));
      if (outcome.rejected > 0) setStatus(EXIT.found);
      if (!outcome.complete) setStatus(INTERRUPTED);
    });

const withMapping = (command: Command): Command =>
  command
    .option(
      "--map <field=column...>",
      "where records of another kind have startedAt, model, inputTokens, outputTokens, …",
    )
    .option("--where <condition...>", "with --map: the records that count, such as type=GENERATION or cached!=true")
    .option("--failed <condition...>", "with --map: the records that are failed requests, such as status>=400")
    .option("--set <field=value...>", "with --map: what all records have")
    .option("--mapping <file>", "a file with map, where, failed and set, in YAML or JSON");

function labelPair(pair: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [name = "", path = ""] = pair.split(/=(.*)/s);
  if (name === "" || path === "") throw new InvalidArgumentError("Write name=column.");
  return { ...before, [name]: path };
}

async function run(paths: readonly string[], given: Arguments, signal: AbortSignal): Promise<ReplayOutcome> {
  if ((given.journal === undefined) === (given.openmetrics === undefined)) {
    throw new ConfigurationError(
      "replay",
      "expected one destination, got none or two",
      "Give either --journal or --openmetrics.",
    );
  }
  const { provider, operation, label, account, replace, dateFormat, timeZone, repeatedHour, decimal } = given;
  const dates = dateNotation({
    ...(dateFormat !== undefined && { format: dateFormat }),
    ...(timeZone !== undefined && { timeZone }),
    ...(repeatedHour && { repeatedHour }),
  });
  const mapping = mappingOf(given);
  const rejections = new RejectionList(given.rejected);
  const outcomes = given.outcomes === undefined ? undefined : new OutcomeList(given.outcomes);
  const progress = new Progress(process.stderr);
  const files = await inputFiles(paths, process.stdin);
  try {
    return await replay(files, sinkFor(given), {
      kind: RECORD_KINDS.find(({ name }) => name === given.source),
      mapped: mapping && mappedRecords(mapping),
      records: mapping?.records,
      notation: { dates, now: Date.now(), ...(decimal && { decimal }) },
      labels: label,
      fixed: { ...(provider !== undefined && { provider }), ...(operation !== undefined && { operation }) },
      writtenAs: JSON.stringify([given.source, dateFormat, timeZone, repeatedHour, decimal, mapping]),
      account,
      replace,
      onProgress: (tally, share) => progress.show(share, progressText(tally.outcome(false))),
      onRejected: (rejected) => rejections.add(rejected, progress, files.length > 1),
      ...(outcomes && { onOutcome: (outcome) => outcomes.add(outcome) }),
      signal,
    });
  } finally {
    progress.end();
    rejections.close();
    outcomes?.close();
  }
}

/** A saved mapping, and what the command line adds to it. */
function mappingOf({ mapping, map, where, failed, set }: Arguments) {
  if (mapping === undefined && map === undefined) {
    if (where ?? failed ?? set)
      throw new ConfigurationError("--where", "there is no mapping", "Give --map or --mapping.");
    return undefined;
  }
  const saved = mapping === undefined ? {} : writtenMapping(readYaml(mapping), mapping);
  const both = (name: keyof WrittenMapping): string[] => [
    ...(saved[name] ?? []),
    ...({ map, where, failed, set }[name] ?? []),
  ];
  return parseMapping({ map: both("map"), where: both("where"), failed: both("failed"), set: both("set") });
}

function readYaml(path: string): unknown {
  try {
    return parseYaml(readFileSync(path, "utf8"));
  } catch (cause) {
    throw new ConfigurationError("--mapping", `${path} cannot be read`, "Give a file in YAML or JSON.", { cause });
  }
}

function sinkFor(given: Arguments): ReplaySink {
  const { journal, openmetrics, step, overlap, replace } = given;
  const options = attributionOptions(given);
  if (journal !== undefined) return journalSink(journal, options, { overlap, replace });
  if (step < 1)
    throw new ConfigurationError("--step", `expected at least 1 second, got ${step}`, "Give at least 1 second.");
  return openMetricsSink(openmetrics!, { ...options, stepSeconds: step });
}

function progressText({ requests, rejected }: ReplayOutcome): string {
  const text = `${formatCount(requests)} requests`;
  return rejected > 0 ? `${text}, ${formatCount(rejected)} rejected` : text;
}

/** The first rejections go to the terminal, all of them to a file. */
class RejectionList {
  readonly #file: number | undefined;
  #shown = 0;

  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : openSync(path, "w");
  }

  add({ file, line, id, reason }: Rejected, progress: Progress, namesFile: boolean): void {
    if (this.#file !== undefined) {
      writeSync(this.#file, `${[file, String(line), id ?? "", reason].map(plain).join("\t")}\n`);
    }
    if (++this.#shown > REJECTIONS_SHOWN) return;
    const place = namesFile ? `${plain(file)}, line ${line}` : `line ${line}`;
    progress.write(styleText("yellow", `${place}: ${reason}`, { stream: process.stderr }));
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
  }
}
