import type { MetricDefinition } from "../../metrics/metric.ts";

/** A metric as an OpenTelemetry instrument. */
export interface Instrument {
  readonly name: string;
  /** As UCUM writes it; a word in braces is a remark that translators drop. */
  readonly unit: string;
}

/**
 * The instrument of a metric, named so that the translation to Prometheus gives the metric's own name again: it turns
 * dots into underscores, appends the unit's name and, to a counter, `_total`. Litres stay in the name, since no
 * translator writes out `L`.
 *
 * @see https://opentelemetry.io/docs/specs/otel/compatibility/prometheus_and_openmetrics/
 * @example instrumentOf of `llm_footprint_co2e_low_grams_total` is `llm.footprint.co2e.low` in `g`
 */
export function instrumentOf({ name, unit }: MetricDefinition): Instrument {
  const words = name.replace(/^llm_footprint_/, "").replace(/_total$/, "");
  switch (unit) {
    case "grams":
      return { name: dotted(words.replace(/_grams$/, "")), unit: "g" };
    case "joules":
      return { name: dotted(words.replace(/_joules$/, "")), unit: "J" };
    case "seconds":
      return { name: dotted(words.replace(/_seconds$/, "")), unit: "s" };
    case "litres":
      return { name: dotted(words), unit: "{litre}" };
    default:
      return { name: dotted(words), unit: "" };
  }
}

/** Bounds and what they bound are joined by dots, the words of one thing by underscores. */
const dotted = (words: string): string =>
  `llm.footprint.${words
    .replace(/^(training|request)_/, "$1.")
    .replace(/_(low|high)(?=_|$)/, ".$1")
    .replace(/_litres$/, ".litres")}`;
