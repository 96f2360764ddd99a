import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";

import { defaultCatalogue, type Catalogue } from "../factors/catalogue.ts";
import { citation, type Quantity } from "../factors/factor.ts";
import { openJournalReader, type Period } from "../journal/reading.ts";
import { ConfigurationError } from "../model/errors.ts";
import { toCsv } from "../report/csv.ts";
import type { ReportEntry } from "../report/entry.ts";
import { toHtml } from "../report/html.ts";
import { readJournalEntries } from "../report/journal-source.ts";
import { toJson } from "../report/json.ts";
import { toMarkdown } from "../report/markdown.ts";
import { readPrometheusEntries } from "../report/prometheus-source.ts";
import { bucketSecondsFor, buildReport, type FactorReference, type Report } from "../report/report.ts";
import { readRestatedEntries } from "../report/restatement.ts";
import { toTable } from "../report/table.ts";
import {
  attributionOptions,
  list,
  moment,
  print,
  withAttributionOptions,
  type AttributionArguments,
  type CommandFactory,
} from "./command.ts";

const FORMATS = { table: toTable, csv: toCsv, json: toJson, html: toHtml, md: toMarkdown } as const;

interface Arguments extends AttributionArguments {
  readonly from: Date;
  readonly to: Date;
  readonly journal?: string;
  readonly prometheus?: string;
  readonly header?: readonly string[];
  readonly groupBy: readonly string[];
  readonly format: keyof typeof FORMATS;
  readonly json?: true;
  readonly restate?: true;
  readonly output?: string;
}

export const reportCommand: CommandFactory = () =>
  withAttributionOptions(
    new Command("report")
      .description("The footprint of a period, from a journal or from a Prometheus-compatible server.")
      .option("--from <time>", "the beginning, inclusive: 2026-11-01, or 30d before now", moment, moment("30d"))
      .option("--to <time>", "the end, exclusive", moment, new Date())
      .option("--journal <file>", "the journal to read")
      .option("--prometheus <url>", "the server to ask instead")
      .option("--header <name: value...>", "sent to the server, such as 'Authorization: Bearer …'")
      .option("--group-by <names>", "labels or provider, model, operation, zone, …, separated by commas", list, [
        "provider",
        "model",
      ])
      .addOption(new Option("--format <format>", "how to write it").choices(Object.keys(FORMATS)).default("table"))
      .option("--json", "short for --format json")
      .option("--restate", "recompute a journal's footprints with the current factors")
      .option("--output <file>", "write to a file instead of standard output"),
  ).action(async (given: Arguments) => {
    const report = await readReport(given);
    const text = FORMATS[given.json ? "json" : given.format](report);
    if (given.output === undefined) print(text);
    else writeFileSync(given.output, text);
  });

async function readReport(given: Arguments): Promise<Report> {
  const { from, to, groupBy } = given;
  if (from >= to) throw new ConfigurationError("--from", "expected a time before --to", "Give an earlier time.");
  const bucketSeconds = bucketSecondsFor(from, to);
  const attribution = attributionOptions(given);
  const catalogue = attribution.catalogue ?? defaultCatalogue();
  const entries = await readEntries(given, { from, to }, bucketSeconds);
  const versions = new Set(entries.flatMap(({ provenance }) => provenance.catalogueVersions));
  return buildReport(entries, {
    from,
    to,
    groupBy,
    bucketSeconds,
    source: given.journal ?? given.prometheus ?? "",
    generatedAt: new Date(),
    // The digest is that of the current catalogue, so it is given only where that one was used.
    ...(versions.size === 1 && versions.has(catalogue.identity) && { catalogueSha256: catalogue.hash }),
    factor: (id) => factorReference(catalogue, id),
  });
}

async function readEntries(given: Arguments, period: Period, bucketSeconds: number): Promise<ReportEntry[]> {
  const { journal: path, prometheus: url } = given;
  if ((path === undefined) === (url === undefined)) {
    throw new ConfigurationError(
      "report",
      "expected one source, got none or two",
      "Give either --journal or --prometheus.",
    );
  }
  if (url !== undefined) {
    const headers = Object.fromEntries((given.header ?? []).map(parsedHeader));
    return readPrometheusEntries({ url, headers }, period, bucketSeconds);
  }
  using journal = openJournalReader(path!);
  return given.restate
    ? readRestatedEntries(journal, period, bucketSeconds, attributionOptions(given))
    : readJournalEntries(journal, period, bucketSeconds);
}

function parsedHeader(text: string): [string, string] {
  const colon = text.indexOf(":");
  if (colon < 1)
    throw new ConfigurationError(
      "--header",
      "expected a name and a value with a colon between them",
      "Write 'Name: value'.",
    );
  return [text.slice(0, colon).trim(), text.slice(colon + 1).trim()];
}

function factorReference(catalogue: Catalogue, cited: string): FactorReference | undefined {
  const factor = catalogue.factor(cited.slice(0, cited.lastIndexOf("@")));
  if (!factor || citation(factor) !== cited) return undefined;
  const { publisher, licence, source, boundary } = factor;
  const included = Object.entries(boundary).map(([part, answer]) => `${part} ${answer}`);
  return {
    id: cited,
    title: `${source.title}, ${source.locator}`,
    publisher,
    licence,
    url: source.url,
    published: source.published,
    retrieved: source.retrieved,
    boundary: included.join(", "),
    ...uncertaintyOf(Object.values(factor.metrics as Readonly<Record<string, Quantity>>).map(({ basis }) => basis)),
  };
}

const uncertaintyOf = (bases: readonly string[]): { uncertaintyBasis?: string } =>
  bases.length > 0 ? { uncertaintyBasis: [...new Set(bases)].join(", ").replaceAll("_", " ") } : {};
