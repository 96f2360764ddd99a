/**
 * The cost of the exposition against prom-client's own, in one process, in turn (AB BA), with an A/A control.
 *
 *     node --expose-gc bench/exposition.ts [--quick]
 */
import { fork } from "node:child_process";
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { Counter, Histogram, Registry } from "prom-client";

import { exposition } from "../src/exporters/prometheus/exposition.ts";
import { metricsHandler } from "../src/exporters/prometheus/scrape-handler.ts";
import { registerMetrics } from "../src/exporters/prometheus/registry.ts";
import { exported } from "../src/metrics/samples.ts";
import { newAmounts, offsetOfSlot } from "../src/model/amounts.ts";
import { createTotals, type Contribution, type Totals } from "../src/totals/totals.ts";

const gc = (globalThis as { gc?: () => void }).gc;
if (!gc) throw new Error("run with --expose-gc");

/** Cells as the energy engine fills them: two phases of CO2e, water, primary energy and ADPe, one of energy. */
const SLOTS_FILLED = [0, 1, 4, 5, 8, 10, 11, 12, 13];
const amounts = newAmounts();
let slots = 0;
for (const slot of SLOTS_FILLED) {
  slots |= 1 << slot;
  amounts.set([0.1, 0.2, 0.4], offsetOfSlot(slot));
}
const contribution: Contribution = {
  outcome: "completed",
  attempts: 1,
  durationSeconds: 1.7,
  timeToFirstTokenSeconds: 0.3,
  usage: { inputTokens: 812, cacheReadTokens: 100, outputTokens: 137 },
  usageSource: "reported",
  amounts,
  slots,
  evidence: "modelled",
};

function filled(labelSets: number): Totals {
  const totals = createTotals({
    labelNames: ["team", "feature"],
    maxLabelValues: 100_000,
    maxSeries: 1_000_000,
    zeroHoldSeconds: 0,
    now: Date.now,
  });
  for (let index = 0; index < labelSets; index += 1) {
    const labels = { team: `team-${index % 50}`, feature: `feature-${Math.floor(index / 50)}` };
    totals.add(
      totals.series({ provider: "openai", model: `gpt-${index % 10}`, operation: "chat", labels }),
      contribution,
    );
  }
  return totals;
}

const exportedOf = (totals: Totals) =>
  exported({ totals, version: "0.0.0", startedAtSeconds: 0, catalogue: { version: "1", publishedAt: new Date(0) } });

const countLines = (text: string): number =>
  text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).length;

const textOf = (totals: Totals): string => [...exposition(exportedOf(totals), "text")].join("");

/** The same lines held by prom-client's own counters and histograms. */
async function equalPromClient(totals: Totals): Promise<Registry> {
  const registry = new Registry();
  for (const { definition, samples } of exportedOf(totals)) {
    const { name, help } = definition;
    const all = [...samples()];
    if (all.length === 0) continue;
    const labelNames = [
      ...new Set(all.flatMap(({ labels, sharedLabels }) => Object.keys({ ...sharedLabels, ...labels }))),
    ];
    if (definition.origin.of === "histogram") {
      const histogram = new Histogram({
        name,
        help,
        labelNames: ["provider", "model"],
        buckets: [...definition.origin.buckets],
        registers: [registry],
      });
      for (const model of totals.models) histogram.observe({ ...model.labels }, 1);
    } else {
      const counter = new Counter({ name, help, labelNames, registers: [registry] });
      for (const { labels, sharedLabels, value } of all) counter.inc({ ...sharedLabels, ...labels }, value);
    }
  }
  await registry.metrics();
  return registry;
}

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function milliseconds(run: () => Promise<void> | void): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

async function heapOf<Value>(make: () => Value | Promise<Value>): Promise<[Value, number]> {
  gc!();
  gc!();
  const before = process.memoryUsage();
  const value = await make();
  gc!();
  gc!();
  const after = process.memoryUsage();
  return [value, after.heapUsed + after.arrayBuffers - before.heapUsed - before.arrayBuffers];
}

