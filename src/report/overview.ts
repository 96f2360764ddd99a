import { CRITERIA, EVIDENCE, type Criterion } from "../model/footprint.ts";
import { TOKEN_CLASSES } from "../model/usage.ts";
import { CRITERION_TITLES, formatCount, formatPart, formatRange, formatShare } from "./quantity.ts";
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

/** A moment to the minute, in UTC; midnight as the day alone. */
export function formatMoment(date: Date): string {
  const text = date.toISOString();
  return text.endsWith("T00:00:00.000Z") ? text.slice(0, 10) : `${text.slice(0, 16).replace("T", " ")} UTC`;
}

export const formatPeriod = ({ from, to }: Report): string => `${formatMoment(from)} to ${formatMoment(to)}`;

/** What the whole period adds up to, as pairs of name and value. */
export function overviewRows({ overall }: Report): readonly (readonly [string, string])[] {
  return [
    ...CRITERIA.map((criterion): [string, string] => {
      const impact = overall.impacts[criterion];
      const value = impact ? formatRange(criterion, impact) : UNKNOWN;
      return [CRITERION_TITLES[criterion], [value, ...partlyKnown(overall, criterion)].join("; ")];
    }),
    ["Requests", formatCount(overall.requests)],
    ["Tokens", formatTokens(overall)],
    ["Coverage (requests with a footprint)", formatShare(overall.coverageShare)],
    ["Primary data (share of CO2e)", formatShare(overall.primaryDataShare)],
    ["Requests with estimated usage", formatCount(overall.estimatedRequests)],
  ];
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
  return {
    header: [...report.groupBy, "requests", "tokens", "CO2e", "water", "electricity", "coverage"],
    rows: report.lines.map(({ group, summary }) => [
      ...group.map((value) => value ?? "none"),
      formatCount(summary.requests),
      formatTokens(summary),
      ...(["co2eGrams", "waterLitres", "energyJoules"] as const).map((criterion) => {
        const impact = summary.impacts[criterion];
        return impact ? [formatRange(criterion, impact), ...partlyKnown(summary, criterion)].join("; ") : UNKNOWN;
      }),
      formatShare(summary.coverageShare),
    ]),
    numeric: [0, 1, 2, 3, 4, 5].map((index) => report.groupBy.length + index),
  };
}

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
