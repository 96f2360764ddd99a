import { openSync, writeSync } from "node:fs";
import { styleText } from "node:util";
import { Command, InvalidArgumentError, Option } from "commander";

import { ConfigurationError } from "../model/errors.ts";
import { journalSink } from "../replay/journal-sink.ts";
import { mappedRecords } from "../formats/mapped-records.ts";
import { openMetricsSink } from "../replay/openmetrics-sink.ts";
import type { Source } from "../formats/past-request.ts";
import { replay, SOURCES, type ReplaySink, type ReplayState } from "../replay/replay.ts";
import { formatCount } from "../report/quantity.ts";
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

/** Rejected records that are shown one by one; all are counted, and all go to `--rejected`. */
const REJECTIONS_SHOWN = 10;
/** What a shell expects of a program that was interrupted: 128 + SIGINT. */
const INTERRUPTED = 130;

interface Arguments extends AttributionArguments {
  readonly journal?: string;
  readonly openmetrics?: string;
  readonly step: number;
  readonly source?: string;
  readonly map?: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
  readonly provider?: string;
  readonly operation?: string;
  readonly rejected?: string;
  readonly json?: true;
}

export const replayCommand: CommandFactory = (setStatus) =>
  withAttributionOptions(
    new Command("replay")
      .description("Computes the footprint of past requests from records that you already have.")
      .argument(
        "<file>",
        "records of this project, OpenAI usage, LiteLLM spend logs, OpenTelemetry spans, or any CSV or JSON",
      )
      .option("--journal <file>", "the journal to write to")
      .option("--openmetrics <file>", "the OpenMetrics file to write, for promtool tsdb create-blocks-from openmetrics")
      .option("--step <seconds>", "the seconds between samples in OpenMetrics", amount, 300)
      .addOption(
        new Option("--source <kind>", "the kind of file; recognised by its content when left out").choices(
          SOURCES.map(({ name }) => name),
        ),
      )
      .option(
        "--map <field=column...>",
        "where a file of another kind has startedAt, model, inputTokens, outputTokens, …",
      )
      .option(
        "--label <name=column...>",
        "takes a label from the file: a column, or a path such as metadata.team",
        labelPair,
      )
      .option("--provider <name>", "who served the requests, where the file does not say")
      .option("--operation <name>", "what the requests were, where the file does not say")
      .option("--rejected <file>", "writes the line and reason of every rejected record"),
  )
    .option("--json", "the outcome as JSON")
    .addHelpText(
      "after",
      "\nRunning it again continues where it was interrupted; nothing is counted twice in a journal.",
    )
    .action(async (file: string, given: Arguments) => {
      const interruption = new AbortController();
      const interrupt = (): void => interruption.abort();
      process.once("SIGINT", interrupt);
      const state = await run(file, given, interruption.signal).finally(() => process.off("SIGINT", interrupt));
      if (given.json) printJson(state);
      else print(outcomeText(state));
      if (state.rejected > 0) setStatus(EXIT.found);
      if (!state.complete) setStatus(INTERRUPTED);
    });

function labelPair(pair: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [name = "", path = ""] = pair.split(/=(.*)/s);
  if (name === "" || path === "") throw new InvalidArgumentError("Write name=column.");
  return { ...before, [name]: path };
}

function run(file: string, given: Arguments, signal: AbortSignal): Promise<ReplayState> {
  const { provider, operation } = given;
  const source: Source | undefined = given.map
    ? mappedRecords(given.map)
    : SOURCES.find(({ name }) => name === given.source);
  return replay(file, sinkFor(given), {
    ...(source && { source }),
    ...(given.label && { labels: given.label }),
    ...((provider ?? operation) !== undefined && {
      fixed: { ...(provider !== undefined && { provider }), ...(operation !== undefined && { operation }) },
    }),
    onProgress: progress(),
    onRejected: rejections(given.rejected),
    signal,
  });
}

function sinkFor(given: Arguments): ReplaySink {
  const { journal, openmetrics, step } = given;
  if ((journal === undefined) === (openmetrics === undefined)) {
    throw new ConfigurationError(
      "replay",
      "expected one destination, got none or two",
      "Give either --journal or --openmetrics.",
    );
  }
  const options = attributionOptions(given);
  if (journal !== undefined) return journalSink(journal, options);
  if (step < 1)
    throw new ConfigurationError("--step", `expected at least 1 second, got ${step}`, "Give at least 1 second.");
  return openMetricsSink(openmetrics!, { ...options, stepSeconds: step, labelNames: Object.keys(given.label ?? {}) });
}

/** A line on the terminal that is written over; nothing where there is no terminal. */
function progress(): (state: ReplayState, bytes: number) => void {
  if (!process.stderr.isTTY) return () => undefined;
  return ({ offset, requests, complete }, bytes) => {
    const share = bytes === 0 ? 1 : offset / bytes;
    const bar = "█".repeat(Math.floor(share * 30)).padEnd(30, "░");
    const text = `${bar} ${(share * 100).toFixed(0).padStart(3)} %  ${formatCount(requests)} requests`;
    process.stderr.write(`\r${text}${complete ? "\n" : ""}`);
  };
}

function rejections(path: string | undefined): (line: number, reason: string) => void {
  const file = path === undefined ? undefined : openSync(path, "w");
  let shownRejections = 0;
  return (line, reason) => {
    if (file !== undefined) writeSync(file, `${line}\t${reason}\n`);
    if (++shownRejections <= REJECTIONS_SHOWN) {
      process.stderr.write(`${styleText("yellow", `line ${line}: ${reason}`, { stream: process.stderr })}\n`);
    }
  };
}

function outcomeText({ requests, passedOver, rejected, complete }: ReplayState): string {
  return [
    counted(requests, "request"),
    ...(rejected > 0 ? [`${counted(rejected, "record")} rejected`] : []),
    ...(passedOver > 0 ? [`${counted(passedOver, "record")} passed over`] : []),
    ...(complete ? [] : ["interrupted; run it again to go on"]),
  ].join(", ");
}

const counted = (count: number, noun: string): string => `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
