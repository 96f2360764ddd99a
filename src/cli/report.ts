import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";

import { defaultCatalogue, type Catalogue } from "../factors/catalogue.ts";
import { citation, type Quantity } from "../factors/factor.ts";
import { openJournalReader } from "../journal/reading.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import { comparisonWith } from "../report/comparison.ts";
import { csvNotation, toCsv, type CsvNotation } from "../report/csv.ts";
import type { ReportEntry } from "../report/entry.ts";
import { toHtml } from "../report/html.ts";
import { withFactorEvidence } from "../report/factor-evidence.ts";
import { readJournalEntries } from "../report/journal-source.ts";
import { toJson } from "../report/json.ts";
import { toMarkdown } from "../report/markdown.ts";
import { formatMoment } from "../report/overview.ts";
import { parsedHeader } from "../report/prometheus-header.ts";
import { readPrometheusEntries } from "../report/prometheus-source.ts";
import {
  bucketSecondsFor,
  buildReport,
  type ActivityData,
  type FactorReference,
  type Report,
} from "../report/report.ts";
import { periodBefore, reportPeriod, type PeriodRequest, type ReportPeriod } from "../report/report-period.ts";
import { withUsageWarnings } from "../report/usage-warnings.ts";
import { readRestatedEntries } from "../report/restatement.ts";
import { toTable } from "../report/table.ts";
import {
  attributionOptions,
  list,
  print,
  tableWidth,
  withAttributionOptions,
  type AttributionArguments,
  type CommandFactory,
} from "./command.ts";

const FORMATS = { table: toTable, csv: toCsv, json: toJson, html: toHtml, md: toMarkdown } as const;
type Format = keyof typeof FORMATS | "xlsx";

interface Arguments extends AttributionArguments, PeriodRequest {
  readonly compare?: "previous";
  readonly organisation?: string;
  readonly preparedBy?: string;
  readonly locale?: string;
  readonly xlsx?: string;
  readonly journal?: string;
  readonly prometheus?: string;
  readonly records?: string;
  readonly header?: readonly string[];
  readonly groupBy: readonly string[];
  readonly format: Format;
  readonly json?: true;
  readonly restate?: true;
  readonly output?: string;
}

export const reportCommand: CommandFactory = () =>
  withAttributionOptions(
    new Command("report")
      .description("The footprint of a period, from a journal or from a Prometheus-compatible server.")
      .option("--month <month>", "a month, such as 2026-10")
      .option("--quarter <quarter>", "a quarter, such as 2026-Q3")
      .option("--year <year>", "a year, such as 2026")
      .option("--from <time>", "the beginning: 2026-11-01, 2026-11, or 30d before now (30d when left out)")
      .option("--to <time>", "the end; a day or month is inside the period (now when left out)")
      .option("--time-zone <zone>", "whose days and months they are, such as Europe/Paris (UTC when left out)")
      .addOption(new Option("--compare <period>", "another period beside it").choices(["previous"]))
      .option("--journal <file>", "the journal to read")
      .option("--prometheus <url>", "the server to ask instead")
      .option("--records <files>", "the Parquet files to read instead, such as 'records/**/*.parquet'")
      .option("--header <name: value...>", "sent to the server, such as 'Authorization: Bearer …'")
      .option(
        "--group-by <names>",
        "labels or day, month, provider, model, operation, zone, …, separated by commas",
        list,
        ["provider", "model"],
      )
      .addOption(
        new Option("--format <format>", "how to write it").choices([...Object.keys(FORMATS), "xlsx"]).default("table"),
      )
      .option("--xlsx <file>", "writes a workbook as well, for a spreadsheet")
      .option(
        "--locale <locale>",
        "for whose spreadsheet the CSV is, such as fr-FR: separator, decimal comma, byte order mark",
      )
      .option("--organisation <name>", "whose footprint it is, for the report's head")
      .option("--prepared-by <name>", "who wrote the report, for its head")
      .option("--json", "short for --format json")
      .option("--restate", "recompute a journal's footprints with the current factors")
      .option("--output <file>", "write to a file instead of standard output"),
  ).action(async (given: Arguments) => {
    const notation = given.locale === undefined ? undefined : localeNotation(given.locale);
    const report = await readReport(given);
    const format = given.json ? "json" : given.format;
    if (given.xlsx !== undefined) writeFileSync(given.xlsx, await workbook(report));
    if (format === "xlsx") {
      if (given.output === undefined)
        throw new ConfigurationError("--format", "expected a file for xlsx, got none", "Give --output FILE.");
      writeFileSync(given.output, await workbook(report));
      return;
    }
    const text = textOf(report, format, notation, given.output === undefined ? tableWidth() : Infinity);
    if (given.output !== undefined) writeFileSync(given.output, text);
    else if (given.xlsx === undefined) print(text);
  });

