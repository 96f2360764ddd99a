import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { AggregationTemporalityPreference, OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-http";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import {
  AlwaysOffSampler,
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";

import { exportContract } from "../exporters/opentelemetry/export-contract.ts";

exportContract({
  name: "SDK 2 with API 1.9",
  metricsTo(url, temporality) {
    const temporalityPreference = AggregationTemporalityPreference[temporality];
    const exporter = new OTLPMetricExporter({ url, temporalityPreference });
    return new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  },
  tracing(sampled) {
    const exporter = new InMemorySpanExporter();
    const provider = new BasicTracerProvider({
      spanProcessors: [new SimpleSpanProcessor(exporter)],
      ...(sampled === "none" && { sampler: new AlwaysOffSampler() }),
    });
    return { tracer: provider.getTracer("test"), ended: () => exporter.getFinishedSpans() };
  },
  api: { context, metrics, trace },
  contextManager: () => new AsyncLocalStorageContextManager(),
});
