import type {
  BatchObservableResult,
  Histogram,
  Meter as OpenTelemetryMeter,
  MeterProvider,
  Observable,
} from "@opentelemetry/api";

import type { MetricDefinition } from "../../metrics/metric.ts";
import type { Exported } from "../../metrics/samples.ts";
import type { RequestRecord } from "../../model/request.ts";
import type { Histogram as Distribution } from "../../totals/histograms.ts";
import type { MeterInternals } from "../meter-internals.ts";
import { instrumentOf } from "./instrument-names.ts";

/** A meter's totals as instruments of one MeterProvider. */
export interface ObservableMetrics {
  /** Measures a settled request. */
  record(record: RequestRecord): void;
  /** Takes the totals away again. */
  detach(): void;
}

/** Makes the instruments: counters and gauges that read the totals at each collection, and histograms. */
export function observableMetrics(internals: MeterInternals, meterProvider: MeterProvider): ObservableMetrics {
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
  return {
    record: histogramRecorder(instruments, internals.metrics),
    detach: () => instruments.removeBatchObservableCallback(observe, observables),
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