function textOf(
  report: Report,
  format: Exclude<Format, "xlsx">,
  notation: CsvNotation | undefined,
  width: number,
): string {
  if (format === "csv") return toCsv(report, notation);
  return format === "table" ? toTable(report, width) : FORMATS[format](report);
}

/** What reads Parquet is loaded when it is asked for. */
const parquetSource = () => import("../report/parquet-source.ts");

/** What writes workbooks is loaded when one is asked for. */
const workbook = async (report: Report): Promise<Buffer> => (await import("../report/xlsx.ts")).toXlsx(report);

function localeNotation(locale: string): CsvNotation {
  try {
    return csvNotation(locale);
  } catch (cause) {
    throw new ConfigurationError("--locale", `expected a language tag, got ${shown(locale)}`, "Write fr-FR or de-DE.", {
      cause,
    });
  }
}

async function readReport(given: Arguments): Promise<Report> {
  const generatedAt = new Date();
  const period = reportPeriod(given, generatedAt);
  const own = await readPeriod(given, period);
  const attribution = attributionOptions(given);
  const catalogue = attribution.catalogue ?? defaultCatalogue();
  const versions = new Set(own.entries.flatMap(({ provenance }) => provenance.catalogueVersions));
  const { organisation, preparedBy } = given;
  const request = {
    ...period,
    groupBy: given.groupBy,
    bucketSeconds: own.bucketSeconds,
    source: given.journal ?? given.prometheus ?? given.records ?? "",
    generatedAt,
    organisation,
    preparedBy,
    // The digest is that of the current catalogue, so it is given only where that one was used.
    ...(versions.size === 1 && versions.has(catalogue.identity) && { catalogueSha256: catalogue.hash }),
    factor: (id: string) => factorReference(catalogue, id),
  };
  const before = given.compare && periodBefore(period);
  const entriesBefore = before && (await readPeriod(given, before)).entries;
  const comparison =
    entriesBefore &&
    comparisonWith(buildReport(entriesBefore, { ...request, ...before }), own.entries, entriesBefore, attribution);
  const entries = withFactorEvidence(own.entries, attribution);
  return buildReport(entries, { ...request, activity: own.activity, comparison });
}

interface PeriodEntries {
  readonly entries: ReportEntry[];
  readonly activity: ActivityData | undefined;
  readonly bucketSeconds: number;
}

async function readPeriod(given: Arguments, period: ReportPeriod): Promise<PeriodEntries> {
  const bucketSeconds = bucketSecondsFor(period.from, period.to);
  // Days of other zones begin within UTC's: their entries are finer, and put together by day.
  const entrySeconds = period.timeZone === "UTC" ? bucketSeconds : Math.min(bucketSeconds, entrySecondsIn(period));
  const { journal: path, prometheus: url, records } = given;
  if ([path, url, records].filter((source) => source !== undefined).length !== 1) {
    throw new ConfigurationError(
      "report",
      "expected one source, got none or two",
      "Give either --journal or --prometheus. Exported records are given with --records.",
    );
  }
  if (url !== undefined) {
    const headers = Object.fromEntries((given.header ?? []).map(parsedHeader));
    const entries = await readPrometheusEntries({ url, headers }, period, entrySeconds);
    return {
      entries: withUsageWarnings(entries, attributionOptions(given)),
      activity: undefined,
      bucketSeconds,
    };
  }
  if (records !== undefined) {
    const { readParquetEntries } = await parquetSource();
    return { ...(await readParquetEntries(records, period, entrySeconds)), bucketSeconds };
  }
  using journal = openJournalReader(path!);
  const entries = given.restate
    ? readRestatedEntries(journal, period, entrySeconds, attributionOptions(given))
    : readJournalEntries(journal, period, entrySeconds);
  if (entries.length === 0) noteEmpty(journal.extent(), period);
  return { entries, activity: { origins: journal.origins(period), extent: journal.extent(period) }, bucketSeconds };
}

const entrySecondsIn = ({ from }: ReportPeriod): number => (from.getTime() % 3_600_000 === 0 ? 3600 : 900);

function noteEmpty(extent: { first: Date; last: Date } | undefined, { title }: ReportPeriod): void {
  const held = extent
    ? `the journal holds ${formatMoment(extent.first)} to ${formatMoment(extent.last)}`
    : "the journal is empty";
  process.stderr.write(`llm-footprint: no requests in ${title}; ${held}\n`);
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
