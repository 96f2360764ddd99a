import type { Labels } from "../model/request.ts";
import { bornAt, heldSum, valueOf, type Block } from "../totals/cells.ts";
import type { Totals } from "../totals/totals.ts";
import type { Line, MeterReading, MetricDefinition } from "./metric.ts";
import { METRICS, type MetricKey } from "./metrics.ts";

/** One line of the exposition. The shape is that of prom-client's own samples. */
export interface Sample {
  /** Where it differs from the metric's: `…_bucket`, `…_sum`, `…_count`. */
  readonly metricName?: string;
  /** The line's own labels. */
  readonly labels: Labels;
  /** The labels that it has in common with other lines, which then hold the same object. */
  readonly sharedLabels: Labels;
  readonly value: number;
}

/** A value from another room, for a metric whose origin is `added`. */
export interface AddedSample {
  readonly metric: MetricKey;
  readonly labels: Labels;
  readonly value: number;
}
export type SampleSource = () => Iterable<AddedSample>;

export interface ExportOptions {
  readonly totals: Totals;
  /** The version of llm-footprint. */
  readonly version: string;
  /** When the meter was made, in seconds since 1970. */
  readonly startedAtSeconds: number;
  readonly catalogue: { readonly version: string; readonly publishedAt: Date };
  readonly sources?: readonly SampleSource[];
}

/** A metric with the lines that it has at the moment. */
export interface Exported {
  readonly definition: MetricDefinition;
  readonly samples: () => Iterable<Sample>;
}

/**
 * Every metric, ready to be read at any scrape. Reading never throws: where it fails, the metric ends there
 * and an error of stage `exporter` is counted.
 */
export function exported(options: ExportOptions): readonly Exported[] {
  const readers = meterReaders(options);
  const addedSamples = gatherer(options.sources ?? []);
  return (Object.keys(METRICS) as MetricKey[]).map((key) => {
    const { definition, samples } = readerOf(key, options.totals, readers, addedSamples);
    return { definition, samples: () => guarded(samples, options.totals) };
  });
}

function* guarded(samples: () => Iterable<Sample>, totals: Totals): Generator<Sample> {
  try {
    yield* samples();
  } catch {
    totals.countError("exporter");
  }
}

function readerOf(
  key: MetricKey,
  totals: Totals,
  readers: ReturnType<typeof meterReaders>,
  addedSamples: ReturnType<typeof gatherer>,
): Exported {
  const definition: MetricDefinition = METRICS[key];
  const { origin } = definition;
  switch (origin.of) {
    case "labelSet":
      return { definition, samples: () => lineSamples(totals.labelSets, origin.lines, totals.holdBefore) };
    case "model":
      return { definition, samples: () => lineSamples(totals.models, origin.lines, totals.holdBefore) };
    case "histogram": {
      const bounds = bucketLabels(origin.buckets);
      return { definition, samples: () => histogramSamples(definition.name, totals, origin.group, bounds) };
    }
    case "meter":
      return { definition, samples: readers[origin.reading] };
    case "added":
      return { definition, samples: () => addedSamples(key) };
  }
}

const NO_LABELS: Labels = {};

type LabelledBlock = Block & { readonly labels: Labels };

function* lineSamples(blocks: readonly LabelledBlock[], lines: readonly Line[], bornBefore: number): Generator<Sample> {
  for (const block of blocks) {
    for (const { labels, cells } of lines) {
      const value = heldSum(block, cells, bornBefore);
      if (value !== undefined) yield { labels, sharedLabels: block.labels, value };
    }
  }
}

const bucketLabels = (buckets: readonly number[]): readonly Labels[] =>
  [...buckets.map(String), "+Inf"].map((le) => ({ le }));

function* histogramSamples(name: string, totals: Totals, group: number, bounds: readonly Labels[]): Generator<Sample> {
  const bornBefore = totals.holdBefore;
  for (const block of totals.models) {
    const sum = valueOf(block, group, bounds.length);
    if (sum === undefined) continue;
    const held = bornAt(block, group) > bornBefore;
    // Read at once, so that an observation made while the lines are written cannot part buckets from count.
    const counts = bounds.map((_, bucket) => (held ? 0 : valueOf(block, group, bucket)!));
    let count = 0;
    for (const [bucket, labels] of bounds.entries()) {
      count += counts[bucket]!;
      yield { metricName: `${name}_bucket`, labels, sharedLabels: block.labels, value: count };
    }
    yield { metricName: `${name}_sum`, labels: NO_LABELS, sharedLabels: block.labels, value: held ? 0 : sum };
    yield { metricName: `${name}_count`, labels: NO_LABELS, sharedLabels: block.labels, value: count };
  }
}

function meterReaders({
  totals,
  version,
  startedAtSeconds,
  catalogue,
}: ExportOptions): Record<MeterReading, () => Iterable<Sample>> {
  const one = (sharedLabels: Labels, value: number): Sample[] => [{ labels: NO_LABELS, sharedLabels, value }];
  return {
    modelFactors: () => modelFactorSamples(totals),
    catalogueVersion: () => one({ catalogue_version: catalogue.version }, 1),
    cataloguePublished: () => one(NO_LABELS, catalogue.publishedAt.getTime() / 1000),
    labelSets: () => one(NO_LABELS, totals.labelSets.length),
    labelSetsLimit: () => one(NO_LABELS, totals.maxSeries),
    labelOverflow: () => countSamples("label", totals.labelOverflow),
    errors: () => countSamples("stage", totals.errors),
    version: () => one({ version }, 1),
    startTime: () => one(NO_LABELS, startedAtSeconds),
  };
}

function* modelFactorSamples(totals: Totals): Generator<Sample> {
  for (const [model, factors] of totals.factorsOf) {
    const labels = {
      zone: factors.zone ?? "",
      evidence: factors.evidence,
      accounting: factors.accounting,
      factors: factors.factorIds.join(","),
      catalogue_version: factors.catalogueVersion,
    };
    yield { labels, sharedLabels: model.labels, value: 1 };
  }
}

function* countSamples(label: string, counts: ReadonlyMap<string, number>): Generator<Sample> {
  for (const [value, count] of counts) yield { labels: { [label]: value }, sharedLabels: NO_LABELS, value: count };
}

/** The values of other rooms, gathered once for all metrics of a scrape: anew as soon as one is asked for again. */
function gatherer(sources: readonly SampleSource[]): (key: MetricKey) => Iterable<Sample> {
  let gathered = new Map<MetricKey, AddedSample[]>();
  let served = new Set<MetricKey>();
  return (key) => {
    if (served.size === 0 || served.has(key)) {
      served = new Set();
      gathered = Map.groupBy(
        sources.flatMap((source) => [...source()]).filter(({ value }) => Number.isFinite(value)),
        ({ metric }) => metric,
      );
    }
    served.add(key);
    return (gathered.get(key) ?? []).map(({ labels, value }) => ({ labels, sharedLabels: NO_LABELS, value }));
  };
}
