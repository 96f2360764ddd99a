import { requestsIn } from "../model/ratio-steps.ts";
import type { TextTable } from "./overview.ts";
import { formatCount, formatNumber } from "./quantity.ts";
import type { Report } from "./report.ts";
import { quartilesOf, type LeftOutReason } from "./statements.ts";

export const STATED_TITLE = "Stated against estimated";

const REASONS: Readonly<Record<LeftOutReason, string>> = {
  implausible: "implausible",
  unreadable: "unreadable",
  no_usage: "without usage",
  estimated_usage: "of estimated usage",
  other_evidence: "resting on other evidence",
  other: "with nothing to compare",
};

/** What requests of one provider and model stated, beside what the factors say of the same usage. */
export interface StatedLine {
  readonly group: readonly string[];
  readonly sources: string;
  readonly factors: string;
  readonly requests: number;
  readonly compared: number;
  /** Of stated ÷ estimated: the lower one, the median, the upper one. */
  readonly quartiles: ReturnType<typeof quartilesOf>;
  readonly leftOut: string;
}

export const statedLines = ({ stated }: Report): StatedLine[] =>
  stated.flatMap(({ group, summary: { statements } }) => {
    if (!statements) return [];
    const { sources, factorEvidence = [], requests, ratios, leftOut } = statements;
    return {
      group: group.map((name) => name ?? "none"),
      sources: sources.join(", "),
      factors: factorEvidence.map((evidence) => evidence.replaceAll("_", " ")).join(", "),
      requests,
      compared: requestsIn(ratios),
      quartiles: quartilesOf(statements),
      leftOut: (Object.entries(leftOut) as [LeftOutReason, number][])
        .map(([reason, left]) => `${formatCount(left)} ${REASONS[reason]}`)
        .join(", "),
    };
  });

export function statedTable(report: Report): TextTable {
  return {
    header: ["provider", "model", "stated", "factors", "requests", "compared", "stated ÷ estimated", "left out"],
    rows: statedLines(report).map(({ group, sources, factors, requests, compared, quartiles, leftOut }) => [
      ...group,
      ...[sources, factors, formatCount(requests), formatCount(compared), ratioText(quartiles), leftOut],
    ]),
    numeric: [4, 5, 6],
  };
}

/** The median, and between which ratios the middle half of the requests is. */
function ratioText([lower, median, upper]: readonly (number | undefined)[]): string {
  if (lower === undefined || median === undefined || upper === undefined) return "none";
  return `${formatNumber(median)} (${formatNumber(lower)} to ${formatNumber(upper)})`;
}
