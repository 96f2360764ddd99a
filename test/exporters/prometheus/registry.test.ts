import * as successor from "@prometheus-io/client";
import * as promClient from "prom-client";
import { describe, expect, test } from "vitest";

import { METRICS } from "../../../src/metrics/metrics.ts";
import { exposition } from "../../../src/exporters/prometheus/exposition.ts";
import { registerMetrics, type PrometheusRegistry } from "../../../src/exporters/prometheus/registry.ts";
import { ConfigurationError } from "../../../src/model/errors.ts";
import { contribution, key } from "../../totals/contributions.ts";
import { scenarioWith, smallScenario } from "../scenario.ts";

const ignore = (): void => undefined;

/** Samples as a set of `name{sorted labels} value`. */
function samplesOf(text: string): string[] {
  return text
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const [, name, labels = "", value] = /^([a-z0-9_]+)(?:\{(.*)\})? (\S+)$/.exec(line)!;
      return `${name}{${(labels.match(/\w+="(?:[^"\\]|\\.)*"/g) ?? []).sort().join(",")}} ${value}`;
    })
    .sort();
}

describe.each([
  ["prom-client 15", promClient],
  ["@prometheus-io/client 0.16", successor],
] as const)("%s", (_, client) => {
  const newRegistry = (contentType?: string) =>
    new (client.Registry as unknown as new (contentType?: string) => promClient.Registry)(contentType);

  test("shows the same samples as the own writer", async () => {
    const { metrics } = smallScenario();
    const registry = newRegistry();
    registerMetrics(registry, metrics);
    expect(samplesOf(await registry.metrics())).toEqual(samplesOf([...exposition(metrics, "text")].join("")));
  });

  test("as OpenMetrics, and as text again, loses no _total", async () => {
    const { metrics } = smallScenario();
    const registry = newRegistry();
    registerMetrics(registry, metrics);
    const text = await registry.metrics();
    registry.setContentType(client.Registry.OPENMETRICS_CONTENT_TYPE as never);
    const openMetrics = await registry.metrics();
    expect(samplesOf(openMetrics)).toEqual(samplesOf(text));
    expect(openMetrics).toContain("# TYPE llm_footprint_co2e_grams counter\n");
    registry.setContentType(client.Registry.PROMETHEUS_CONTENT_TYPE);
    expect(await registry.metrics()).toBe(text);
  });

  test("adds the application's default labels, and ours win", async () => {
    const { metrics } = smallScenario();
    const registry = newRegistry();
    registry.setDefaultLabels({ pod: "a-1", team: "default" });
    registerMetrics(registry, metrics);
    const line = (await registry.metrics())
      .split("\n")
      .find((each) => each.startsWith("llm_footprint_attempts_total"))!;
    expect(line).toContain('pod="a-1"');
    expect(line).toContain('team="search"');
    expect(line).not.toContain('team="default"');
  });

  test("reads the totals at each scrape, and a reset of the registry does not clear them", async () => {
    const { totals, metrics } = scenarioWith();
    const registry = newRegistry();
    registerMetrics(registry, metrics);
    const attempts = async () => /^llm_footprint_attempts_total\{.*\} (\d+)$/m.exec(await registry.metrics())?.[1];
    expect(await attempts()).toBeUndefined();
    totals.add(totals.series(key("search")), contribution([]));
    expect(await attempts()).toBe("1");
    registry.resetMetrics();
    totals.add(totals.series(key("search")), contribution([]));
    expect(await attempts()).toBe("2");
  });

  test("joins workers: counters are summed, facts are not", async () => {
    const worker = async () => {
      const registry = newRegistry();
      registerMetrics(registry, smallScenario().metrics);
      return registry.getMetricsAsJSON();
    };
    const aggregate = (client === promClient ? promClient.AggregatorRegistry : successor.Registry) as unknown as {
      aggregate(metrics: unknown[]): promClient.Registry;
    };
    const text = await aggregate.aggregate([await worker(), await worker()]).metrics();
    const co2e = /^llm_footprint_co2e_grams_total\{[^}]*phase="undivided"[^}]*\} (.*)$/m;
    expect(co2e.exec(text)?.[1]).toBe("2.28");
    expect(text).toContain('llm_footprint_build_info{version="0.1.0"} 1');
    expect(text).toMatch(/llm_footprint_request_duration_seconds_count\{[^}]*mistral_ai[^}]*\} 4/);
  });

  test("a second meter on the same registry is refused, with nothing changed", async () => {
    const registry = newRegistry();
    registerMetrics(registry, smallScenario().metrics);
    const before = await registry.metrics();
    const again = () => registerMetrics(registry, scenarioWith().metrics);
    expect(again).toThrow(ConfigurationError);
    expect(again).toThrow("already registered by another meter");
    expect(await registry.metrics()).toBe(before);
  });

  test("a name that something else has taken is refused, and nothing of ours is left behind", () => {
    const registry = newRegistry();
    new promClient.Counter({ name: "llm_footprint_build_info", help: "x", registers: [registry] });
    expect(() => registerMetrics(registry, scenarioWith().metrics)).toThrow("by something else");
    expect(registry.getMetricsAsArray()).toHaveLength(1);
  });

  test("closing takes our metrics out, and only ours", () => {
    const registry = newRegistry();
    new promClient.Counter({ name: "own_total", help: "x", registers: [registry] });
    const unregister = registerMetrics(registry, scenarioWith().metrics);
    unregister();
    expect(registry.getMetricsAsArray()).toHaveLength(1);
    registerMetrics(registry, scenarioWith().metrics);
    unregister();
    expect(registry.getSingleMetric("llm_footprint_build_info")).toBeDefined();
  });

  test("a reader that throws is counted and leaves the rest of the scrape whole", async () => {
    const { totals, metrics } = scenarioWith({}, [
      () => {
        throw new Error("budget store is gone");
      },
    ]);
    const registry = newRegistry();
    registerMetrics(registry, metrics);
    expect(await registry.metrics()).toContain('llm_footprint_build_info{version="0.1.0"} 1');
    const added = Object.values(METRICS).filter(({ origin }) => origin.of === "added");
    expect(totals.errors.get("exporter")).toBe(added.length);
  });
});

test("a value that is not a registry is refused", () => {
  const notOne = { registerMetric: ignore } as unknown as PrometheusRegistry;
  expect(() => registerMetrics(notOne, [])).toThrow("createMeter.registry");
});
