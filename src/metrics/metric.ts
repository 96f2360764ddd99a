import type { Labels } from "../model/request.ts";
import type { Cell } from "../totals/cells.ts";
import { MODEL } from "../totals/columns.ts";
import { HISTOGRAMS, type Histogram } from "../totals/histograms.ts";

/** One metric as it is exported: what the exporters, the dashboards, the rules and the documentation read. */
export interface MetricDefinition {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** Ends the name (before `_total`) where there is one. */
  readonly unit?: "grams" | "litres" | "joules" | "seconds" | "ratio";
  readonly help: string;
  /** The labels that it adds to those of its origin. */
  readonly labels: readonly string[];
  readonly origin: Origin;
  /** How processes' values are joined by prom-client's cluster support. */
  readonly aggregator: "sum" | "first" | "max";
}

/**
 * Where a metric's values come from, and with it which labels they share: all labels of a label set; provider
 * and model; or only the metric's own (`meter`: read from the totals by name; `added`: given by another room).
 */
export type Origin =
  | { readonly of: "labelSet"; readonly lines: readonly Line[] }
  | { readonly of: "model"; readonly lines: readonly Line[] }
  | {
      readonly of: "histogram";
      readonly measures: Histogram["name"];
      readonly group: number;
      readonly buckets: readonly number[];
    }
  | { readonly of: "meter"; readonly reading: MeterReading }
  | { readonly of: "added" };

export type MeterReading =
  | "modelFactors"
  | "catalogueVersion"
  | "cataloguePublished"
  | "labelSets"
  | "labelSetsLimit"
  | "labelOverflow"
  | "errors"
  | "version"
  | "startTime";

/** One line of the exposition per label set: its own labels, and the cells that it sums. */
export interface Line {
  readonly labels: Labels;
  readonly cells: readonly Cell[];
}

export const PREFIX = "llm_footprint_";

type Labelled = readonly string[];

export function counter(
  name: string,
  help: string,
  origin: Origin,
  labels: Labelled = [],
  unit?: MetricDefinition["unit"],
) {
  return metric(`${name}_total`, "counter", help, origin, labels, "sum", unit);
}

export function gauge(
  name: string,
  help: string,
  origin: Origin,
  labels: Labelled,
  aggregator: MetricDefinition["aggregator"],
  unit?: MetricDefinition["unit"],
) {
  return metric(name, "gauge", help, origin, labels, aggregator, unit);
}

export const reading = (name: MeterReading): Origin => ({ of: "meter", reading: name });

function metric(
  name: string,
  type: MetricDefinition["type"],
  help: string,
  origin: Origin,
  labels: Labelled,
  aggregator: MetricDefinition["aggregator"],
  unit: MetricDefinition["unit"],
): MetricDefinition {
  return { name: PREFIX + name, type, help, labels, origin, aggregator, ...(unit && { unit }) };
}

/** Lines of one cell each, distinguished by one label. */
export function linesBy(label: string, values: readonly string[], cell: (index: number) => Cell): readonly Line[] {
  return values.map((value, index) => ({ labels: { [label]: value }, cells: [cell(index)] }));
}

export const oneLine = (...cells: Cell[]): readonly Line[] => [{ labels: {}, cells }];

export function histogram(
  of: Histogram["name"],
  name: string,
  help: string,
  unit: MetricDefinition["unit"],
): MetricDefinition {
  const index = HISTOGRAMS.findIndex((candidate) => candidate.name === of);
  const { buckets } = HISTOGRAMS[index]!;
  const origin: Origin = { of: "histogram", measures: of, group: MODEL.histogram + index, buckets };
  return metric(name, "histogram", help, origin, [], "sum", unit);
}
