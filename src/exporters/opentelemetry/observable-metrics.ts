import {
  metrics as globalMetrics,
  type BatchObservableResult,
  type Histogram,
  type Meter as OpenTelemetryMeter,
  type MeterProvider,
  type Observable,
} from "@opentelemetry/api";

import type { MetricDefinition } from "../../metrics/metric.ts";
import type { Exported } from "../../metrics/samples.ts";
import { checkNames, namesOf } from "../../model/check-names.ts";
import type { RequestRecord } from "../../model/request.ts";
import type { Histogram as Distribution } from "../../totals/histograms.ts";
import { givenInternals } from "../meter-internals.ts";
import { instrumentOf } from "./instrument-names.ts";
import { spanObserver } from "./span-attributes.ts";

/** How totals are exported over OpenTelemetry. */
export interface FootprintMetricsOptions {
  /** Where the instruments are made. @default the global MeterProvider, as it is when this is called */
  readonly meterProvider?: MeterProvider;
  /**
   * Whether the footprint is also written on the span that was active when a request began, while it still records.
   *
   * @default true
   */
  readonly spanAttributes?: boolean;
}

const OPTIONS = namesOf<FootprintMetricsOptions>({ meterProvider: true, spanAttributes: true });

/**
 * Exports a meter's totals over OpenTelemetry: its counters and gauges as observable instruments that read the running
 * totals at each collection, its histograms by a measurement per settled request.
 *
 * The names translate to those of the Prometheus exposition, so that the dashboards and rules work behind a Collector.
 * Put a meter behind one of the two, not both, or every total is there twice.
 *
 * @param meter what `createMeter` returned
 * @returns what ends the export
 * @throws ConfigurationError for something that is not a meter, or an option that does not exist
 * @example
 * ```ts
 * const stop = footprintMetrics(meter, { meterProvider });
 * ```
 */
export function footprintMetrics(meter: object, options: FootprintMetricsOptions = {}): () => void {
  const internals = givenInternals("footprintMetrics(meter)", meter);
  checkNames("footprintMetrics", options, OPTIONS);
  const { meterProvider = globalMetrics, spanAttributes = true } = options;
  const instruments = meterProvider.getMeter("llm-footprint");
  const observed = internals.metrics.flatMap((metric) => observable(instruments, metric));
  const observe = (result: BatchObservableResult): void => {
    try {
      for (const { instrument, metric } of observed) observeSamples(result, instrument, metric);
    } catch {
      internals.countError();
    }
  };
  const observables = observed.map(({ instrument }) => instrument);
  instruments.addBatchObservableCallback(observe, observables);
  const record = histogramRecorder(instruments, internals.metrics);
  const span = spanAttributes ? spanObserver() : undefined;
  const endObservation = internals.observe({
    begun: () => span?.begun(),
    settled(begun, settledRecord) {
      try {
        record(settledRecord);
        span?.settled(begun, settledRecord);
      } catch {
        internals.countError();
      }
    },
  });
  return () => {
    endObservation();
    instruments.removeBatchObservableCallback(observe, observables);
  };
}

interface Observed {
  readonly instrument: Observable;
  readonly metric: Exported;
}

function observable(instruments: OpenTelemetryMeter, metric: Exported): Observed[] {
  const { type, help } = metric.definition;
  if (type === "histogram") return [];
  const { name, unit } = instrumentOf(metric.definition);
  const options = { description: help, unit };
  return [
    {
      instrument:
        type === "counter"
          ? instruments.createObservableCounter(name, options)
          : instruments.createObservableGauge(name, options),
      metric,
    },
  ];
}

function observeSamples(result: BatchObservableResult, instrument: Observable, { samples }: Exported): void {
  for (const { labels, sharedLabels, value } of samples())
    result.observe(instrument, value, { ...sharedLabels, ...labels });
}

/** What each histogram measures of a record; undefined where the record does not say. */
const MEASURED: Readonly<Record<Distribution["name"], (record: RequestRecord) => number | undefined>> = {
  co2eGrams: ({ footprint }) => footprint?.co2eGrams?.central,
  waterLitres: ({ footprint }) => footprint?.waterLitres?.central,
  durationSeconds: ({ durationSeconds }) => durationSeconds,
  timeToFirstTokenSeconds: ({ timeToFirstTokenSeconds }) => timeToFirstTokenSeconds,
  statedToEstimatedRatio: ({ statedToEstimatedRatio }) => statedToEstimatedRatio,
};

function histogramRecorder(
  instruments: OpenTelemetryMeter,
  metrics: readonly Exported[],
): (record: RequestRecord) => void {
  const histograms = metrics.flatMap(({ definition }) => {
    const { origin } = definition;
    if (origin.of !== "histogram") return [];
    return [{ histogram: histogramOf(instruments, definition, origin.buckets), measure: MEASURED[origin.measures] }];
  });
  return (record) => {
    const attributes = { provider: record.provider, model: record.model };
    for (const { histogram, measure } of histograms) {
      const value = measure(record);
      if (value !== undefined) histogram.record(value, attributes);
    }
  };
}

function histogramOf(
  instruments: OpenTelemetryMeter,
  definition: MetricDefinition,
  buckets: readonly number[],
): Histogram {
  const { name, unit } = instrumentOf(definition);
  const advice = { explicitBucketBoundaries: [...buckets] };
  return instruments.createHistogram(name, { description: definition.help, unit, advice });
}
