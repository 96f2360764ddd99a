import { CRITERIA, EVIDENCE, type Criterion } from "../model/footprint.ts";
import { TOKEN_CLASSES } from "../model/usage.ts";
import { wallClockAt } from "../model/wall-clock.ts";
import { CRITERION_TITLES, formatCount, formatDifference, formatPart, formatRange, formatShare } from "./quantity.ts";
import { originTexts } from "./origins.ts";
import type { ComparedLine, Comparison } from "./comparison.ts";
import { lineKey } from "./lines.ts";
import type { PeriodDifferences } from "./period-difference.ts";
import type { Report } from "./report.ts";
import type { Summary } from "./summary.ts";

/** A table of texts, the same in every format for people. */
export interface TextTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** The columns that hold numbers. */
  readonly numeric: readonly number[];
}

const UNKNOWN = "unknown";

export const formatDay = (date: Date): string => date.toISOString().slice(0, 10);

/** A moment to the minute, by the clocks of a time zone; midnight as the day alone. */
export function formatMoment(date: Date, timeZone = "UTC"): string {
  const { year, month, day, hour, minute, second } = wallClockAt(date, timeZone);
  const text = new Date(Date.UTC(year, month - 1, day, hour, minute, second)).toISOString();
  const isMidnight = hour === 0 && minute === 0 && second === 0 && date.getMilliseconds() === 0;
  return isMidnight ? text.slice(0, 10) : `${text.slice(0, 16).replace("T", " ")} ${timeZone}`;
}

export const formatPeriod = ({ title, from, to }: Report): string =>
  title ?? `${formatMoment(from)} to ${formatMoment(to)}`;

/** What the whole period adds up to, as pairs of name and value. */
export function overviewRows(report: Report): readonly (readonly [string, string])[] {
  const { overall } = report;
  return [
    ...CRITERIA.map((criterion): [string, string] => {
      const impact = overall.impacts[criterion];
      const value = impact ? formatRange(criterion, impact) : UNKNOWN;
      return [CRITERION_TITLES[criterion], [value, ...partlyKnown(overall, criterion)].join("; ")];
    }),
    ["Requests", formatCount(overall.requests)],
    ["Tokens", formatTokens(overall)],
    ["Coverage (requests with a footprint)", formatShare(overall.coverageShare)],
    ["Coverage (tokens of these requests)", formatShare(overall.coverageTokenShare)],
    ["Stand-in figures (share of requests)", formatShare(overall.proxyShare)],
    ["Primary data (share of CO2e)", formatShare(overall.primaryDataShare)],
    ["Requests with estimated usage", formatCount(overall.estimatedRequests)],
    ...contextRows(report),
  ];
}

/** What an inventory takes, the records that it rests on, the period before, and whose report it is. */
function contextRows({
  overall,
  activity,
  emptyDays,
  comparison,
  organisation,
  preparedBy,
  timeZone,
}: Report): [string, string][] {
  const { co2eGrams, waterLitres } = overall.impacts;
  const extent = activity?.extent;
  return [
    ...(co2eGrams
      ? [
          [
            "For an inventory",
            `${inUnit(co2eGrams.central, 1e6)} tCO2e${waterLitres ? `, ${inUnit(waterLitres.central, 1e3)} m³ of water` : ""}`,
          ] as [string, string],
        ]
      : []),
    ...(extent
      ? [
          [
            "First and last request",
            `${formatMoment(extent.first, timeZone)} and ${formatMoment(extent.last, timeZone)}`,
          ] as [string, string],
        ]
      : []),
    ...(emptyDays.length > 0 ? [["Days without a request", daysText(emptyDays)] as [string, string]] : []),
    ...(activity ? [["Activity data", originTexts(activity.origins).join("; ") || "none"] as [string, string]] : []),
    ...(comparison
      ? [
          ["Compared with", comparisonText(overall, comparison)] as [string, string],
          [`Since ${comparison.title}`, differencesText(comparison.differences)] as [string, string],
        ]
      : []),
    ...(organisation === undefined ? [] : [["Organisation", organisation] as [string, string]]),
    ...(preparedBy === undefined ? [] : [["Prepared by", preparedBy] as [string, string]]),
  ];
}

/** Four significant digits, in a large unit. */
const inUnit = (value: number, size: number): string =>
  (value / size).toLocaleString("en", { maximumSignificantDigits: 4, maximumFractionDigits: 12 });

/** The first and last of each stretch of days. */
function daysText(days: readonly string[]): string {
  const stretches: [string, string][] = [];
  for (const day of days) {
    const last = stretches.at(-1);
    if (last && Date.parse(day) - Date.parse(last[1]) === 86_400_000) last[1] = day;
    else stretches.push([day, day]);
  }
  const shown = stretches.slice(0, 5).map(([first, last]) => (first === last ? first : `${first} to ${last}`));
  return `${formatCount(days.length)}: ${shown.join(", ")}${stretches.length > 5 ? ", …" : ""}`;
}

function comparisonText(overall: Summary, { title, overall: before }: Comparison): string {
  const parts = (["co2eGrams", "waterLitres", "energyJoules"] as const).flatMap((criterion) => {
    const then = before.impacts[criterion];
    return then
      ? [
          `${formatRange(criterion, then).split(" (")[0]!} (${formatChange(overall.impacts[criterion]?.central, then.central)})`,
        ]
      : [];
  });
  return `${title}: ${formatCount(before.requests)} requests (${formatChange(overall.requests, before.requests)})${parts.map((part) => `, ${part}`).join("")}`;
}

