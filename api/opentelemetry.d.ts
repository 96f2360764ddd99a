import { MeterProvider } from "@opentelemetry/api";

// dist/exporters/opentelemetry/exported-metrics.d.ts
/** How totals are exported over OpenTelemetry. */
interface FootprintMetricsOptions {
  /** Where the instruments are made. @default the global MeterProvider, also one that is registered later */
  readonly meterProvider?: MeterProvider;
  /**
   * Whether the footprint is also written on the span that was active when a request began, while it still records.
   *
   * @default true
   */
  readonly spanAttributes?: boolean;
}
/**
 * Exports a meter's totals over OpenTelemetry: its counters and gauges as observable instruments that read the running
 * totals at each collection, its histograms by a measurement per settled request.
 *
 * The names translate to those of the Prometheus exposition, so that the dashboards and rules work behind a Collector.
 * Put a meter behind one of the two, not both, or every total is there twice.
 *
 * @param meter what `createMeter` returned
 * @returns what ends the export
 * @throws ConfigurationError for something that is not a meter, an option that does not exist, or a MeterProvider that
 * exports another meter
 * @example
 * ```ts
 * const stop = footprintMetrics(meter, { meterProvider });
 * ```
 */
declare function footprintMetrics(meter: object, options?: FootprintMetricsOptions): () => void;
export { type FootprintMetricsOptions, footprintMetrics };