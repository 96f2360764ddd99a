import { methodStatement } from "./method.ts";
import {
  evidenceTable,
  factorsTable,
  formatMoment,
  formatPeriod,
  linesTable,
  overviewRows,
  type TextTable,
} from "./overview.ts";
import type { Report } from "./report.ts";
import { STATED_TITLE, statedTable } from "./stated-table.ts";

/** The report as GitHub-flavoured Markdown. */
export function toMarkdown(report: Report): string {
  const overview: TextTable = { header: ["", "total"], rows: overviewRows(report), numeric: [] };
  return [
    "# Footprint of language model requests",
    `${formatPeriod(report)}. Source: ${escaped(report.source)}. Written ${formatMoment(report.generatedAt)}.`,
    markdownTable(overview),
    `## By ${report.groupBy.map(escaped).join(", ")}`,
    markdownTable(linesTable(report)),
    "## Evidence",
    markdownTable(evidenceTable(report)),
    ...(report.stated.length > 0 ? [`## ${STATED_TITLE}`, markdownTable(statedTable(report))] : []),
    "## Factors",
    markdownTable(factorsTable(report)),
    "## Method",
    ...methodStatement(report).map(({ title, text }) => `**${title}.** ${text}`),
  ]
    .map((block) => `${block}\n`)
    .join("\n");
}

const markdownTable = ({ header, rows, numeric }: TextTable): string =>
  [
    header,
    header.map((_, column) => (numeric.includes(column) ? "--:" : "---")),
    ...rows.map((row) => row.map(escaped)),
  ]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");

/** Text that Markdown and HTML take as text. */
const escaped = (text: string): string =>
  text.replaceAll(/[\r\n]+/g, " ").replaceAll(/[\\`*_[\]<>&|#~!]/g, (character) => `&#${character.charCodeAt(0)};`);