/** What the period caused more than the other, with the range of what they do not share. */
const differencesText = (differences: PeriodDifferences): string =>
  (["co2eGrams", "waterLitres", "energyJoules"] as const)
    .flatMap((criterion) => {
      const text = differenceText(criterion, differences);
      return text === undefined ? [] : [`${CRITERION_TITLES[criterion]} ${text}`];
    })
    .join("; ") || "no comparison";

function differenceText(criterion: Criterion, differences: PeriodDifferences): string | undefined {
  const difference = differences[criterion];
  if (!difference) return undefined;
  return `${formatDifference(criterion, difference)}, ${difference.decided ? "decided" : "not decided"}`;
}

/** Such as `+12.5 %`; what there was nothing of has no change. */
function formatChange(now: number | undefined, before: number | undefined): string {
  if (now === undefined || !before) return "no comparison";
  const percent = (100 * (now - before)) / before;
  const amount = Math.abs(percent).toLocaleString("en", { maximumFractionDigits: 1 });
  return `${percent > 0 ? "+" : percent < 0 ? "−" : ""}${amount} %`;
}

/** Such as `known for 22 of 24 requests (6 % of the CO2e)`, where a total does not rest on every request with a footprint. */
export function partlyKnown({ attributedRequests, impacts, known }: Summary, criterion: Criterion): string[] {
  const part = known[criterion];
  const text = part && formatPart(part.requests, attributedRequests);
  if (text === undefined) return [];
  const grams = impacts.co2eGrams?.central;
  return [criterion === "co2eGrams" || !grams ? text : `${text} (${formatShare(part!.co2eGrams / grams)} of the CO2e)`];
}

export function linesTable(report: Report): TextTable {
  const { groupBy, lines, subtotals, comparison } = report;
  const before = new Map(comparison?.lines.map((line) => [lineKey(line.group), line]));
  const rowOf = (group: readonly (string | undefined)[], summary: Summary): string[] => [
    ...group.map((value) => value ?? "none"),
    formatCount(summary.requests),
    formatTokens(summary),
    ...(["co2eGrams", "waterLitres", "energyJoules"] as const).map((criterion) => {
      const impact = summary.impacts[criterion];
      return impact ? [formatRange(criterion, impact), ...partlyKnown(summary, criterion)].join("; ") : UNKNOWN;
    }),
    formatShare(summary.coverageShare),
    ...(comparison ? [changeText(summary, before.get(lineKey(group)))] : []),
  ];
  // Under each value of the first name its lines, and their sum where there are several.
  const rows = (subtotals.length > 0 ? subtotals : [undefined]).flatMap((subtotal) => {
    const own = subtotal ? lines.filter(({ group }) => group[0] === subtotal.group[0]) : lines;
    const sum =
      subtotal && own.length > 1
        ? [rowOf([subtotal.group[0], ...groupBy.slice(1).map(() => ALL)], subtotal.summary)]
        : [];
    return [...own.map(({ group, summary }) => rowOf(group, summary)), ...sum];
  });
  return {
    header: [
      ...[...groupBy, "requests", "tokens", "CO2e", "water", "electricity", "coverage"],
      ...(comparison ? [`CO2e since ${comparison.title}`] : []),
    ],
    rows,
    numeric: [0, 1, 2, 3, 4, 5, 6].map((index) => groupBy.length + index),
  };
}

function changeText({ impacts }: Summary, before: ComparedLine | undefined): string {
  const change = formatChange(impacts.co2eGrams?.central, before?.summary.impacts.co2eGrams?.central);
  const difference = before && differenceText("co2eGrams", before.differences);
  return difference === undefined ? change : `${change}; ${difference}`;
}

/** In place of a name: the sum of all its values. */
const ALL = "all";

export function evidenceTable({ overall }: Report): TextTable {
  const grams = overall.impacts.co2eGrams?.central;
  return {
    header: ["evidence", "requests", "share of requests", "share of CO2e"],
    rows: EVIDENCE.flatMap((kind) => {
      const share = overall.evidence[kind];
      if (!share) return [];
      return [
        [
          kind.replaceAll("_", " "),
          formatCount(share.requests),
          formatShare(share.requests / overall.requests),
          formatShare(grams === undefined ? undefined : share.co2eGrams / grams),
        ],
      ];
    }),
    numeric: [1, 2, 3],
  };
}

export function factorsTable({ factors }: Report): TextTable {
  return {
    header: ["factor", "title", "publisher", "published", "retrieved", "licence", "source"],
    rows: factors.map(({ id, title, publisher, published, retrieved, licence, url }) =>
      [id, title, publisher, published, retrieved, licence, url].map((text) => text ?? ""),
    ),
    numeric: [],
  };
}

function formatTokens({ usage }: Summary): string {
  const known = TOKEN_CLASSES.flatMap((tokenClass) => usage[tokenClass] ?? []);
  return known.length > 0 ? formatCount(known.reduce((sum, tokens) => sum + tokens, 0)) : UNKNOWN;
}
