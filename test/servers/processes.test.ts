import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { once } from "node:events";
import { fork, type ChildProcess } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { setTimeout as delay } from "node:timers/promises";
import { createMeter, type Meter } from "llm-footprint";
import { Pushgateway, Registry } from "prom-client";
import { afterEach, expect, test } from "vitest";
import { dump as stringify } from "js-yaml";

import { freePort, startServer, type ServerProcess } from "../../grafana/stack/server-process.ts";
import { startPrometheus } from "../../grafana/stack/servers.ts";

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Prometheus with these targets, as a function that asks it for one number. */
async function scraping(
  targets: readonly string[],
  honorLabels = false,
): Promise<(query: string) => Promise<number | undefined>> {
  const directory = mkdtempSync(join(tmpdir(), "llm-footprint-processes-"));
  stops.push(() => rmSync(directory, { recursive: true }));
  const configuration = join(directory, "prometheus.yml");
  const job = { job_name: "app", honor_labels: honorLabels, static_configs: [{ targets }] };
  const global = { scrape_interval: "100ms", scrape_timeout: "100ms" };
  writeFileSync(configuration, stringify({ global, scrape_configs: [job] }));
  const prometheus = await startPrometheus(directory, configuration);
  stops.push(() => prometheus.stop());
  return async (query) => {
    const url = `${prometheus.url}/api/v1/query?query=${encodeURIComponent(query)}`;
    const { data } = (await (await fetch(url)).json()) as { data: { result: { value: [number, string] }[] } };
    return data.result[0] === undefined ? undefined : Number(data.result[0].value[1]);
  };
}

async function until(expected: number, read: () => Promise<number | undefined>): Promise<void> {
  const giveUpAt = Date.now() + 20_000;
  let found: number | undefined;
  while (Date.now() < giveUpAt) {
    found = await read();
    if (found === expected) return;
    await delay(50);
  }
  expect(found).toBe(expected);
}

/** @param current the meter whose metrics are served; another one after a restart */
async function serving(current: () => Meter): Promise<string> {
  const server = createServer((request, response) => void current().metricsHandler()(request, response)).listen(
    0,
    "127.0.0.1",
  );
  await once(server, "listening");
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const report = { provider: "mistral_ai", model: "mistral-large-2411", operation: "chat", usage: { outputTokens: 400 } };

const meterOf = (): Meter => createMeter({ zeroHoldSeconds: 0 });

const CO2E = "sum(llm_footprint_co2e_grams_total)";
const perReport = (): number => {
  const meter = meterOf();
  meter.record(report);
  return meter.totals().overall.co2eGrams!.central;
};

test("replicas, each a target of its own: the sum over them is the total", async () => {
  const meters = [meterOf(), meterOf(), meterOf()];
  const ask = await scraping(await Promise.all(meters.map((meter) => serving(() => meter))));
  for (const [index, meter] of meters.entries()) {
    for (let request = 0; request <= index; request += 1) meter.record(report);
  }
  await until(6, () => ask("sum(llm_footprint_requests_total)"));
  expect(await ask(CO2E)).toBeCloseTo(6 * perReport(), 12);
});

/** A worker of a cluster, or a thread: sends each request's usage to the primary as it ends. */
const SENDER = `
const send = process.send?.bind(process) ?? (await import("node:worker_threads")).parentPort.postMessage.bind((await import("node:worker_threads")).parentPort);
for (let request = 0; request < 4; request += 1) send({ provider: "mistral_ai", model: "mistral-large-2411", operation: "chat", usage: { outputTokens: 400 } });
setInterval(() => {}, 1000);
`;

test("cluster workers and threads that send each request to the primary: a worker's death takes nothing back", async () => {
  const directory = mkdtempSync(join(tmpdir(), "llm-footprint-workers-"));
  stops.push(() => rmSync(directory, { recursive: true }));
  const sender = join(directory, "sender.mjs");
  writeFileSync(sender, SENDER);
  const meter = meterOf();
  const ask = await scraping([await serving(() => meter)]);
  const requests = () => ask("sum(llm_footprint_requests_total)");
  const take = (message: unknown): unknown => meter.record(message as typeof report);
  const start = (): ChildProcess => {
    const worker = fork(sender).on("message", take);
    stops.push(() => worker.kill());
    return worker;
  };
  const doomed = start();
  start();
  await until(8, requests);
  doomed.kill("SIGKILL");
  await once(doomed, "exit");
  start();
  await until(12, requests);
  const thread = new Worker(sender).on("message", take);
  stops.push(() => thread.terminate());
  await until(16, requests);
  expect(await ask(CO2E)).toBeCloseTo(16 * perReport(), 12);
  // Never less than before: a fall would be counted a second time as a restart.
  expect(await ask("resets(llm_footprint_attempts_total[5m])")).toBe(0);
});

test("short jobs that push under a grouping of their own: the sum over the gateway is the total", async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const gateway: ServerProcess = await startServer(
    "prometheus-pushgateway",
    [`--web.listen-address=${address}`],
    `http://${address}`,
    "/-/ready",
  );
  stops.push(() => gateway.stop());
  for (const run of ["1", "2", "3"]) {
    const registry = new Registry();
    const meter = createMeter({ registry, zeroHoldSeconds: 0 });
    meter.record(report);
    await new Pushgateway(gateway.url, {}, registry).push({ jobName: "nightly", groupings: { run } });
    await meter.close();
  }
  const ask = await scraping([address], true);
  await until(3, () => ask("sum(llm_footprint_requests_total)"));
  expect(await ask(CO2E)).toBeCloseTo(3 * perReport(), 12);
});

test("a restart is a reset of the counters, and nothing else", async () => {
  let meter = meterOf();
  const ask = await scraping([await serving(() => meter)]);
  const completed = () => ask('llm_footprint_requests_total{outcome="completed"}');
  for (let request = 0; request < 5; request += 1) meter.record(report);
  await until(5, completed);
  // The counter begins at zero again: Prometheus takes the fall for the restart that it is.
  await meter.close();
  meter = meterOf();
  meter.record(report);
  await until(1, completed);
  expect(await ask('resets(llm_footprint_requests_total{outcome="completed"}[5m])')).toBe(1);
});
