import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import OpenAI from "openai";
import { Registry } from "prom-client";
import { afterEach, describe, expect, test, vi } from "vitest";

import { ConfigurationError, createMeter, type Meter } from "../../src/index.ts";

const REPORT = { provider: "openai", model: "gpt-4o", operation: "chat", usage: { outputTokens: 400 } };

async function served(listener: RequestListener, path: string): Promise<Response> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    const response = await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    await response.clone().text();
    return response;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("the meter's exposition", () => {
  const requestsLine = /^llm_footprint_requests_total\{.*outcome="completed".*\} 1$/m;
  const metered = (registry?: Registry): Meter => {
    const meter = createMeter({ zeroHoldSeconds: 0, ...(registry && { registry }) });
    meter.record(REPORT);
    return meter;
  };

  test("metrics() gives the text that a scrape gets", async () => {
    const text = await metered().metrics();
    expect(text).toMatch(requestsLine);
    expect(text).toContain(
      'llm_footprint_tokens_total{provider="openai",model="gpt-4o",operation="chat",token_type="output"} 400',
    );
  });

  test("metrics() gives the whole registry where there is one", async () => {
    const registry = new Registry();
    expect(await metered(registry).metrics()).toMatch(requestsLine);
  });

  test("handleMetrics() answers a platform Request in the format that it accepts", async () => {
    const meter = metered();
    const url = "http://application/metrics";
    const text = await meter.handleMetrics(new Request(url));
    expect([text.status, text.headers.get("content-type")]).toStrictEqual([
      200,
      "text/plain; version=0.0.4; charset=utf-8",
    ]);
    expect(await text.text()).toMatch(requestsLine);
    const openMetrics = await meter.handleMetrics(
      new Request(url, { headers: { accept: "application/openmetrics-text;version=1.0.0" } }),
    );
    expect(openMetrics.headers.get("content-type")).toContain("application/openmetrics-text");
    expect(await openMetrics.text()).toMatch(/# EOF\n$/);
    const head = await meter.handleMetrics(new Request(url, { method: "HEAD" }));
    expect([head.status, await head.text()]).toStrictEqual([200, ""]);
    expect((await meter.handleMetrics(new Request(url, { method: "POST" }))).status).toBe(405);
  });

  test("handleMetrics() answers 500 without details when the registry throws, and counts it", async () => {
    const registry = new Registry();
    const meter = metered(registry);
    vi.spyOn(registry, "metrics").mockRejectedValue(new Error("secret"));
    const answer = await meter.handleMetrics(new Request("http://application/metrics"));
    expect([answer.status, await answer.text()]).toStrictEqual([500, "metrics unavailable\n"]);
    expect(meter.totals().errors).toMatchObject({ exporter: 1 });
  });
});

test("a page without options is one page, however often it is asked for", async () => {
  const meter = createMeter();
  const page = meter.dashboard();
  expect(meter.dashboard()).toBe(page);
  expect(meter.dashboard({ application: "shop" })).not.toBe(page);
  await meter.close();
});

describe("methods taken off the meter", () => {
  test("a destructured dashboard shows the totals", async () => {
    const { dashboard, record, close } = createMeter();
    const page = dashboard();
    record(REPORT);
    const response = await served((request, answer) => void page(request, answer), "/snapshot.json");
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ overall: { requests: { completed: 1 } } });
    await close();
  });

  test("every other destructured method works", async () => {
    const {
      wrap,
      unwrap,
      fetch,
      record,
      explain,
      withLabels,
      measure,
      on,
      totals,
      budgets,
      metrics,
      metricsHandler,
      flush,
      close,
    } = createMeter({ labels: ["team"] });
    const seen: string[] = [];
    on("request", ({ model }) => seen.push(model));
    const client = new OpenAI({ apiKey: "none" });
    expect(unwrap(wrap(client))).toBe(client);
    expect(fetch()).toBeTypeOf("function");
    const recorded = withLabels({ team: "search" }, () => record(REPORT))!;
    expect(recorded.labels).toStrictEqual({ team: "search" });
    expect(explain(recorded).steps).not.toHaveLength(0);
    expect((await measure(() => 7)).result).toBe(7);
    expect([totals().labelSets.length, budgets().length]).toStrictEqual([1, 0]);
    expect(await metrics()).toContain("llm_footprint_requests_total");
    expect((await served((request, answer) => void metricsHandler()(request, answer), "/metrics")).status).toBe(200);
    await flush();
    expect(seen).toStrictEqual(["gpt-4o"]);
    await close();
  });
});

describe("the meter misused", () => {
  test("metricsHandler handed to a server without the call names the call", () => {
    const meter = createMeter();
    const handler = meter.metricsHandler as unknown as (request: object, response: object) => void;
    expect(() => handler({}, {})).toThrow(ConfigurationError);
    expect(() => handler({}, {})).toThrow(/metricsHandler: expected no arguments, got 2.*meter\.metricsHandler\(\)/);
  });

  test("fetch(null) names what it takes", () => {
    const meter = createMeter();
    expect(() => meter.fetch(null as never)).toThrow(ConfigurationError);
    expect(() => meter.fetch(null as never)).toThrow(
      /fetch: expected an object of options, got null.*meter\.fetch\(\{ fetch \}\)/,
    );
  });

  test("wrap() after close() warns once and returns the client unobserved", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
    const meter = createMeter();
    await meter.close();
    const client = new OpenAI({ apiKey: "none" });
    const before = Object.getOwnPropertyNames(client);
    expect(meter.wrap(client)).toBe(client);
    expect(meter.wrap(client)).toBe(client);
    expect(Object.getOwnPropertyNames(client)).toStrictEqual(before);
    expect(warned.mock.calls.map(([message]) => message)).toStrictEqual([
      "llm-footprint: a client was wrapped after close(), so its requests are not metered",
    ]);
  });

  test.for<[name: string, report: unknown, says: RegExp]>([
    [
      "a provider's own usage names",
      { ...REPORT, usage: { input_tokens: 5 } },
      /usage\.input_tokens: expected one of inputTokens,/,
    ],
    [
      "half a token",
      { ...REPORT, usage: { outputTokens: 0.5 } },
      /usage\.outputTokens: expected a whole number, 0 or more, got 0\.5/,
    ],
    ["no model", { ...REPORT, model: undefined }, /model: expected a name, got undefined/],
    [
      "an unknown outcome",
      { ...REPORT, outcome: "done" },
      /outcome: expected completed, abandoned, failed, got "done"/,
    ],
    [
      "a getter that throws",
      {
        get provider() {
          throw new Error("secret");
        },
      },
      /reading its properties throws$/,
    ],
  ])("record() with %s is counted, and warned of with what was expected", ([, report, says]) => {
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue();
    const meter = createMeter();
    expect(meter.record(report as never)).toBeUndefined();
    expect(meter.record(report as never)).toBeUndefined();
    expect(meter.totals()).toMatchObject({ labelSets: [], errors: { record: 2 } });
    expect(warned.mock.calls).toHaveLength(1);
    expect(warned.mock.calls[0]![0]).toMatch(says);
  });
});
