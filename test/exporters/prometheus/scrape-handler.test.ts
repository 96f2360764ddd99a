import { once } from "node:events";
import { createServer, request as httpRequest, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { Registry } from "prom-client";
import { afterEach, describe, expect, test, vi } from "vitest";

import { exposition } from "../../../src/exporters/prometheus/exposition.ts";
import { metricsHandler } from "../../../src/exporters/prometheus/scrape-handler.ts";
import { registerMetrics } from "../../../src/exporters/prometheus/registry.ts";
import type { Exported } from "../../../src/metrics/samples.ts";
import { contribution, key } from "../../totals/contributions.ts";
import { scenarioWith, smallScenario } from "../scenario.ts";

const running: { close(): void }[] = [];
afterEach(() => running.splice(0).forEach((server) => server.close()));

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  running.push(server);
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
}

const ignore = (): void => undefined;

describe("the handler", () => {
  const { metrics } = smallScenario();
  const handler = metricsHandler(metrics, ignore);
  const text = [...exposition(metrics, "text")].join("");

  test.each([
    ["node:http", (request, response) => void handler(request, response)],
    ["express 5", express().get("/metrics", handler) as RequestListener],
  ] satisfies [string, RequestListener][])("answers a scrape under %s", async (_, listener) => {
    const url = await serve(listener);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await response.text()).toBe(text);
    const head = await fetch(url, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
  });

  test("gives OpenMetrics to who asks for it", async () => {
    const url = await serve((request, response) => void handler(request, response));
    const accept = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5";
    const response = await fetch(url, { headers: { accept } });
    expect(response.headers.get("content-type")).toBe("application/openmetrics-text; version=1.0.0; charset=utf-8");
    expect(await response.text()).toBe([...exposition(metrics, "openmetrics")].join(""));
  });

  test.each([
    ["gzip", "gzip"],
    ["deflate, gzip;q=0.5, br", "gzip"],
    ["gzip;q=0", null],
    ["identity", null],
    ["x-gzip-like", null],
  ])("encodes the answer for a scraper that accepts %j as %j", async (accepted, encoding) => {
    const url = await serve((request, response) => void handler(request, response));
    const response = await fetch(url, { headers: { "accept-encoding": accepted } });
    expect([response.headers.get("content-encoding"), response.headers.get("vary")]).toEqual([
      encoding,
      "Accept, Accept-Encoding",
    ]);
    expect(await response.text()).toBe(text);
  });

  test("encodes the application's registry, too", async () => {
    const registry = new Registry();
    registerMetrics(registry, metrics);
    const ofRegistry = metricsHandler(registry, ignore);
    const url = await serve((request, response) => void ofRegistry(request, response));
    const response = await fetch(url, { headers: { "accept-encoding": "gzip" } });
    expect(response.headers.get("content-encoding")).toBe("gzip");
    expect(await response.text()).toBe(await registry.metrics());
  });

  test("gives other work of the process its turn every few milliseconds of a large scrape", async () => {
    const many = scenarioWith({ maxLabelValues: 2000, maxSeries: 2000 });
    for (let team = 0; team < 1800; team += 1) {
      const series = many.totals.series(key(`team-${team}`));
      many.totals.add(series, contribution([["co2eGrams", "usage", 1, 2, 3]]));
    }
    const pieces = [...exposition(many.metrics, "text")].length;
    const url = await serve((request, response) => void metricsHandler(many.metrics, ignore)(request, response));
    // A clock that goes on by a millisecond at each look makes each piece take one.
    let now = 0;
    const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 1));
    let turns = 0;
    const turn = (): void => {
      turns += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    const answer = await fetch(url, { headers: { "accept-encoding": "identity" } });
    await answer.text();
    clearImmediate(next);
    clock.mockRestore();
    expect(pieces).toBeGreaterThan(50);
    expect(turns).toBeGreaterThanOrEqual(Math.floor(pieces / 5));
  });

  test("takes no other method", async () => {
    const url = await serve((request, response) => void handler(request, response));
    const response = await fetch(url, { method: "POST", body: "x" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  test("writes the whole of the application's registry", async () => {
    const registry = new Registry();
    registerMetrics(registry, metrics);
    const ofRegistry = metricsHandler(registry, ignore);
    const url = await serve((request, response) => void ofRegistry(request, response));
    const response = await fetch(url);
    expect(response.headers.get("content-type")).toBe(Registry.PROMETHEUS_CONTENT_TYPE);
    expect(await response.text()).toBe(await registry.metrics());
  });

  test("a scrape that fails is answered without details, and counted", async () => {
    let errors = 0;
    const registry = new Registry();
    registry.metrics = () => Promise.reject(new Error("secret detail"));
    const failing = metricsHandler(registry, () => (errors += 1));
    const url = await serve((request, response) => void failing(request, response));
    const response = await fetch(url);
    expect([response.status, await response.text(), errors]).toEqual([500, "metrics unavailable\n", 1]);
  });

  test("cuts off an answer that fails on the way, rather than let it pass for whole", async () => {
    let errors = 0;
    const [first, ...rest] = metrics;
    const broken: Exported = {
      definition: first!.definition,
      samples: () => {
        throw new Error("gone");
      },
    };
    const failing = metricsHandler([...rest, broken], () => (errors += 1));
    const url = await serve((request, response) => void failing(request, response));
    await expect(fetch(url).then((response) => response.text())).rejects.toThrow();
    expect(errors).toBe(1);
  });

  test("stops writing for a scraper that has gone", async () => {
    const many = scenarioWith({ maxLabelValues: 2000 });
    for (let team = 0; team < 1500; team += 1) {
      const series = many.totals.series(key(`team-${team}`.padEnd(128, "-")));
      many.totals.add(series, contribution([["co2eGrams", "usage", 1, 2, 3]]));
    }
    let settled: Promise<void> | undefined;
    let errors = 0;
    const slow = metricsHandler(many.metrics, () => (errors += 1));
    const url = await serve((request, response) => {
      settled = slow(request, response);
    });
    const request = httpRequest(url).end();
    const [response] = (await once(request, "response")) as [{ destroy(): void }];
    response.destroy();
    await settled;
    expect(errors).toBe(0);
  });
});
