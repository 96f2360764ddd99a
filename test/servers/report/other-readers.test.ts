// cspell:ignore openpyxl
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";

import { exportFields } from "../../../src/report/fields.ts";
import { toHtml } from "../../../src/report/html.ts";
import { toXlsx } from "../../../src/report/xlsx.ts";
import { failedRecord, sampleRecord } from "../../journal/sample-record.ts";
import { temporaryFolder } from "../../journal/temporary-folder.ts";
import { reportOf, writeJournal } from "../../report/sample-report.ts";
import { pythonEnvironment } from "../python/environment.ts";

/** What a page of A4 holds between its margins, and less than the footer takes. */
const [PAGE_MILLIMETRES, FOOTER_MILLIMETRES] = [265, 8];

let python: string;
let browser: Browser;
beforeAll(async () => {
  python = join(pythonEnvironment("report.txt"), "bin/python");
  const args = ["--no-sandbox", "--disable-quic", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
}, 300_000);
afterAll(() => browser.close());

const readBy = (kind: "xlsx" | "pdf", paths: readonly string[]): unknown =>
  JSON.parse(
    execFileSync(python, [join(import.meta.dirname, "../python/read_report.py"), kind, ...paths], {
      stdio: ["ignore", "pipe", "ignore"],
    }).toString(),
  );

function report(teams: number) {
  const journal = join(temporaryFolder(), "footprint.db");
  const records = Array.from({ length: teams }, (_, n) =>
    sampleRecord({ id: `r${n}`, labels: { team: `team ${n}` }, startedAt: new Date(Date.UTC(2026, 10, 19, 8, n)) }),
  );
  writeJournal(journal, [...records, failedRecord({ labels: { team: "team 1" } })]);
  return reportOf(journal);
}

test("openpyxl finds in the workbook the figures of the report, as numbers", async () => {
  const path = join(temporaryFolder(), "report.xlsx");
  const written = report(3);
  writeFileSync(path, await toXlsx(written));
  const sheets = (readBy("xlsx", [path]) as Record<string, (string | number | null)[][]>[])[0]!;
  const [header, ...rows] = sheets["All fields"]!;
  const expected = written.lines.map(({ group, summary }) =>
    [...group, ...Object.values(exportFields(written, summary))].map((value) => value ?? null),
  );
  const plain = (value: unknown): unknown => (value instanceof Date ? value.toISOString() : value);
  expect(rows).toStrictEqual(expected.map((row) => row.map(plain)));
  expect(header).toHaveLength(rows[0]!.length);
  const [names, ...lines] = sheets["Lines"]!;
  const all = lines.at(-1)!;
  const valueOf = (name: string): unknown => all[names!.indexOf(name)];
  const { requests, impacts } = written.overall;
  expect(valueOf("requests")).toBe(requests);
  expect(valueOf("tCO2e")).toBe(impacts.co2eGrams!.central / 1e6);
  expect(valueOf("m³ water high")).toBe(impacts.waterLitres!.high / 1e3);
  expect(valueOf("kWh low")).toBe(impacts.energyJoules!.low / 3.6e6);
});

test("the footer stands on no page of its own, however long the report is", async () => {
  const page = await browser.newPage({ viewport: { width: 1000, height: 900 } });
  const folder = temporaryFolder();
  const html = toHtml(report(3));
  const paths: string[] = [];
  // The method's last paragraphs are pushed down until they have crossed the end of a page.
  for (let pushed = 0; pushed <= PAGE_MILLIMETRES; pushed += FOOTER_MILLIMETRES) {
    const path = join(folder, `${pushed}.pdf`);
    await page.setContent(html.replace("<main>", `<main><div style="height:${pushed}mm"></div>`));
    await page.pdf({ path, format: "A4" });
    paths.push(path);
  }
  const documents = readBy("pdf", paths) as string[][];
  expect(new Set(documents.map((pages) => pages.length)).size).toBeGreaterThan(1);
  expect(documents.map((pages) => pages.at(-1)!.trim()).filter((text) => text.startsWith("Written "))).toStrictEqual(
    [],
  );
}, 300_000);
