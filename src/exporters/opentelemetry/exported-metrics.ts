import { metrics as globalMetrics, type MeterProvider } from "@opentelemetry/api";

import { checkNames, namesOf } from "../../model/check-names.ts";
import type { RequestRecord } from "../../model/request.ts";
import { givenInternals, type MeterInternals } from "../meter-internals.ts";
import type { ObservableMetrics } from "./observable-metrics.ts";
import { claimProvider } from "./provider-claims.ts";
import { spanObserver } from "./span-attributes.ts";

/** How totals are exported over OpenTelemetry. */
export interface FootprintMetricsOptions {
  /** Where the instruments are made. @default the global MeterProvider, also one that is registered later */
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
 * @throws ConfigurationError for something that is not a meter, an option that does not exist, or a MeterProvider that
 * exports another meter
 * @example
 * ```ts
 * const stop = footprintMetrics(meter, { meterProvider });
 * ```
 */
export function footprintMetrics(meter: object, options: FootprintMetricsOptions = {}): () => void {
  const internals = givenInternals("footprintMetrics(meter)", meter);
  checkNames("footprintMetrics", options, OPTIONS);
  const { meterProvider, spanAttributes = true } = options;
  const exported = new ExportedMeter(internals, () => meterProvider ?? globalMetrics.getMeterProvider());
  const span = spanAttributes ? spanObserver() : undefined;
  const endObservation = internals.observe({
    begun() {
      try {
        exported.follow();
        return span?.begun();
      } catch {
        internals.countError();
        return undefined;
      }
    },
    settled(begun, settledRecord) {
      try {
        exported.follow();
        exported.record(settledRecord);
        span?.settled(begun, settledRecord);
      } catch {
        internals.countError();
      }
    },
  });
  return () => {
    endObservation();
    exported.end();
  };
}

/** A meter at the MeterProvider that is the right one now: a global one may be registered after it was asked for. */
class ExportedMeter {
  readonly #internals: MeterInternals;
  readonly #wanted: () => MeterProvider;
  #provider: MeterProvider;
  #metrics: ObservableMetrics;

  constructor(internals: MeterInternals, wanted: () => MeterProvider) {
    this.#internals = internals;
    this.#wanted = wanted;
    this.#provider = wanted();
    this.#metrics = claimProvider(internals, this.#provider);
  }

  follow(): void {
    const provider = this.#wanted();
    if (provider === this.#provider) return;
    this.#provider = provider;
    this.end();
    this.#metrics = claimProvider(this.#internals, provider);
  }

  record(record: RequestRecord): void {
    this.#metrics.record(record);
  }

  end(): void {
    this.#metrics.detach();
  }
}
