import { writeFileSync } from "node:fs";
import { styleText } from "node:util";
import { Command, Option } from "commander";

import {
  ENERGY_UNITS,
  METER_BOUNDARIES,
  type EnergySeries,
  type EnergyUnit,
  type MeterBoundary,
  type TokenSeries,
} from "../calibrate/known-series.ts";
import { createCatalogue, defaultCatalogue } from "../factors/catalogue.ts";
import { writeYaml } from "../lazy/yaml.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { parsedHeader } from "../report/prometheus-header.ts";
import { reportPeriod } from "../report/report-period.ts";
import { flow } from "../report/text-columns.ts";
import { print, tableWidth, type CommandFactory } from "./command.ts";
import { EXIT } from "./exit.ts";

interface Arguments {
  readonly prometheus: string;
  readonly header?: readonly string[];
  readonly from: string;
  readonly to?: string;
  readonly window: string;
  readonly energy?: string;
  readonly energyUnit?: EnergyUnit;
  readonly boundary?: MeterBoundary;
  readonly inputTokens?: string;
  readonly outputTokens?: string;
  readonly cachedTokens?: string;
  readonly inputWithoutCached?: true;
  readonly modelLabel: string;
  readonly model?: string;
  readonly join?: string;
  readonly provider?: readonly string[];
  readonly organisation: string;
  readonly output: string;
}

export const calibrateCommand: CommandFactory = (setStatus) =>
  new Command("calibrate")
    .description("Measures what a token takes on your own servers, from their energy and token counters.")
    .requiredOption("--prometheus <url>", "the server that scrapes both")
    .option("--header <name: value...>", "sent to the server, such as 'Authorization: Bearer …'")
    .option("--from <time>", "the beginning: 2026-11-01, or 7d before now", "7d")
    .option("--to <time>", "the end (now when left out)")
    .option("--window <duration>", "how long a window is: 90s, 5m, 1h", "5m")
    .option("--energy <selector>", "the series of energy or power (found when left out)")
    .addOption(new Option("--energy-unit <unit>", "of that series").choices(Object.keys(ENERGY_UNITS)))
    .addOption(new Option("--boundary <part>", "what that series measures").choices(METER_BOUNDARIES))
    .option("--input-tokens <selector>", "the counter of input tokens (found when left out)")
    .option("--output-tokens <selector>", "the counter of output tokens")
    .option("--cached-tokens <selector>", "the counter of input tokens that a cache held")
    .option("--input-without-cached", "the counter of input tokens leaves cached ones out")
    .option("--model-label <label>", "the label of those counters that names the model", "model_name")
    .option("--model <name>", "the model of servers that do not name theirs")
    .option("--join <label>", "a label that both have, such as pod; energy=tokens where it is called differently")
    .option("--provider <name...>", "only for requests to these providers (all when left out)")
    .option("--organisation <name>", "whose measurement it is", "own measurement")
    .option("--output <file>", "the factor file to write", "calibrated-factors.yaml")
    .addHelpText("after", "\nExample: llm-footprint calibrate --prometheus http://127.0.0.1:9090 --from 14d --join pod")
    .action(async (given: Arguments) => {
      // What fits is loaded when it is asked for.
      const { readCalibration } = await import("../calibrate/read-calibration.ts");
      const headers = Object.fromEntries((given.header ?? []).map(parsedHeader));
      const { model = "unknown", provider: providers, organisation, prometheus: url } = given;
      const now = new Date();
      const found = await readCalibration(
        { url, headers },
        {
          period: reportPeriod({ from: given.from, to: given.to }, now),
          windowSeconds: durationSeconds(given.window),
          model,
          given: { ...energyOf(given), ...tokensOf(given) },
          ...(given.join !== undefined && { join: joinOf(given.join) }),
        },
        { organisation, url, now, ...(providers && { providers }) },
        defaultCatalogue(),
      );
      print(found.text(tableWidth()));
      for (const finding of found.findings) {
        print(flow(`${styleText("yellow", "!", { stream: process.stdout })} ${finding}`, tableWidth()));
      }
      createCatalogue({ factors: found.factors });
      writeFileSync(given.output, writeYaml(found.factors));
      print(`\nWritten: ${given.output}. Use it: --factors ${given.output}, or createCatalogue({ files }).`);
      if (!found.certain) setStatus(EXIT.found);
    });

function energyOf({ energy, energyUnit, boundary }: Arguments): { energy?: EnergySeries } {
  if (energy === undefined) return {};
  if (energyUnit === undefined || boundary === undefined) {
    throw new ConfigurationError(
      "--energy",
      "expected its unit and boundary, got none",
      "Give --energy-unit and --boundary.",
    );
  }
  return { energy: { selector: energy, unit: energyUnit, boundary } };
}

function tokensOf({ inputTokens, outputTokens, cachedTokens, inputWithoutCached, modelLabel }: Arguments): {
  tokens?: TokenSeries;
} {
  if (inputTokens === undefined && outputTokens === undefined) return {};
  if (inputTokens === undefined || outputTokens === undefined) {
    throw new ConfigurationError(
      "--input-tokens",
      "expected both counters, got one",
      "Give --input-tokens and --output-tokens.",
    );
  }
  return {
    tokens: {
      input: inputTokens,
      output: outputTokens,
      ...(cachedTokens !== undefined && { cached: cachedTokens }),
      inputHoldsCached: inputWithoutCached !== true,
      modelLabel,
    },
  };
}

function joinOf(text: string): { energy: string; tokens: string } {
  const [energy = "", tokens = energy] = text.split("=");
  return { energy, tokens };
}

const SECONDS = { s: 1, m: 60, h: 3600 } as const;

function durationSeconds(text: string): number {
  const match = /^([1-9]\d*)([smh])$/.exec(text);
  if (match) return Number(match[1]) * SECONDS[match[2] as keyof typeof SECONDS];
  throw new ConfigurationError("--window", `expected a duration, got ${shown(text)}`, "Write 90s, 5m or 1h.");
}
