export { footprintMetrics, type FootprintMetricsOptions } from "./exporters/opentelemetry/footprint-metrics.ts";
