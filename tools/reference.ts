/** The pages of `docs/reference`, written from what they describe. */
import { format, resolveConfig } from "prettier";

import { commandLineProgram } from "../src/cli/run.ts";
import type { MetricDefinition } from "../src/metrics/metric.ts";
import { METRICS } from "../src/metrics/metrics.ts";
import { configurationTable } from "./configuration-reference.ts";
import { publicNames, type Member, type PublicName } from "./public-api.ts";

/** Each page's name below `docs/reference`, and its text. */
export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  const pages = {
    "options.md": optionsPage(),
    "configuration-file.md": configurationPage(),
    "api.md": apiPage(),
    "metrics.md": metricsPage(),
    "command-line.md": commandLinePage(),
  };
  const options = await resolveConfig(import.meta.filename);
  const formatted = Object.entries(pages).map(
    async ([name, text]) => [name, await format(NOTICE + text, { ...options, parser: "markdown" })] as const,
  );
  return new Map(await Promise.all(formatted));
}

const NOTICE = "<!-- Generated: change what it describes and run `npm run generate`. -->\n\n";

/** In a cell of a table, outside of code. */
const cell = (text: string): string => text.replaceAll(/\s*\n\s*/g, " ").replaceAll("|", "\\|");

/** As code in a cell of a table. */
const code = (text: string): string => `\`${cell(text.replaceAll("`", "'"))}\``;

/** Text of a comment, whose tags become words. */
function prose(documentation: string): string {
  return documentation
    .replaceAll(/\{@link ([^}]+)\}/g, "`$1`")
    .replaceAll(/@param (\w+)/g, "\n- `$1`:")
    .replaceAll(/@returns?/g, "\n- returns")
    .replaceAll(/@throws/g, "\n- throws")
    .replaceAll(/@default ([^\n]+)/g, "Default: $1.")
    .replaceAll(/@see ([^\n]+)/g, "See `$1`.")
    .replaceAll(/(?<!`)<(?=[\w/])/g, "&lt;")
    .trim();
}

const OPTIONS: readonly (readonly [name: string, title: string])[] = [
  ["MeterOptions", "createMeter(options)"],
  ["AttributionOptions", "How footprints are computed"],
  ["JournalOptions", "journal"],
  ["WrapOptions", "meter.wrap(client, options)"],
  ["FetchOptions", "meter.fetch(options)"],
  ["MeasureOptions", "meter.measure(run, options)"],
  ["DashboardOptions", "meter.dashboard(options)"],
  ["CatalogueOptions", "createCatalogue(options)"],
  ["ComparisonOptions", "compareMethods(usage, model, options)"],
  ["RuleOptions", "budgetRules(budgets, options)"],
  ["BudgetWebhookOptions", "budgetWebhook(options)"],
  ["ElectricityMapsOptions", "electricityMaps(options)"],
  ["UkCarbonIntensityOptions", "ukCarbonIntensity(options)"],
];

function optionsPage(): string {
  const names = new Map(publicNames().map((each) => [each.name, each]));
  const sections = OPTIONS.map(([name, title]) => {
    const options = names.get(name);
    if (!options) throw new Error(`${name} is not declared in api/; correct the list of options.`);
    const also = /extends ([^{]+)\{/.exec(options.declaration)?.[1]?.trim();
    return [
      `## ${title}`,
      prose(options.documentation),
      ...(also === undefined ? [] : [`Also the options of \`${also}\`.`]),
      memberTable(options.members),
    ].join("\n\n");
  });
  return `# Options\n\nEvery option, its type and its default. A value that cannot be is an error at once, which names the option, what was given and the remedy.\n\n${sections.join("\n\n")}\n`;
}

const memberTable = (members: readonly Member[]): string =>
  members.length === 0
    ? ""
    : [
        "| name | type | |",
        "| --- | --- | --- |",
        ...members.map(
          ({ name, declaration, documentation }) =>
            `| \`${name}\` | ${code(typeOf(declaration))} | ${cell(prose(documentation))} |`,
        ),
      ].join("\n");

