import { METRICS } from "../metrics/metrics.ts";
import { queryAt, type PrometheusServer } from "./prometheus-api.ts";

/**
 * Processes that several targets stand for, each with those targets, such as `app 10.0.0.5:3000`: what they count is in
 * every sum as often. Known by the moment at which their meter was made, which no two share.
 *
 * @param within the stretch before `at` in which they were scraped, in seconds
 * @throws ConfigurationError when the server cannot be asked
 */
export async function scrapedTwice(server: PrometheusServer, at: Date, within: number): Promise<string[][]> {
  const range = `[${Math.max(1000, Math.round(within * 1000))}ms]`;
  const starts = await queryAt(server, `last_over_time(${METRICS.startTime.name}${range})`, at);
  const targets = Map.groupBy(starts, ({ value }) => value);
  return Array.from(targets.values(), (samples) =>
    samples.map(({ labels }) => [labels["job"], labels["instance"]].filter(Boolean).join(" ")).sort(),
  ).filter((names) => names.length > 1);
}