async function compare(labelSets: number, rounds: number): Promise<void> {
  await heapOf(() => filled(10));
  const [totals, heap] = await heapOf(() => filled(labelSets));
  const lines = countLines(textOf(totals));
  const [prom, promHeap] = await heapOf(() => equalPromClient(totals));
  const promLines = countLines(await prom.metrics());
  const theirs = new Registry();
  registerMetrics(theirs, exportedOf(totals));
  const metrics = exportedOf(totals);
  const subjects: Record<string, () => Promise<void> | void> = {
    "prom-client": async () => void Buffer.from(await prom.metrics()),
    "prom-client again (A/A)": async () => void Buffer.from(await prom.metrics()),
    "ours through its registry": async () => void Buffer.from(await theirs.metrics()),
    "ours, own writer": () => {
      for (const piece of exposition(metrics, "text")) Buffer.from(piece);
    },
  };
  const times = new Map(Object.keys(subjects).map((name) => [name, [] as number[]]));
  for (let round = -3; round < rounds; round += 1) {
    const order = Object.entries(subjects);
    if (round % 2 !== 0) order.reverse();
    for (const [name, run] of order) {
      const took = await milliseconds(run);
      if (round >= 0) times.get(name)!.push(took);
    }
  }
  console.log(`\n${lines} lines (${labelSets} label sets; prom-client ${promLines} lines)`);
  for (const [name, values] of times) console.log(`  ${name.padEnd(28)} ${median(values).toFixed(2)} ms`);
  console.log(
    `  heap per line: ours ${(heap / lines).toFixed(1)} B (${(heap / labelSets).toFixed(0)} B per label set), prom-client ${(promHeap / promLines).toFixed(1)} B`,
  );
}

/** Serves 100,000 lines in this process and prints by how much resident memory peaked above the start. */
async function serve(whose: string): Promise<void> {
  const totals = filled(4_000);
  const source = whose === "ours" ? exportedOf(totals) : await equalPromClient(totals);
  const handler = metricsHandler(source, () => undefined);
  const server = createServer((request, response) => void handler(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  gc!();
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 1);
  process.send!((server.address() as AddressInfo).port);
  await once(process, "message");
  clearInterval(sampling);
  console.log(`  ${whose.padEnd(28)} +${((Math.max(peak, process.memoryUsage.rss()) - before) / 1e6).toFixed(0)} MB`);
  server.close();
  process.disconnect();
}

/** The server stands in a process of its own, so that what the scraper reads does not count. */
async function scrapeMemory(whose: string): Promise<void> {
  const server = fork(import.meta.filename, ["--serve", whose], { execArgv: ["--expose-gc"] });
  const [port] = (await once(server, "message")) as [number];
  for (let scrape = 0; scrape < 10; scrape += 1) await (await fetch(`http://127.0.0.1:${port}/`)).bytes();
  server.send("done");
  await once(server, "close");
}

function addCost(rounds: number): void {
  const totals = filled(1000);
  const key = {
    provider: "openai",
    model: "gpt-3",
    operation: "chat",
    labels: { team: "team-3", feature: "feature-7" },
  };
  for (let index = 0; index < rounds; index += 1) totals.series(key);
  let start = performance.now();
  for (let index = 0; index < rounds; index += 1) totals.series(key);
  const find = ((performance.now() - start) / rounds) * 1e6;
  const series = totals.series(key);
  for (let index = 0; index < rounds; index += 1) totals.add(series, contribution);
  start = performance.now();
  for (let index = 0; index < rounds; index += 1) totals.add(series, contribution);
  const add = ((performance.now() - start) / rounds) * 1e6;
  console.log(`series() ${find.toFixed(0)} ns warm, add() ${add.toFixed(0)} ns`);
}

if (process.argv[2] === "--serve") {
  await serve(process.argv[3]!);
} else {
  const quick = process.argv.includes("--quick");
  addCost(quick ? 1 : 1_000_000);
  await compare(400, quick ? 1 : 60);
  if (quick) process.exit();
  await compare(4_000, 12);
  console.log("\nresident memory at its peak over 10 scrapes of 100,000 lines over HTTP");
  for (const whose of ["ours", "prom-client"]) await scrapeMemory(whose);
}
