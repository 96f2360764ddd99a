import { describe, expect, test } from "vitest";

import { createMeter } from "../../../src/index.ts";
import { instrumentOf } from "../../../src/exporters/opentelemetry/instrument-names.ts";
import type { MetricDefinition } from "../../../src/metrics/metric.ts";
import { METRICS } from "../../../src/metrics/metrics.ts";
import { ConfigurationError } from "../../../src/model/errors.ts";
import { footprintMetrics } from "../../../src/opentelemetry.ts";

/** The names of units that translators write out; a unit in braces is dropped. */
const UNIT_NAMES: Readonly<Record<string, string>> = { g: "grams", J: "joules", s: "seconds" };

/** As the specification translates an instrument's name: dots, then the unit, then `_total` for a counter. */
function translated(name: string, unit: string, type: MetricDefinition["type"]): string {
  const words = name.replaceAll(".", "_");
  const withUnit = UNIT_NAMES[unit] === undefined ? words : `${words}_${UNIT_NAMES[unit]}`;
  return type === "counter" ? `${withUnit}_total` : withUnit;
}

test.for(Object.values<MetricDefinition>(METRICS).map((metric) => [metric.name, metric] as const))(
  "the instrument of %s is translated to that name again",
  ([name, metric]) => {
    const instrument = instrumentOf(metric);
    expect(translated(instrument.name, instrument.unit, metric.type)).toBe(name);
  },
);

describe("footprintMetrics()", () => {
  test("refuses what is not a meter", () => {
    expect(() => footprintMetrics({})).toThrow(ConfigurationError);
    expect(() => footprintMetrics(undefined as never)).toThrow(/expected a meter, got undefined/);
  });

  test("refuses an option that does not exist", () => {
    expect(() => footprintMetrics(createMeter(), { meterprovider: 1 } as never)).toThrow(/there is no such option/);
  });
});
