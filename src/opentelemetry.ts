export { footprintMetrics, type FootprintMetricsOptions } from "./exporters/opentelemetry/exported-metrics.ts";
