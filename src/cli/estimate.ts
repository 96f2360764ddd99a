import { styleText } from "node:util";
import { Command } from "commander";

import { compareMethods, type MethodResult } from "../attribution/views/compare-methods.ts";
import { compareModels, type ComparedSide, type ModelComparison } from "../attribution/views/compare-models.ts";
import { explain, type Derivation } from "../attribution/views/explain.ts";
import type { AttributionOptions } from "../attribution/selection/selection.ts";
import { defaultCatalogue } from "../factors/catalogue.ts";
import { BOUNDARY_PARTS } from "../factors/factor.ts";
import { usualProvider } from "../factors/usual-provider.ts";
import { CRITERIA } from "../model/footprint.ts";
import { USAGE_CLASSES, type Usage, type UsageClass } from "../model/usage.ts";
import { derivationView, viewText } from "../report/derivation.ts";
import { CRITERION_TITLES, formatNumber, formatQuantity, formatRange } from "../report/quantity.ts";
import { layOut } from "../report/table.ts";
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

type Arguments = AttributionArguments &
  Partial<Record<UsageClass, number>> & {
    readonly model: string;
    readonly provider?: string;
    readonly operation: string;
    readonly duration: number;
    readonly compare?: true;
    readonly versus?: string;
    readonly reasoningEffort?: string;
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
};

const flagOf = (usageClass: UsageClass): string =>
  usageClass.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

export const estimateCommand: CommandFactory = (setStatus) => {
  const command = new Command("estimate")
    .description("The footprint of a request that you describe, with its range, evidence and derivation.")
    .requiredOption("--model <name>", "the model, as the provider calls it")
    .option("--provider <name>", "who serves it, as OpenTelemetry's gen_ai.provider.name; its developer when left out")
    .option("--operation <name>", "chat, responses, embeddings, …", "chat")
    .option("--duration <seconds>", "how long the request took", amount, 0);
  for (const usageClass of USAGE_CLASSES) command.option(`--${flagOf(usageClass)} <n>`, USAGE_HELP[usageClass], amount);
  withAttributionOptions(command)
    .option("--reasoning-effort <effort>", "as the request asks for it: low, medium, high, …")
    .option("--compare", "what every published method says, side by side")
    .option("--versus <model>", "the difference to another model, with the range of what the two do not share")
    .option("--json", "as JSON")
    .addHelpText("after", "\nExample: llm-footprint estimate --model mistral-large-2407 --output-tokens 400 --compare");
  return command.action((given: Arguments) => {
    const usage = usageOf(given, command);
    const options = attributionOptions(given);
    if (given.compare) return printComparison(given, usage, options, setStatus);
    if (given.versus !== undefined) return printDifference(given, given.versus, usage, options, setStatus);
    const derivation = derive(given, usage, options);
    if (derivation.footprint === undefined) setStatus(EXIT.found);
    if (given.json) printJson(derivation);
    else print(estimateText(derivation, usage));
  });
};

function usageOf(given: Arguments, command: Command): Usage {
  const usage = Object.fromEntries(
    USAGE_CLASSES.flatMap((usageClass) => (given[usageClass] === undefined ? [] : [[usageClass, given[usageClass]]])),
  );
  if (Object.keys(usage).length === 0) {
    command.error("error: say what the request used, such as --output-tokens 400", { exitCode: EXIT.usageError });
  }
  return usage;
}

function derive(given: Arguments, usage: Usage, options: AttributionOptions): Derivation {
  const catalogue = options.catalogue ?? defaultCatalogue();
  const provider = given.provider ?? usualProvider(catalogue, given.model);
  const request = {
    provider,
    requestedModel: given.model,
    respondedModel: undefined,
    operation: given.operation,
    zone: undefined,
    ...(given.reasoningEffort !== undefined && { reasoningEffort: given.reasoningEffort }),
    usage,
    durationSeconds: given.duration,
    footprint: undefined,
  };
  // Nothing was recorded that the derivation could disagree with.
  return { ...explain(request, options), agrees: true };
}

function estimateText(derivation: Derivation, usage: Usage): string {
  const { footprint } = derivation;
  const bold = (text: string) => styleText("bold", text, { stream: process.stdout });
  if (!footprint) return `${bold("No footprint")}: ${derivation.unattributedReason ?? "unknown"}\n`;
  const rows = CRITERIA.flatMap((criterion) => {
    const impact = footprint[criterion];
    return impact ? [[CRITERION_TITLES[criterion], formatRange(criterion, impact)]] : [];
  });
  const facts = [
    ["Evidence", footprint.evidence.replaceAll("_", " ")],
    ["Accounting", footprint.accounting],
    ...(footprint.warnings.length > 0 ? [["Careful", footprint.warnings.join(", ").replaceAll("_", " ")]] : []),
  ];
  return [
    layOut({ header: [], rows: [...rows, ...facts], numeric: [] }),
    "",
    bold("Derivation"),
    viewText({ ...derivationView(derivation, usage), totals: {}, notes: [] }),
  ].join("\n");
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

function comparisonText(results: readonly MethodResult[]): string {
  return layOut({
    header: ["method", "evidence", "CO2e", "water", "electricity", "inside", "not inside"],
    rows: results.map(({ method, evidence, impacts, boundary }) => [
      method,
      evidence.replaceAll("_", " "),
      ...(["co2eGrams", "waterLitres", "energyJoules"] as const).map((criterion) => {
        const impact = impacts[criterion];
        return impact ? formatRange(criterion, impact) : "";
      }),
      ...(["yes", "no"] as const).map((answer) => partsWith(boundary, answer)),
    ]),
    numeric: [2, 3, 4],
  });
}

/** The parts of a boundary that the factor's own figure has inside, or not; the others it does not say. */
const partsWith = (boundary: MethodResult["boundary"], answer: "yes" | "no"): string =>
  BOUNDARY_PARTS.filter((part) => boundary[part] === answer)
    .map((part) => part.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`))
    .join(", ");

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

function differenceText({ a, b, differences, shared }: ModelComparison): string {
  const nameOf = ({ model, proxy }: ComparedSide) => (proxy === undefined ? model : `${model} (as ${proxy})`);
  const table = layOut({
    header: ["", nameOf(a), nameOf(b), "difference", "times", ""],
    rows: CRITERIA.flatMap((criterion) => {
      const [one, other, difference] = [a.impacts[criterion], b.impacts[criterion], differences[criterion]];
      if (!one || !other || !difference) return [];
      const { low, central, high, ratio, decided } = difference;
      const signed = (value: number) => `${value < 0 ? "−" : ""}${formatQuantity(criterion, Math.abs(value))}`;
      return [
        [
          CRITERION_TITLES[criterion],
          formatRange(criterion, one),
          formatRange(criterion, other),
          `${signed(central)} (${signed(low)} to ${signed(high)})`,
          ratio ? `${formatNumber(ratio.central)} (${formatNumber(ratio.low)} to ${formatNumber(ratio.high)})` : "",
          decided ? "decided" : "not decided",
        ],
      ];
    }),
    numeric: [1, 2, 3, 4],
  });
  return `${table}\n\nShared by both, and so in no difference: ${shared.join(", ")}.\nBy the energy of each; a range is not a confidence interval.`;
}
