export { footprintMetrics, type FootprintMetricsOptions } from "./exporters/opentelemetry/observable-metrics.ts";
