import { join } from "node:path";
import { expect, test } from "vitest";

import { csvCell, toCsv } from "../../src/report/csv.ts";
import { exportFields } from "../../src/report/fields.ts";
import { toHtml } from "../../src/report/html.ts";
import { toJson } from "../../src/report/json.ts";
import { toMarkdown } from "../../src/report/markdown.ts";
import { ticksUpTo } from "../../src/report/plot.ts";
import { formatQuantity, formatRange } from "../../src/report/quantity.ts";
import { toTable } from "../../src/report/table.ts";
import { failedRecord, sampleFootprint, sampleRecord } from "../journal/sample-record.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { reportOf, writeJournal } from "./sample-report.ts";

const hostile = `<script>alert(1)</script>|=1+1"`;

function sampleReport(groupBy?: readonly string[]) {
  const path = join(temporaryFolder(), "footprint.db");
  writeJournal(path, [
    sampleRecord(),
    sampleRecord({ id: "r2", usageSource: "estimated", startedAt: new Date("2026-11-21T08:00:00Z") }),
    sampleRecord({ id: "r3", labels: { team: hostile } }),
    failedRecord(),
  ]);
  return reportOf(path, groupBy);
}

test("adds up, keeps the unknown apart, and states coverage and primary data", () => {
  const report = sampleReport();
  expect(report.overall).toMatchObject({
    requests: 4,
    attributedRequests: 3,
    estimatedRequests: 1,
    coverageShare: 0.75,
    primaryDataShare: 1,
    usage: { inputTokens: 300, cacheReadTokens: 0, outputTokens: 1200 },
    evidence: { operator_lca: { requests: 3 } },
  });
  expect(report.overall.impacts.co2eGrams!.central).toBeCloseTo(3.42, 12);
  expect(report.overall.usage).not.toHaveProperty("reasoningTokens");
  expect(report.lines.map(({ group, summary }) => [...group, summary.requests])).toStrictEqual([
    ["search", "mistral-large-2", 3],
    [hostile, "mistral-large-2", 1],
  ]);
  expect(
    report.buckets.map(({ startedAt, summary }) => [startedAt.toISOString().slice(0, 10), summary.requests]),
  ).toEqual([
    ["2026-11-19", 0],
    ["2026-11-20", 3],
    ["2026-11-21", 1],
  ]);
});

test("a total that does not rest on every request says on how many it does, in every format", () => {
  const path = join(temporaryFolder(), "footprint.db");
  const { energyJoules: _unknown, ...withoutEnergy } = sampleFootprint;
  writeJournal(path, [
    sampleRecord(),
    sampleRecord({ id: "r2", model: "other", footprint: withoutEnergy }),
    sampleRecord({ id: "r3", model: "other", footprint: withoutEnergy }),
    failedRecord(),
  ]);
  const report = reportOf(path, ["provider"]);
  expect(report.overall.known.energyJoules).toStrictEqual({ requests: 1, co2eGrams: 1.14 });
  expect(report.overall.known).not.toHaveProperty("primaryEnergyJoules");
  const said = "known for 1 of 3 requests (33.3 % of the CO2e)";
  const line = `Electricity                           5.56 mWh (2.78 to 11.1); ${said}`;
  expect(toTable(report)).toContain(line);
  expect(toTable(report)).not.toMatch(/^(Greenhouse|Water).*known for/m);
  expect(toMarkdown(report)).toContain(`5.56 mWh (2.78 to 11.1); ${said}`);
  expect(toHtml(report)).toContain(`<p>between 2.78 and 11.1</p><p>${said}</p></div>`);
  expect(exportFields(report, report.overall)).toMatchObject({
    energy_kwh_known_requests: 1,
    co2e_kg_known_requests: 3,
    primary_energy_kwh_known_requests: 0,
  });
});

