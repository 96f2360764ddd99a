import type { Criterion } from "../model/footprint.ts";
import { escapeHtml } from "./escape-html.ts";
import { HTML_STYLE } from "./html-style.ts";
import { methodStatement } from "./method.ts";
import {
  evidenceTable,
  factorsTable,
  formatDay,
  formatMoment,
  formatPeriod,
  linesTable,
  overviewRows,
  partlyKnown,
  type TextTable,
} from "./overview.ts";
import { sharePlot, timePlot } from "./plot.ts";
import { CRITERION_TITLES, formatNumber, formatRange, formatShare, unitFor } from "./quantity.ts";
import type { Report } from "./report.ts";
import { STATED_TITLE, statedTable } from "./stated-table.ts";

/** Groups that the plot of causes shows; the table has them all. */
const PLOTTED_GROUPS = 12;

/** The report as one HTML file that needs nothing else and prints on A4. */
export function toHtml(report: Report): string {
  const title = `Footprint of language model requests, ${formatPeriod(report)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<header>
<p class="kicker">Environmental footprint report</p>
<h1>Language model requests</h1>
<p>${escapeHtml(formatPeriod(report))}</p>
${byline(report)}</header>
<main>
${report.overall.requests === 0 ? "<p>No requests were recorded in this period.</p>" : body(report)}
${methodSection(report)}
</main>
</body>
</html>
`;
}

/** With the footer, which on paper stays with the last of what the method says. */
function methodSection(report: Report): string {
  const entries = methodStatement(report);
  const list = (of: typeof entries): string =>
    `<dl class="method">${of.map(({ title, text }) => `<dt>${escapeHtml(title)}</dt><dd>${escapeHtml(text)}</dd>`).join("")}</dl>`;
  const written = `Written ${escapeHtml(formatMoment(report.generatedAt))} by llm-footprint from ${escapeHtml(report.source)}.${catalogue(report)}`;
  return `<section><h2>Method</h2>${list(entries.slice(0, -1))}
<div class="end">${list(entries.slice(-1))}
<footer><p>${written}</p></footer></div></section>`;
}

function body(report: Report): string {
  return [
    section("Summary", headline(report) + table({ header: [], rows: restOfOverview(report), numeric: [] })),
    section("Over time", timePlots(report)),
    section(`By ${report.groupBy.join(", ")}`, causes(report) + table(linesTable(report))),
    section("Evidence", evidence(report) + table(evidenceTable(report))),
    ...(report.stated.length > 0 ? [section(STATED_TITLE, table(statedTable(report)))] : []),
    section("Factors", table(factorsTable(report))),
  ].join("\n");
}

const section = (title: string, content: string): string =>
  `<section><h2>${escapeHtml(title)}</h2>${content}</section>`;

/** What the cards do not show. */
const restOfOverview = (report: Report): TextTable["rows"] => {
  const shown = CARD_CRITERIA.map((criterion) => CRITERION_TITLES[criterion]);
  return overviewRows(report).filter(([title]) => !shown.includes(title));
};

const CARD_CRITERIA = ["co2eGrams", "waterLitres", "energyJoules"] as const;

const byline = ({ organisation, preparedBy }: Report): string => {
  const parts = [
    ...(organisation === undefined ? [] : [organisation]),
    ...(preparedBy === undefined ? [] : [`prepared by ${preparedBy}`]),
  ];
  return parts.length > 0 ? `<p>${escapeHtml(parts.join(", "))}</p>\n` : "";
};

function headline({ overall }: Report): string {
  const cards = CARD_CRITERIA.map((criterion) => {
    const impact = overall.impacts[criterion];
    const [value = "unknown", bounds] = impact ? formatRange(criterion, impact).split(" (") : [];
    return (
      `<div class="card"><h3>${escapeHtml(CRITERION_TITLES[criterion])}</h3><p class="value">${escapeHtml(value)}</p>` +
      `<p>${bounds ? escapeHtml(`between ${bounds.replace(" to ", " and ").replace(")", "")}`) : "no range published"}</p>` +
      `${partlyKnown(overall, criterion)
        .map((text) => `<p>${escapeHtml(text)}</p>`)
        .join("")}</div>`
    );
  });
  return `<div class="cards">${cards.join("")}</div>`;
}

