import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { chromium, type Browser, type Page } from "playwright-core";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";

import { explain } from "../../../src/attribution/views/explain.ts";
import type { BudgetState } from "../../../src/budgets/accounts/state.ts";
import { dashboardHandler, type DashboardSources } from "../../../src/dashboard/handler.ts";
import { formatCount, formatQuantity } from "../../../src/report/quantity.ts";
import { liveTotals } from "../../dashboard/live-totals.ts";
import { failedRecord, sampleRecord } from "../../journal/sample-record.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const hostile = `"><img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

const budget: BudgetState = {
  budget: "search",
  criterion: "co2eGrams",
  mode: "warn",
  bound: "central",
  group: { team: hostile },
  limit: 50_000,
  used: { low: 20_000, central: 43_000, high: 90_000 },
  usedRatio: 0.86,
  reserved: 0,
  remaining: 7000,
  windowStart: "2026-11-01T00:00:00Z",
  resetsAt: "2026-12-01T00:00:00Z",
};

const refusing: BudgetState = {
  ...budget,
  mode: "refuse",
  usedRatio: 0.76,
  refused: { requests: 3, lastAt: "2026-11-03T12:00:00Z" },
};

let browser: Browser;
beforeAll(async () => {
  const args = ["--no-sandbox", "--disable-quic", "--disable-background-networking"];
  browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args });
});
afterAll(() => browser.close());

async function open(changes: Partial<DashboardSources> = {}, colorScheme: "light" | "dark" = "light", width = 1280) {
  const live = liveTotals(["team", "feature"]);
  const handler = dashboardHandler({ ...live, budgets: () => [], ...changes });
  const server = createServer((request, response) => void handler(request, response)).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => problems.push(message.text()));
  const foreign: string[] = [];
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  page.on("request", (request) => !request.url().startsWith(origin) && foreign.push(request.url()));
  onTestFinished(async () => {
    await context.close();
    server.closeAllConnections();
    server.close();
  });
  const goto = async (hash = "") => {
    await page.goto(origin + hash);
    await page.waitForSelector("body[data-at]");
  };
  return { live, page, goto, problems, foreign, server };
}

const total = (page: Page, name: string) => page.textContent(`[data-total="${name}"] .value`);

test("the page shows the totals, and a request that ends while it is open", async () => {
  const { live, page, goto, problems, foreign } = await open();
  live.add(sampleRecord());
  live.add(failedRecord());
  await goto();
  const expectTotals = async () => {
    const { overall } = live.totals();
    expect(await total(page, "co2eGrams")).toBe(formatQuantity("co2eGrams", overall.co2eGrams!.central));
    expect(await total(page, "waterLitres")).toBe(formatQuantity("waterLitres", overall.waterLitres!.central));
    expect(await total(page, "energyJoules")).toBe(formatQuantity("energyJoules", overall.energyJoules!.central));
    const { completed, abandoned, failed } = overall.requests;
    expect(await total(page, "requests")).toBe(formatCount(completed + abandoned + failed));
  };
  await expectTotals();
  expect(await total(page, "co2eGrams")).toBe("1.14 g");
  live.add(sampleRecord({ id: "later" }));
  await page.waitForSelector('[data-request="later"]');
  await expectTotals();
  expect(await total(page, "requests")).toBe("3");
  expect([problems, foreign]).toStrictEqual([[], []]);
});

test("labels, models and budgets are text, whatever they hold", async () => {
  const { live, page, goto, problems } = await open({ budgets: () => [budget] });
  live.add(sampleRecord({ labels: { team: hostile, feature: hostile }, model: hostile, requestedModel: hostile }));
  await goto();
  await page.click("#causes label:has-text('model')");
  await page.click("#recent button");
  await page.waitForSelector("#derivation dl");
  expect(await page.title()).toBe("llm-footprint");
  expect(await page.locator("img").count()).toBe(0);
  expect(await page.locator("body script").count()).toBe(0);
  for (const place of ["#causes", "#budgets", "#recent", "#derivation"]) {
    expect([place, await page.textContent(place)]).toStrictEqual([
      place,
      expect.stringContaining("<img src=x onerror="),
    ]);
  }
  expect(problems).toStrictEqual([]);
});

