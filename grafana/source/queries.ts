import type { MetricDefinition } from "../../src/metrics/metric.ts";

/** The labels that the dashboards filter by. A label that an application does not declare matches as empty. */
const FILTERS = ["job", "provider", "model", "team", "feature"] as const;

const matchers = (names: readonly string[], more: readonly string[]): string =>
  [...names.map((name) => `${name}=~"$${name}"`), ...more].join(", ");

/** A metric of label sets, filtered by every variable. */
export const filtered = ({ name }: MetricDefinition, ...more: string[]): string =>
  `${name}{${matchers(FILTERS, more)}}`;

/** A metric that is kept per model only; `team` and `feature` do not narrow it down. */
export const perModel = ({ name }: MetricDefinition, ...more: string[]): string =>
  `${name}{${matchers(["job", "provider", "model"], more)}}`;

/** A metric of the meter itself. */
export const perJob = ({ name }: MetricDefinition, ...more: string[]): string => `${name}{${matchers(["job"], more)}}`;

/** The buckets of a histogram, as a metric to select from. */
export const bucketsOf = (metric: MetricDefinition): MetricDefinition => ({ ...metric, name: `${metric.name}_bucket` });

/** What a counter came to over the time that the dashboard shows. */
export const inRange = (selector: string): string => `sum(increase(${selector}[$__range]))`;

/** A counter's rate per hour. */
export const perHour = (selector: string, by: string): string =>
  `sum by (${by}) (rate(${selector}[$__rate_interval])) * 3600`;