function timePlots(report: Report): string {
  return (["co2eGrams", "waterLitres"] as const).map((criterion) => plotOverTime(report, criterion)).join("");
}

function plotOverTime(report: Report, criterion: Criterion): string {
  const amounts = report.buckets.map(({ summary }) => summary.impacts[criterion]);
  const [size, unit] = unitFor(criterion, Math.max(0, ...amounts.map((amount) => amount?.high ?? 0)));
  const daily = report.bucketSeconds >= 86_400;
  const title = `${CRITERION_TITLES[criterion]} per ${daily ? "day" : "hour"}`;
  const points = report.buckets.map(({ startedAt, summary }) => {
    const amount = summary.impacts[criterion];
    return {
      label: daily ? formatDay(startedAt) : startedAt.toISOString().slice(11, 16),
      amount: amount && { low: amount.low / size, central: amount.central / size, high: amount.high / size },
    };
  });
  return `<figure><figcaption>${escapeHtml(`${title}, in ${unit}; whiskers from low to high, with an arrow where they go on`)}</figcaption>${timePlot({ title, unit, points, format: formatNumber })}</figure>`;
}

function causes(report: Report): string {
  const whole = report.overall.impacts.co2eGrams?.central;
  if (!whole) return "";
  const all = report.lines.flatMap(({ group, summary }) => {
    const grams = summary.impacts.co2eGrams?.central;
    if (grams === undefined) return [];
    const label = group.map((value) => value ?? "none").join(" · ");
    return [{ label, share: grams / whole, text: formatShare(grams / whole) }];
  });
  const shares = all.sort((a, b) => b.share - a.share).slice(0, PLOTTED_GROUPS);
  const extent = shares.length < all.length ? `, the ${shares.length} largest of ${all.length} lines` : "";
  return `<figure><figcaption>Share of CO2e${extent}</figcaption>${sharePlot({ title: "Share of CO2e by group", shares })}</figure>`;
}

function evidence({ overall }: Report): string {
  return (
    `<p>${escapeHtml(formatShare(overall.coverageShare))} of the requests and ${escapeHtml(formatShare(overall.coverageTokenShare))} of the tokens have a footprint; ` +
    `${escapeHtml(formatShare(overall.primaryDataShare))} of the CO2e rests on primary data.</p>`
  );
}

function catalogue({ overall, catalogueSha256 }: Report): string {
  const versions = overall.provenance.catalogueVersions.join(", ");
  const digest = catalogueSha256 === undefined ? "" : ` (SHA-256 ${catalogueSha256})`;
  return versions === "" ? "" : ` Catalogue ${escapeHtml(versions + digest)}.`;
}

function table({ header, rows, numeric }: TextTable): string {
  const cell = (tag: "td" | "th", scope: string) => (text: string, column: number) =>
    `<${tag}${scope}${numeric.includes(column) ? ' class="number"' : ""}>${numeric.includes(column) ? unbroken(text) : linked(text)}</${tag}>`;
  const head = header.length > 0 ? `<thead><tr>${header.map(cell("th", ' scope="col"')).join("")}</tr></thead>` : "";
  const rowHtml = (cells: readonly string[]) =>
    `<tr>${cell("th", ' scope="row"')(cells[0]!, 0)}${cells
      .slice(1)
      .map((text, index) => cell("td", "")(text, index + 1))
      .join("")}</tr>`;
  return `<div class="scroll" tabindex="0"><table>${head}<tbody>${rows.map(rowHtml).join("")}</tbody></table></div>`;
}

/** A number with its unit and range on a line of its own each, never broken within. */
const unbroken = (text: string): string =>
  text
    .split(/(?<=; )| (?=\()/)
    .map((part) => (/^(?:[\d(]|\S+$)/.test(part) ? `<span>${escapeHtml(part.trim())}</span>` : escapeHtml(part.trim())))
    .join(" ");

/** Text; as a link where all of it is an address of the web. Anything else, such as `javascript:`, stays text. */
const linked = (text: string): string =>
  /^https?:\/\/\S+$/.test(text)
    ? `<a href="${escapeHtml(text)}" rel="noopener noreferrer">${escapeHtml(text)}</a>`
    : escapeHtml(text);
