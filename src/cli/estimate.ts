import { Command, InvalidArgumentError } from "commander";

import type { AttributionOptions } from "../attribution/selection/selection.ts";
import { compareMethods } from "../attribution/views/compare-methods.ts";
import { compareModels } from "../attribution/views/compare-models.ts";
import { estimate } from "../attribution/views/estimate.ts";
import { defaultCatalogue } from "../factors/catalogue.ts";
import { USAGE_CLASSES, type Usage, type UsageClass } from "../model/usage.ts";
import { megapixelsOf } from "../model/video-size.ts";
import {
  amount,
  attributionOptions,
  print,
  printJson,
  withAttributionOptions,
  type AttributionArguments,
  type CommandFactory,
} from "./command.ts";
import { comparisonText, differenceText, estimateText } from "./estimate-text.ts";
import { EXIT } from "./exit.ts";

type Arguments = AttributionArguments &
  Partial<Record<UsageClass, number>> & {
    readonly model: string;
    readonly provider?: string;
    readonly operation: string;
    readonly duration: number;
    readonly steps?: true;
    readonly compare?: true;
    readonly versus?: string;
    readonly reasoningEffort?: string;
    readonly videoSize?: number;
    readonly json?: true;
  };

const USAGE_HELP: Readonly<Record<UsageClass, string>> = {
  inputTokens: "input tokens that were read afresh",
  cacheReadTokens: "input tokens from the provider's cache",
  cacheWriteTokens: "input tokens written to the provider's cache",
  outputTokens: "output tokens that were shown",
  reasoningTokens: "output tokens spent on reasoning",
  audioSeconds: "seconds of audio read",
  images: "images made",
  pages: "pages read",
  videos: "videos made",
  videoSeconds: "seconds of video made, of all videos together",
  videoMegapixelSeconds: "the same times the megapixels of their frames: 0.9216 a second at 1280x720",
};

const flagOf = (usageClass: UsageClass): string =>
  usageClass.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const estimateCommand: CommandFactory = (setStatus) => {
  const command = new Command("estimate")
    .description("The footprint of a request that you describe, with its range and evidence.")
    .requiredOption("--model <name>", "the model, as the provider calls it")
    .option("--provider <name>", "who serves it, as OpenTelemetry's gen_ai.provider.name; its developer when left out")
    .option("--operation <name>", "chat, responses, embeddings, …", "chat")
    .option("--duration <seconds>", "how long the request took", amount, 0);
  for (const usageClass of USAGE_CLASSES) command.option(`--${flagOf(usageClass)} <n>`, USAGE_HELP[usageClass], amount);
  withAttributionOptions(command)
    .option("--video-size <size>", "of the frames of --video-seconds, such as 1280x720 or 1080p", megapixels)
    .option("--reasoning-effort <effort>", "as the request asks for it: low, medium, high, …")
    .option("--steps", "how it is computed: every step with its formula, factors and sources")
    .option("--compare", "what every published method says, side by side")
    .option("--versus <model>", "the difference to another model, with the range of what the two do not share")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample: llm-footprint estimate --model mistral-large-2407 --output-tokens 400 --compare");
  return command.action((given: Arguments) => {
    const usage = usageOf(given, command);
    const options = attributionOptions(given);
    if (given.compare) return printComparison(given, usage, options, setStatus);
    if (given.versus !== undefined) return printDifference(given, given.versus, usage, options, setStatus);
    const derivation = estimate({ ...given, usage, durationSeconds: given.duration }, options);
    if (derivation.footprint === undefined) setStatus(EXIT.found);
    if (given.json) printJson(derivation);
    else {
      const { catalogue = defaultCatalogue() } = options;
      const { model: asked, provider, steps = false } = given;
      print(estimateText(derivation, usage, { asked, provider, catalogue, steps }));
    }
  });
};

function megapixels(size: string): number {
  const found = megapixelsOf(size);
  if (found === undefined) throw new InvalidArgumentError("It must be a size such as 1280x720 or 1080p.");
  return found;
}

function usageOf(given: Arguments, command: Command): Usage {
  const usage = Object.fromEntries(
    USAGE_CLASSES.flatMap((usageClass) => (given[usageClass] === undefined ? [] : [[usageClass, given[usageClass]]])),
  );
  const { videoSeconds, videoSize } = given;
  if (videoSize !== undefined) {
    if (videoSeconds !== undefined) return { ...usage, videoMegapixelSeconds: videoSeconds * videoSize };
    const remedy = "error: --video-size is of the frames of --video-seconds: say how long all videos are together";
    command.error(remedy, { exitCode: EXIT.usageError });
  }
  if (Object.keys(usage).length === 0) {
    command.error("error: say what the request used, such as --output-tokens 400", { exitCode: EXIT.usageError });
  }
  return usage;
}

function printComparison(
  given: Arguments,
  usage: Usage,
  options: AttributionOptions,
  setStatus: (status: number) => void,
): void {
  const results = compareMethods(usage, given.model, {
    ...options,
    operation: given.operation,
    ...(given.provider !== undefined && { provider: given.provider }),
    ...(given.duration > 0 && { durationSeconds: given.duration }),
  });
  if (results.length === 0) setStatus(EXIT.found);
  if (given.json) printJson(results);
  else print(results.length === 0 ? "No published method covers this model." : comparisonText(results));
}

function printDifference(
  given: Arguments,
  versus: string,
  usage: Usage,
  { methodology: _methodology, ...options }: AttributionOptions,
  setStatus: (status: number) => void,
): void {
  const provider = given.provider !== undefined && { provider: given.provider };
  const effort = given.reasoningEffort !== undefined && { reasoningEffort: given.reasoningEffort };
  const comparison = compareModels(
    { model: given.model, ...provider, ...effort },
    { model: versus, ...effort },
    usage,
    options,
  );
  if (comparison === undefined) setStatus(EXIT.found);
  if (given.json) printJson(comparison ?? null);
  else print(comparison === undefined ? "Nothing covers one of the two." : differenceText(comparison));
}