test("the export's fields are in kWh, kg and litres; training stands apart and location never mixes with market", () => {
  const report = sampleReport(["model"]);
  const fields = exportFields(report, report.overall);
  expect(fields).toMatchObject({
    period_start: "2026-11-19T00:00:00.000Z",
    period_end: "2026-11-22T00:00:00.000Z",
    provider: "mistral_ai",
    model_requested: "mistral-large-latest",
    model_resolved: "mistral-large-2",
    hosting: "purchased service",
    region_or_zone: "FRA",
    requests: 4,
    tokens_estimated_flag: "yes",
    co2e_kg_central: expect.closeTo(0.00342, 15) as number,
    co2e_undivided_kg_high: expect.closeTo(0.00684, 15) as number,
    water_undivided_l: expect.closeTo(0.135, 12) as number,
    energy_kwh_central: expect.closeTo(60 / 3.6e6, 15) as number,
    ghg_scope: "3",
    ghg_category: "1 Purchased goods and services",
    method_tier: "operator_lca",
    requests_share_per_tier: "operator_lca 0.750",
    factor_ids_versions: "mistral-large-2-lca@1",
    catalogue_version: "2026.11",
    catalogue_sha256: "c0ffee",
    boundary: "inference with embodied impacts, without the user's terminal",
    warnings: "extrapolated",
  });
  for (const unknown of [
    "tokens_reasoning",
    "co2e_usage_market_kg",
    "co2e_training_kg",
    "adpe_kg_sb_eq_low",
    "restated_from",
  ]) {
    expect(fields).toHaveProperty(unknown, undefined);
  }
});

test("a model on the organisation's own network is not called scope 3", () => {
  const path = join(temporaryFolder(), "footprint.db");
  writeJournal(path, [sampleRecord({ endpoint: "10.0.0.7:8000" })]);
  const report = reportOf(path, ["model"]);
  expect(exportFields(report, report.overall)).toMatchObject({ hosting: "private endpoint", ghg_scope: undefined });
});

test("CSV has a header, a line per group, and no formula", () => {
  const lines = toCsv(sampleReport()).split("\r\n");
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^group_team,group_model,period_start,period_end,provider,/);
  expect(lines[2]).toContain('"<script>alert(1)</script>|=1+1""",mistral-large-2,');
  const widths = lines.slice(0, 2).map((line) => line.replaceAll(/"[^"]*"/g, "").split(",").length);
  expect(widths[0]).toBe(widths[1]);
  expect(["=1+1", "+1", "-1", "@x", "\tx"].map((text) => csvCell(text))).toEqual([
    "'=1+1",
    "'+1",
    "'-1",
    "'@x",
    "'\tx",
  ]);
  expect([csvCell('a "b", c'), csvCell(undefined), csvCell(-1)]).toEqual(['"a ""b"", c"', "", "-1"]);
});

test("JSON says unknown with null or absence, never with 0", () => {
  const document = JSON.parse(toJson(sampleReport(["model"]))) as {
    overall: Record<string, unknown>;
    lines: unknown[];
  };
  expect(document.overall).not.toHaveProperty("tokens_reasoning");
  expect(document.overall["tokens_cached_input"]).toBe(0);
  expect(document).toMatchObject({
    group_by: ["model"],
    lines: [{ group: { model: "mistral-large-2" }, requests: 4 }],
  });
});

test("the table reads well and holds no control characters", () => {
  const text = toTable(sampleReport(["model"]));
  expect(text).toMatchInlineSnapshot(`
    "Footprint of language model requests, 2026-11-19 to 2026-11-22

    Greenhouse gases (CO2e)               3.42 g (1.71 to 6.84)
    Water consumed                        135 mL
    Electricity                           16.7 mWh (8.33 to 33.3)
    Primary energy                        unknown
    Abiotic resource depletion            unknown
    Requests                              4
    Tokens                                1,500
    Coverage (requests with a footprint)  75 %
    Coverage (tokens of these requests)   100 %
    Stand-in figures (share of requests)  0 %
    Primary data (share of CO2e)          100 %
    Requests with estimated usage         1
    For an inventory                      0.00000342 tCO2e, 0.000135 m³ of water
    Days without a request                1: 2026-11-19

    model            requests  tokens                   CO2e   water              electricity  coverage
    mistral-large-2         4   1,500  3.42 g (1.71 to 6.84)  135 mL  16.7 mWh (8.33 to 33.3)      75 %

    evidence      requests  share of requests  share of CO2e
    operator lca         3               75 %          100 %
    "
  `);
  const path = join(temporaryFolder(), "footprint.db");
  writeJournal(path, [sampleRecord({ labels: { team: "\u001b[31mred" } })]);
  expect(toTable(reportOf(path))).toContain("?[31mred");
});

