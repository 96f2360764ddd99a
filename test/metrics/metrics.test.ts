import { describe, expect, test } from "vitest";

import { PREFIX, type MetricDefinition } from "../../src/metrics/metric.ts";
import { METRICS } from "../../src/metrics/metrics.ts";

const metrics: readonly MetricDefinition[] = Object.values(METRICS);

describe("the metric table", () => {
  test("has each name once", () => {
    expect(new Set(metrics.map(({ name }) => name)).size).toBe(metrics.length);
  });

  test.each(metrics.map((metric) => [metric.name, metric] as const))("%s follows the conventions", (name, metric) => {
    expect(name).toMatch(new RegExp(`^${PREFIX}[a-z0-9]+(_[a-z0-9]+)*$`));
    expect(name.endsWith("_total")).toBe(metric.type === "counter");
    if (metric.unit) expect(name.replace(/_total$/, "")).toMatch(new RegExp(`_${metric.unit}$`));
    expect(metric.help).toMatch(/^[A-Z].*\.$/);
    if (metric.unit && metric.unit !== "ratio") expect(metric.help.toLowerCase()).toContain(metric.unit);
    if (name.endsWith("_info")) expect(metric.aggregator).toBe("first");
  });
});
