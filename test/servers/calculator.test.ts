import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type BrowserContextOptions } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import { calculatorHandler } from "../../src/calculator/handler.ts";
import { compareModels } from "../../src/attribution/views/compare-models.ts";
import { estimate } from "../../src/attribution/views/estimate.ts";
import { createCatalogue, defaultCatalogue } from "../../src/factors/catalogue.ts";
import { isUsers, type Factor } from "../../src/factors/factor.ts";
import { scale } from "../../src/model/range.ts";
import { formatNumber, formatQuantity } from "../../src/report/quantity.ts";
import { ownFactor } from "../factors/own-factor.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const usage = { inputTokens: 800, outputTokens: 400 };

let browser: Browser;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-quic"] });
});
afterAll(() => browser.close());

async function open(fragment: string, options: BrowserContextOptions = {}, own: readonly Factor[] = []) {
  const handler = calculatorHandler(own);
  const server = createServer((request, response) => void handler(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => problems.push(message.text()));
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/calculator`;
  onTestFinished(async () => {
    await context.close();
    server.close();
    server.closeAllConnections();
    expect(problems).toStrictEqual([]);
    expect(asked).toStrictEqual([url]);
  });
  await page.goto(url + (fragment === "" ? "" : `#${fragment}`));
  await page.locator("#answer .range").first().waitFor();
  return page;
}

test("the calculator shows the numbers of estimate, from the same catalogue, and asks no server", async () => {
  const page = await open("model=gpt-5.5&inputTokens=800&outputTokens=400");
  const { footprint } = estimate({ model: "gpt-5.5", usage });
  for (const criterion of ["co2eGrams", "waterLitres", "energyJoules"] as const) {
    const { low, central, high } = footprint![criterion]!;
    const range = page.locator(`.range[data-criterion="${criterion}"]`);
    expect(await range.locator(".value").textContent()).toBe(formatQuantity(criterion, central));
    expect(await range.locator(".bounds").textContent()).toBe(
      `between ${formatQuantity(criterion, low)} and ${formatQuantity(criterion, high)}`,
    );
  }
  expect(await page.locator("#answer").textContent()).toContain(`Catalogue ${defaultCatalogue().identity}.`);
  await page.locator("details.steps summary").click();
  expect(await page.locator("details.steps .sources li").count()).toBeGreaterThan(10);
});

test("the calculator reckons with factors of one's own that serve was given, as they were measured", async () => {
  const made = ownFactor({
    evidence: "user_measured",
    appliesTo: { models: ["acme/llama"], modality: "text" },
    source: { ...(ownFactor()["source"] as object), title: "</script><!-- a measurement" },
  });
  const catalogue = createCatalogue({ factors: [made] });
  const inputs = new URLSearchParams({ model: "acme/llama", inputTokens: "800", outputTokens: "400" }).toString();
  const page = await open(inputs, {}, catalogue.factors.filter(isUsers));
  const { footprint } = estimate({ model: "acme/llama", usage }, { catalogue });
  expect(footprint!.evidence).toBe("user_measured");
  expect(await page.locator('.range[data-criterion="energyJoules"] .value').textContent()).toBe(
    formatQuantity("energyJoules", footprint!.energyJoules!.central),
  );
  expect(await page.locator("#answer").textContent()).toContain(`Catalogue ${catalogue.identity}.`);
});

test("the calculator's bars are as long as their ranges, on a scale of powers of ten", async () => {
  const page = await open("model=gpt-5.5&inputTokens=800&outputTokens=400");
  const { low, central, high } = estimate({ model: "gpt-5.5", usage }).footprint!.co2eGrams!;
  const [least, most] = [Math.floor(Math.log10(low)), Math.ceil(Math.log10(high))];
  const place = (value: number): number => (Math.log10(value) - least) / (most - least);
  const [band, mark, track] = await Promise.all(
    [".band", ".mark", ".track"].map((name) => page.locator(`[data-criterion="co2eGrams"] ${name}`).boundingBox()),
  );
  expect((band!.x - track!.x) / track!.width).toBeCloseTo(place(low), 2);
  expect(band!.width / track!.width).toBeCloseTo(place(high) - place(low), 2);
  expect((mark!.x - track!.x) / track!.width).toBeCloseTo(place(central), 2);
});

test("the calculator sets two models side by side, with the difference that they do not share", async () => {
  const page = await open("model=gpt-5.5&versus=gpt-5.4&inputTokens=800&outputTokens=400");
  const { ratio } = compareModels("gpt-5.5", "gpt-5.4", usage)!.differences.co2eGrams!;
  expect(await page.locator(".verdict").textContent()).toBe(
    `gpt-5.5 causes ${formatNumber(ratio!.low)} to ${formatNumber(ratio!.high)} times the CO₂e of gpt-5.4.`,
  );
  const values = page.locator('[data-criterion="co2eGrams"] .value');
  expect(await values.allTextContents()).toStrictEqual(
    ["gpt-5.5", "gpt-5.4"].map((model) =>
      formatQuantity("co2eGrams", estimate({ model, usage }).footprint!.co2eGrams!.central),
    ),
  );
  expect(await page.locator("[role=note]").count()).toBe(0);
});

test("the calculator warns of two models by two methods, and shows both by energy when asked", async () => {
  const page = await open("model=gpt-5.5&versus=mistral-large-2407&inputTokens=800&outputTokens=400");
  await page.getByRole("button", { name: "Show both by energy" }).click();
  await expect.poll(() => page.locator("[role=note]").count()).toBe(0);
  const expected = estimate({ model: "mistral-large-2407", usage }, { methodology: "energy" });
  expect(await page.locator('[data-criterion="co2eGrams"] .value').nth(1).textContent()).toBe(
    formatQuantity("co2eGrams", expected.footprint!.co2eGrams!.central),
  );
  expect(page.url()).toContain("methodology=energy");
});

test("the calculator follows the keyboard, and its address holds what was typed", async () => {
  const page = await open("");
  await page.keyboard.press("Tab");
  expect(await page.evaluate("document.activeElement.id")).toBe("model");
  await page.keyboard.type("mistral-large-2407");
  await page.locator("#zone").fill("SWE");
  await page.locator("#more summary").press("Enter");
  await page.locator("#requests").fill("1000");
  await expect.poll(() => page.url()).toContain("zone=SWE&requests=1000");
  const range = scale(estimate({ model: "mistral-large-2407", usage }, { zone: "SWE" }).footprint!.co2eGrams!, 1000);
  await expect
    .poll(() => page.locator('[data-criterion="co2eGrams"] .value').textContent())
    .toBe(formatQuantity("co2eGrams", range.central));
  expect(await page.locator("#said").textContent()).toMatch(/^mistral-large-2407: .* of CO2e\.$/);
  const copy = await open(page.url().split("#")[1]!);
  expect(await copy.locator("#answer").textContent()).toBe(await page.locator("#answer").textContent());
  await page.locator("#zone").fill("Mars");
  await expect.poll(() => page.locator("#answer .notice").textContent()).toContain('expected a zone, got "Mars"');
});

test("the calculator takes a link for text, never for markup", async () => {
  const hostile = `"><img src=x onerror="document.title='owned'">`;
  const page = await open(
    `model=${encodeURIComponent(hostile)}&outputTokens=400&versus=${encodeURIComponent(hostile)}`,
  );
  expect(await page.locator("#answer img").count()).toBe(0);
  expect(await page.title()).toBe("Footprint calculator for language models");
});

test.for([
  ["light", 1440],
  ["dark", 768],
  ["light", 390],
  ["dark", 390],
] as const)(
  "axe finds nothing in the calculator, %s, %i pixels wide; nothing is wider than the window",
  async ([colorScheme, width]) => {
    const page = await open("model=gpt-5.5&versus=gpt-5.4&inputTokens=800&outputTokens=400", {
      colorScheme,
      viewport: { width, height: 900 },
      // Injected to look at the page, which lets nothing else run.
      bypassCSP: true,
    });
    for (const summary of await page.locator("summary").all()) await summary.click();
    await page.evaluate(axe);
    const violations = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
      };
      return (await axe.run()).violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
    });
    expect(violations).toStrictEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  },
);

test("the calculator prints its answer with all steps, without the form", async () => {
  const page = await open("model=gpt-5.5&inputTokens=800&outputTokens=400");
  await page.evaluate('dispatchEvent(new Event("beforeprint"))');
  await page.emulateMedia({ media: "print" });
  expect(await page.locator("#inputs").isVisible()).toBe(false);
  expect(await page.locator(".sources li").first().isVisible()).toBe(true);
  expect(await page.locator("#address").textContent()).toBe(page.url());
});