const typeOf = (declaration: string): string =>
  declaration
    .replace(/^(?:(?:readonly|override|static|declare) )*/, "")
    .replace(/^[\w#]+\??: ?/, "")
    .replace(/;$/, "")
    .replaceAll(/\s+/g, " ");

function configurationPage(): string {
  const budget = publicNames().find(({ name }) => name === "BudgetDescription");
  if (!budget)
    throw new Error("BudgetDescription is not declared in api/; correct the page of the configuration file.");
  return `# Configuration file

Every key of \`footprint.yaml\`, which [serve](../serve.md) takes, and of the file of [budgets](../budgets.md) that it may name. A file with an error is refused as a whole, with the path, what was expected and what was given. \`\${NAME}\` in a value is replaced by an environment variable.

The package has a JSON Schema of it for editors: \`deploy/footprint.schema.json\`.

## footprint.yaml

${configurationTable()}

## Budgets

A list of these, or an object with such a list as \`budgets\`, in YAML or JSON.

${memberTable(budget.members)}
`;
}

const KINDS = ["function", "class", "interface", "type", "value"] as const;
const KIND_TITLES: Readonly<Record<PublicName["kind"], string>> = {
  function: "Functions",
  class: "Classes",
  interface: "Interfaces",
  type: "Types",
  value: "Values",
};

function apiPage(): string {
  const names = publicNames().filter(({ entries }) => entries.length > 0);
  const sections = KINDS.flatMap((kind) => {
    const ofKind = names.filter((each) => each.kind === kind);
    return ofKind.length === 0 ? [] : [`## ${KIND_TITLES[kind]}\n\n${ofKind.map(nameSection).join("\n\n")}`];
  });
  return `# Public API\n\nEverything that the entries of the package export. Units are in the names: \`co2eGrams\`, \`waterLitres\`, \`energyJoules\`. Options have [a page of their own](options.md).\n\n${sections.join("\n\n")}\n`;
}

const codeBlock = (text: string): string => `\`\`\`ts\n${text}\n\`\`\``;

function nameSection({ name, kind, declaration, documentation, example, members, entries }: PublicName): string {
  const isShown = kind === "function" || kind === "type" || kind === "value";
  return [
    `### ${name}`,
    `From ${entries.map((entry) => `\`${entry}\``).join(", ")}.`,
    prose(documentation),
    ...(isShown ? [codeBlock(declaration.replace(/^(?:declare|export) /, ""))] : []),
    ...(example === undefined ? [] : ["For example:", codeBlock(example)]),
    memberTable(members),
    ...members.flatMap((member) =>
      member.example === undefined ? [] : [`For example \`${member.name}\`:`, codeBlock(member.example)],
    ),
  ].join("\n\n");
}

/** The labels that every series of an origin has, besides a metric's own. */
const ORIGIN_LABELS: Readonly<Record<MetricDefinition["origin"]["of"], string>> = {
  labelSet: "`provider`, `model`, `operation`, your labels",
  model: "`provider`, `model`",
  histogram: "`provider`, `model`",
  meter: "",
  added: "",
};

function metricsPage(): string {
  const rows = (Object.values(METRICS) as readonly MetricDefinition[]).map(({ name, type, help, labels, origin }) => {
    const all = [ORIGIN_LABELS[origin.of], ...labels.map((label) => `\`${label}\``)].filter((text) => text !== "");
    return `| \`${name}\` | ${type} | ${all.join(", ")} | ${cell(help)} |`;
  });
  return `# Metrics and labels

Every metric family that the meter exports; "your labels" are those of \`createMeter({ labels })\`. Counters are in base units: grams, litres, joules, seconds. Values of a label beyond its bound count under \`other\`.

A first query: CO2e of the last day by team, in grams.

\`\`\`promql
sum by (team) (increase(llm_footprint_co2e_grams_total[1d]))
\`\`\`

| name | type | labels | |
| --- | --- | --- | --- |
${rows.join("\n")}
`;
}

function commandLinePage(): string {
  const program = commandLineProgram(() => undefined);
  const help = program.createHelp();
  help.helpWidth = 80;
  const sections = program.commands.map((command) => {
    const own = command.createHelp();
    own.prepareContext({ helpWidth: 80 });
    return `## ${command.name()}\n\n\`\`\`text\n${own.formatHelp(command, own).trimEnd()}\n\`\`\``;
  });
  return `# Every command\n\nWhat \`llm-footprint <command> --help\` prints. [The command line](../command-line.md) has examples.\n\n${sections.join("\n\n")}\n`;
}
