import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium, type Browser } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import { toHtml } from "../../../src/report/html.ts";
import { failedRecord, sampleRecord } from "../../journal/sample-record.ts";
import { temporaryFolder } from "../../journal/temporary-folder.ts";
import { reportOf, writeJournal } from "../../report/sample-report.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hostile = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

let browser: Browser;
beforeAll(async () => {
  const args = ["--no-sandbox", "--disable-quic", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
});
afterAll(() => browser.close());

async function openReport(colorScheme: "light" | "dark", width: number) {
  const folder = temporaryFolder();
  const journal = join(folder, "footprint.db");
  const records = Array.from({ length: 40 }, (_, n) =>
    sampleRecord({
      id: `r${n}`,
      labels: { team: n === 7 ? hostile : `team ${n % 5}` },
      startedAt: new Date(Date.UTC(2026, 10, 19) + n * 6_000_000),
    }),
  );
  writeJournal(journal, [...records, failedRecord({ labels: { team: "team 1" } })]);
  const file = join(folder, "report.html");
  writeFileSync(file, toHtml(reportOf(journal)));
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  const requested: string[] = [];
  page.on("request", (request) => requested.push(request.url()));
  await page.goto(pathToFileURL(file).href);
  return { page, requested };
}

test("the report is one file, takes labels as text, and prints on few pages", async () => {
  const { page, requested } = await openReport("light", 1000);
  expect(requested).toHaveLength(1);
  expect(await page.title()).toBe("Footprint of language model requests, 2026-11-19 to 2026-11-22");
  expect(await page.locator("img, script").count()).toBe(0);
  expect(await page.textContent("main")).toContain("<img src=x onerror=");
  expect(await page.textContent(".card .value")).toBe("45.6 g");
  expect(await page.locator(".plot .bar").count()).toBe(3 + 3 + 6);
  const pdf = await page.pdf({ format: "A4" });
  const pages = pdf.toString("latin1").match(/\/Type \/Page\b/g)?.length;
  expect(pages).toBe(4);
});

for (const [colorScheme, width] of [
  ["light", 1000],
  ["dark", 390],
] as const) {
  test(`axe finds nothing in the report, ${colorScheme}, ${width} pixels wide`, async () => {
    const { page } = await openReport(colorScheme, width);
    await page.evaluate(axe);
    const violations = await page.evaluate(
      "axe.run().then(({ violations }) => violations.map(({ id, nodes }) => [id, nodes[0].html]))",
    );
    expect(violations).toStrictEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
  });
}