test("a budget's card says its mode and what it refused, and warns of refusals in the present window alone", async () => {
  const refused = { requests: 1234, lastAt: "2026-11-03T12:00:00Z" };
  const states: BudgetState[] = [
    { ...budget, budget: "warns", usedRatio: 0.5 },
    {
      ...budget,
      budget: "before",
      mode: "refuse",
      usedRatio: 0.4,
      refused: { requests: 1, lastAt: "2026-10-31T12:00:00Z" },
    },
    { ...budget, budget: "paper", mode: "shadow", usedRatio: 0.3, refused },
    { ...budget, budget: "now", mode: "refuse", usedRatio: 0.2, refused },
  ];
  const { page, goto, problems } = await open({ budgets: () => states });
  await goto();
  const cards = await Promise.all(
    (await page.locator("#budgets .budget").all()).map(async (card) => {
      const mode = card.locator("p").last();
      return [
        (await card.locator("h3").innerText()).split(" · ")[0],
        (await card.locator(".fill").getAttribute("class"))!.trim(),
        await mode.getAttribute("class"),
        (await mode.innerText()).replace(/, the last .*/, ""),
      ];
    }),
  );
  expect(cards).toStrictEqual([
    ["now", "fill near", "notice", `Refuses: ${formatCount(1234)} requests refused since the process started`],
    ["warns", "fill", "bounds", "Warns."],
    ["before", "fill", "bounds", "Refuses: 1 request refused since the process started"],
    [
      "paper",
      "fill",
      "bounds",
      `Shadow: ${formatCount(1234)} requests would have been refused since the process started`,
    ],
  ]);
  expect(problems).toStrictEqual([]);
});

test("how a request's footprint came about opens and closes with the keyboard, and the focus comes back", async () => {
  const { live, page, goto } = await open({ explain });
  live.add(sampleRecord());
  await goto();
  await page.focus("#recent button");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#derivation[open] a");
  expect(await page.textContent("#derivation")).toContain("mistral.large-2.inference@1.0.0");
  expect(await page.textContent("#derivation .steps")).toContain("1.14 (0.456 to 2.85) g CO2e");
  expect(await page.getAttribute("#derivation a", "href")).toMatch(/^https:/);
  live.add(sampleRecord({ id: "meanwhile" }));
  await page.waitForSelector('[data-request="meanwhile"]', { state: "attached" });
  await page.keyboard.press("Escape");
  expect(await page.evaluate("document.activeElement.closest('tr').dataset.request")).toBe("r1");
});

test("the plot follows the choice of what it shows", async () => {
  const { live, page, goto } = await open();
  live.add(sampleRecord());
  await goto();
  for (const [choice, unit] of [
    ["Water", "L per minute"],
    ["Requests", "requests per minute"],
    ["CO₂e", "per minute"],
  ] as const) {
    await page.click(`#course label:has-text("${choice}")`);
    expect(await page.textContent("#course .u-legend")).toContain(unit);
  }
  expect(await page.getAttribute("#course canvas", "aria-label")).toContain("in the last 5 minutes");
});

test("without requests it says so, and without the server it says that too", async () => {
  const { page, goto, server } = await open();
  await goto();
  expect(await page.textContent("#recent")).toContain("No request has ended since the process started.");
  expect(await total(page, "co2eGrams")).toBe("unknown");
  expect(await page.textContent("#status")).toBe("Live");
  server.closeAllConnections();
  server.close();
  await page.waitForSelector("#status:has-text('Connection lost')");
});

test("share bars stand on tracks of one length, and are as long as their shares", async () => {
  const { live, page, goto } = await open();
  const teams = ["a", "a", "a", "b", "a team with a rather long name that goes on"];
  teams.forEach((team, index) => live.add(sampleRecord({ id: `r${index}`, labels: { team, feature: "" } })));
  await goto();
  const widths = (selector: string) =>
    page.evaluate<number[]>(
      `[...document.querySelectorAll("${selector}")].map((part) => part.getBoundingClientRect().width)`,
    );
  const tracks = await widths("#causes .bar");
  expect(new Set(tracks.map((width) => Math.round(width)))).toHaveLength(1);
  // A bar takes a moment to grow.
  const shares = async () => (await widths("#causes .fill")).map((width) => width / tracks[0]!);
  await expect.poll(async () => (await shares()).map((share) => share.toFixed(1))).toStrictEqual(["0.6", "0.2", "0.2"]);
});

test("the page says since when, on which host and of which application, and asks a journal for a day", async () => {
  const since = new Date("2026-11-01T08:00:00Z");
  const asked: number[] = [];
  const buckets = (from: Date, _to: Date, bucketSeconds: number) => {
    asked.push(bucketSeconds);
    return [{ startSeconds: from.getTime() / 1000 + 7200, requests: 12 }];
  };
  const { live, page, goto, problems } = await open({ application: "shop", past: { since: () => since, buckets } });
  live.add(sampleRecord());
  await goto();
  expect(await page.textContent("#whose")).toMatch(/^shop on \S+, since 1 Nov, \d\d:\d\d$/);
  expect(await page.title()).toBe("shop · llm-footprint");
  await page.click('#course label:has-text("Requests")');
  await page.click('#course label:has-text("1 day")');
  await page.waitForSelector('#course .note:has-text("12 requests in the last day.")');
  expect(asked).toStrictEqual([1800]);
  expect(await page.textContent("#course .u-legend")).toContain("requests per hour");
  expect(problems).toStrictEqual([]);
});

