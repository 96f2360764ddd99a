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

/** By provider and model: stated energy, by what the factors say of the same usage. */
export function statedTable({ stated }: Report): TextTable {
  return {
    header: ["provider", "model", "stated", "factors", "requests", "compared", "stated ÷ estimated", "left out"],
    rows: stated.flatMap(({ group, summary: { statements } }) => {
      if (!statements) return [];
      const { sources, factorEvidence = [], requests, ratios, leftOut } = statements;
      return [
        [
          ...group.map((name) => name ?? "none"),
          sources.join(", "),
          factorEvidence.map((evidence) => evidence.replaceAll("_", " ")).join(", "),
          formatCount(requests),
          formatCount(requestsIn(ratios)),
          ratioText(quartilesOf(statements)),
          (Object.entries(leftOut) as [LeftOutReason, number][])
            .map(([reason, left]) => `${formatCount(left)} ${REASONS[reason]}`)
            .join(", "),
        ],
      ];
    }),
    numeric: [4, 5, 6],
  };
}

/** The median, and between which ratios the middle half of the requests is. */
function ratioText([lower, median, upper]: readonly (number | undefined)[]): string {
  if (lower === undefined || median === undefined || upper === undefined) return "none";
  return `${formatNumber(median)} (${formatNumber(lower)} to ${formatNumber(upper)})`;
}