test("Markdown and HTML take labels as text", () => {
  const report = sampleReport();
  expect(toMarkdown(report)).toContain("&#60;script&#62;alert(1)&#60;/script&#62;&#124;=1+1");
  const html = toHtml(report);
  expect(html).not.toContain("<script");
  expect(html).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
  const address = "https://mistral.ai/news/our-contribution-to-a-global-environmental-standard-for-ai";
  expect(html).toContain(`<a href="${address}" rel="noopener noreferrer">${address}</a>`);
  expect(html.match(/(src|href)=/g)).toHaveLength(1);
});

test("long words of a table wrap, so that nothing is cut off on paper", () => {
  expect(toHtml(sampleReport())).toMatch(/^th, td \{[^}]*overflow-wrap: anywhere;/m);
});

test("only addresses of the web become links, and none breaks out of its attribute", () => {
  const report = sampleReport();
  const linksOf = (url: string) => toHtml({ ...report, factors: [{ id: "f@1", url }] }).match(/<a [^>]*>/g);
  expect(linksOf("http://example.org/?a=1&b='2'")).toStrictEqual([
    '<a href="http://example.org/?a=1&amp;b=&#39;2&#39;" rel="noopener noreferrer">',
  ]);
  expect(linksOf('https://x/"onclick="alert(1)')).toStrictEqual([
    '<a href="https://x/&quot;onclick=&quot;alert(1)" rel="noopener noreferrer">',
  ]);
  for (const url of ["javascript:alert(1)", "data:text/html,x", "see https://example.org", "//example.org"]) {
    expect(linksOf(url)).toBeNull();
  }
});

test("an empty period is said to be empty", () => {
  const path = join(temporaryFolder(), "footprint.db");
  writeJournal(path, []);
  expect(toHtml(reportOf(path))).toContain("No requests were recorded in this period.");
  expect(reportOf(path).overall).toMatchObject({ requests: 0, coverageShare: undefined, primaryDataShare: undefined });
});

test("grouping by what nothing has is refused with a remedy", () => {
  expect(() => sampleReport(["tem"])).toThrow(
    '--group-by: "tem" is unknown. Choose among endpoint, feature, model, operation, outcome, provider, requestedModel, respondedModel, team, zone.',
  );
});

test("quantities have three digits in the unit that suits them", () => {
  expect(
    [0, 0.00000114, 0.00114, 1.14, 1140, 1.14e6, 1.14e9].map((value) => formatQuantity("co2eGrams", value)),
  ).toEqual(["0 g", "1.14 µg", "1.14 mg", "1.14 g", "1.14 kg", "1.14 t", "1,140 t"]);
  expect(formatQuantity("energyJoules", 3.6e6)).toBe("1 kWh");
  expect(formatRange("waterLitres", { low: 20, central: 45, high: 90 })).toBe("45 L (20 to 90)");
});

test("a bound far from the central value has a unit of its own", () => {
  expect(formatRange("co2eGrams", { low: 0.0114, central: 0.0285, high: 264 })).toBe("28.5 mg (11.4 mg to 264 g)");
  expect(formatRange("co2eGrams", { low: 2e-6, central: 1.5, high: 3 })).toBe("1.5 g (2 µg to 3 g)");
  expect(formatRange("co2eGrams", { low: 0, central: 1, high: 1000 })).toBe("1 g (0 to 1,000)");
});

test("plots have round ticks that reach the highest value", () => {
  expect([0, 0.9, 1, 4.2, 10, 37].map(ticksUpTo)).toEqual([
    [0, 1],
    [0, 0.2, 0.4, 0.6, 0.8, 1],
    [0, 0.2, 0.4, 0.6, 0.8, 1],
    [0, 1, 2, 3, 4, 5],
    [0, 2, 4, 6, 8, 10],
    [0, 10, 20, 30, 40],
  ]);
});
