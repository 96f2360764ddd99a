import { ConfigurationError, shown } from "../../model/errors.ts";
import type { Exported, Sample } from "../../metrics/samples.ts";

/** What is used of a registry of prom-client (15 and newer) or of its successor `@prometheus-io/client`. */
export interface PrometheusRegistry {
  readonly contentType: string;
  metrics(): Promise<string>;
  registerMetric(metric: never): void;
  getSingleMetric(name: string): unknown;
  removeSingleMetric(name: string): void;
}

/**
 * Registers every metric with the application's own registry, which reads them from the totals at each scrape.
 *
 * @returns a function that takes the metrics out of the registry again
 * @throws ConfigurationError when it is not a registry, or when a name is taken; nothing is registered then
 */
export function registerMetrics(registry: PrometheusRegistry, metrics: readonly Exported[]): () => void {
  checkRegistry(registry);
  for (const { definition } of metrics) checkName(registry, definition.name);
  const registered = metrics.map((metric) => new RegistryMetric(metric, registry));
  for (const metric of registered) registry.registerMetric(metric as never);
  return () => {
    for (const metric of registered) {
      if (registry.getSingleMetric(metric.name) === metric) registry.removeSingleMetric(metric.name);
    }
  };
}

interface MetricValues {
  readonly name: string;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly values: Iterable<Sample> | readonly unknown[];
}

/** Tells a meter's metric from anything else, also across copies of this package. */
const OF_A_METER = Symbol.for("llm-footprint.metric");

/** A metric as a registry calls it. */
class RegistryMetric {
  readonly [OF_A_METER] = true;
  readonly help: string;
  readonly type: string;
  readonly aggregator: string;
  readonly labelNames: readonly string[];
  readonly #metric: Exported;
  readonly #registry: PrometheusRegistry;

  constructor(metric: Exported, registry: PrometheusRegistry) {
    this.help = metric.definition.help;
    this.type = metric.definition.type;
    this.aggregator = metric.definition.aggregator;
    this.labelNames = metric.definition.labels;
    this.#metric = metric;
    this.#registry = registry;
  }

  get name(): string {
    return this.#metric.definition.name;
  }

  /** Both clients take `_total` off a counter's name when they write OpenMetrics, and never put it back. */
  set name(_withoutTotal: string) {
    return;
  }

  /** For the text: labels in two parts, of which a registry writes the shared one only once per scrape. */
  getForPromString(): Promise<MetricValues> {
    return Promise.resolve(this.#values(this.#metric.samples()));
  }

  /** For JSON and for clusters: labels in one part. */
  get(): Promise<MetricValues> {
    const values = Array.from(this.#metric.samples(), ({ labels, sharedLabels, metricName, value }) => ({
      labels: { ...sharedLabels, ...labels },
      value,
      ...(metricName !== undefined && { metricName }),
    }));
    return Promise.resolve(this.#values(values));
  }

  /** The totals are an account: `registry.resetMetrics()` does not clear them. */
  reset(): void {
    return;
  }

  #values(values: MetricValues["values"]): MetricValues {
    const { help, type, aggregator } = this;
    const openMetrics = this.#registry.contentType.startsWith("application/openmetrics-text");
    const name = openMetrics && type === "counter" ? this.name.replace(/_total$/, "") : this.name;
    return { name, help, type, aggregator, values };
  }
}

function checkRegistry(registry: PrometheusRegistry): void {
  for (const method of ["metrics", "registerMetric", "getSingleMetric", "removeSingleMetric"] as const) {
    if (typeof (registry as Partial<PrometheusRegistry> | undefined)?.[method] !== "function") {
      throw new ConfigurationError(
        "createMeter.registry",
        `${shown(registry)} has no ${method}()`,
        "Give a Registry of prom-client or @prometheus-io/client, or leave it out.",
      );
    }
  }
}

function checkName(registry: PrometheusRegistry, name: string): void {
  const taken = registry.getSingleMetric(name);
  if (taken === undefined) return;
  const byMeter = typeof taken === "object" && taken !== null && OF_A_METER in taken;
  throw new ConfigurationError(
    "createMeter.registry",
    `the metric ${name} is already registered ${byMeter ? "by another meter" : "by something else"}`,
    byMeter
      ? "Close the other meter first, share it, or give each meter its own registry."
      : "Give the meter a registry of its own and serve both.",
  );
}