test("of many budgets the ten with least room are shown, and all when asked", async () => {
  const states = Array.from({ length: 180 }, (_, index) => ({
    ...budget,
    group: { team: `team ${index}` },
    usedRatio: index / 180,
  }));
  const { page, goto } = await open({ budgets: () => states });
  await goto();
  expect(await page.locator("#budgets .budget").count()).toBe(10);
  expect(await page.locator("#budgets h3").first().innerText()).toBe("search · team team 179");
  await page.click('#budgets button:has-text("Show all 180")');
  expect(await page.locator("#budgets .budget").count()).toBe(180);
});

test("recent requests can be held still, and shown of one label's value", async () => {
  const { live, page, goto } = await open();
  live.add(sampleRecord({ id: "one", labels: { team: "search", feature: "" } }));
  live.add(sampleRecord({ id: "two", labels: { team: "support", feature: "" } }));
  await goto();
  await page.selectOption("#recent select", "team support");
  expect(await page.locator("#recent tbody tr").count()).toBe(1);
  await page.check("#recent input");
  live.add(sampleRecord({ id: "three", labels: { team: "support", feature: "" } }));
  await page.waitForSelector('[data-total="requests"] .value:has-text("3")');
  expect(await page.locator("#recent tbody tr").count()).toBe(1);
  await page.uncheck("#recent input");
  await page.waitForSelector('[data-request="three"]');
});

test("the address says which label's value is shown, also one that is not there yet, whatever it holds", async () => {
  const { live, page, goto, problems } = await open();
  live.add(sampleRecord({ id: "search", labels: { team: "search", feature: "" } }));
  live.add(sampleRecord({ id: "support", labels: { team: "support", feature: "" } }));
  await goto(`#label=${encodeURIComponent(`team ${hostile}`)}`);
  expect(await page.locator("[data-request]").count()).toBe(0);
  expect(await page.locator("#recent select").inputValue()).toBe(`team ${hostile}`);
  await page.selectOption("#recent select", "team support");
  expect(await page.locator("[data-request]").count()).toBe(1);
  expect(await page.locator('[data-request="support"]').count()).toBe(1);
  expect(problems).toStrictEqual([]);
});

test("on a telephone every part of a request is in the window", async () => {
  const { live, page, goto } = await open({}, "light", 390);
  live.add(sampleRecord());
  await goto();
  for (const part of ["model", "tokens", "CO₂e", "evidence"]) {
    const box = (await page.locator(`#recent td[data-label="${part}"]`).boundingBox())!;
    expect([part, box.x >= 0, box.x + box.width <= 390]).toStrictEqual([part, true, true]);
  }
  const roles = await page.evaluate<string[]>(
    `[...document.querySelectorAll("#recent :is(table, tbody, tr, th, td)")].map((part) => part.tagName + " " + part.getAttribute("role"))`,
  );
  expect(new Set(roles)).toStrictEqual(
    new Set(["TABLE table", "TR row", "TH columnheader", "TBODY rowgroup", "TH rowheader", "TD cell"]),
  );
  const button = (await page.locator("#recent button").boundingBox())!;
  expect(button.x + button.width).toBeLessThanOrEqual(390);
});

for (const [colorScheme, width] of [
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
  ["dark", 390],
  ["light", 720],
] as const) {
  test(`axe finds nothing, ${colorScheme}, ${width} pixels wide; nothing is wider than the window`, async () => {
    const { live, page, goto } = await open(
      { budgets: () => [budget, { ...budget, usedRatio: 1.04 }, refusing] },
      colorScheme,
      width,
    );
    for (let n = 0; n < 30; n++) live.add(sampleRecord({ id: `r${n}`, labels: { team: `team ${n % 7}` } }));
    live.add(failedRecord());
    await goto();
    await page.evaluate(axe);
    const violations = async () =>
      page.evaluate(async () => {
        const { axe } = globalThis as unknown as {
          axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
        };
        return (await axe.run()).violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)]);
      });
    expect(await violations()).toStrictEqual([]);
    expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
    const hidden = await page.evaluate<string[]>(
      "[...document.querySelectorAll('.scroll')].filter((part) => part.scrollWidth > part.clientWidth).map((part) => part.parentElement.id)",
    );
    expect(hidden).toStrictEqual([]);
    await page.click("#recent button");
    await page.waitForSelector("#derivation dl");
    expect(await violations()).toStrictEqual([]);
  });
}
