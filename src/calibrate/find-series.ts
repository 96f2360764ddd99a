import { ConfigurationError } from "../model/errors.ts";
import type { Period } from "../journal/reading.ts";
import { queryAt, type PrometheusServer } from "../report/prometheus-api.ts";
import { ENERGY_SERIES, TOKEN_SERIES, type EnergySeries, type TokenSeries } from "./known-series.ts";

/** The series that a calibration reads. */
export interface SeriesPair {
  readonly energy: EnergySeries;
  readonly tokens: TokenSeries;
}

/**
 * The series of energy and of tokens that the server holds in the period: those that are given, else the first that are
 * known and there.
 *
 * @throws ConfigurationError where there is none of either
 */
export async function findSeries(
  server: PrometheusServer,
  period: Period,
  given: Partial<SeriesPair>,
): Promise<SeriesPair> {
  const has = (selector: string) => isThere(server, selector, period);
  const energy = given.energy ?? (await first(ENERGY_SERIES, ({ selector }) => has(selector)));
  if (energy === undefined || !(await has(energy.selector))) {
    throw new ConfigurationError(
      "calibrate",
      `expected a series of energy in the period, got none of ${(given.energy ? [given.energy] : ENERGY_SERIES).map(({ selector }) => selector).join(", ")}`,
      "Give --energy with --energy-unit and --boundary, or another period.",
    );
  }
  const tokens =
    given.tokens ?? (await first(TOKEN_SERIES, async ({ input, output }) => (await has(input)) && (await has(output))));
  if (tokens === undefined || !(await has(tokens.input)) || !(await has(tokens.output))) {
    throw new ConfigurationError(
      "calibrate",
      `expected series of input and output tokens in the period, got none of ${(given.tokens ? [given.tokens] : TOKEN_SERIES).map(({ input, output }) => `${input} with ${output}`).join(", ")}`,
      "Give --input-tokens and --output-tokens, or another period.",
    );
  }
  const { cached, ...withoutCache } = tokens;
  const hits = cached !== undefined && (await has(cached)) ? { cached } : {};
  return { energy, tokens: { ...withoutCache, ...hits } };
}

async function first<T>(all: readonly T[], wanted: (one: T) => Promise<boolean>): Promise<T | undefined> {
  for (const one of all) if (await wanted(one)) return one;
  return undefined;
}

async function isThere(server: PrometheusServer, selector: string, { from, to }: Period): Promise<boolean> {
  const milliseconds = to.getTime() - from.getTime();
  return (await queryAt(server, `count(last_over_time(${selector}[${milliseconds}ms]))`, to)).length > 0;
}
