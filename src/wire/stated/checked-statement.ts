import { numbersOnly } from "../../model/numbers-only.ts";
import type { Range } from "../../model/range.ts";
import type { Stated, StatedDoubt, StatedMethod } from "../../model/stated.ts";
import type { Usage } from "../../model/usage.ts";
import { providerNamed } from "../names-of-gateways.ts";
import type { Said } from "./statement-shape.ts";

/** What a method leaves open, as a share. Those that nobody gives an error of have the widest that is given. */
const ERROR_OF_METHOD: Readonly<Record<StatedMethod, number>> = {
  attributed: 0.1,
  unshared: 0.1,
  nvml: 0.1,
  rapl: 0.05,
  utilisation: 0.3,
  model_average: 0.3,
  ecologits: 0.3,
  other: 0.3,
};

/** How far two units of one energy may be apart by rounding. */
const ROUNDING = 0.02;

/**
 * What a machine can spend on a token, J. Least: two operations for each of 10⁸ parameters at 10¹³ operations per joule,
 * more than accelerators of 2026 do. Most: a server of 10 kW that has worked for one token for a second.
 */
const LEAST_JOULES_PER_TOKEN = 2e-5;
const MOST_JOULES_PER_TOKEN = 1e4;

/**
 * A statement in base units; undefined where nothing is stated, zeros included, which mean that nothing was computed;
 * `unreadable` where an amount is not a number that can be one.
 *
 * @param raw as it was sent
 */
export function checkedStatement(
  said: Said,
  raw: unknown,
  usage: Usage | undefined,
): Stated | "unreadable" | undefined {
  const { source, method, boundary, energyRangeJoules: range } = said;
  const others = said.alsoJoules ?? [];
  const amounts = [said.energyJoules, said.co2eGrams, said.waterLitres, range?.central, ...others];
  if (amounts.some((amount) => Number.isNaN(amount))) return "unreadable";
  const energyJoules = said.energyJoules || others.find((joules) => joules !== undefined && joules > 0);
  const co2eGrams = said.co2eGrams || undefined;
  const waterLitres = said.waterLitres || undefined;
  if (energyJoules === undefined && co2eGrams === undefined && waterLitres === undefined) return undefined;
  const servedBy = said.host === undefined ? undefined : providerNamed(said.host.slice(0, 64));
  const location = placeNamed(said.location);
  const doubt = energyJoules === undefined ? undefined : doubtOf(energyJoules, others, usage);
  return {
    source,
    ...(energyJoules !== undefined && {
      energyJoules,
      energyRangeJoules: range ?? withError(energyJoules, ERROR_OF_METHOD[method]),
    }),
    ...(co2eGrams !== undefined && { co2eGrams }),
    ...(waterLitres !== undefined && { waterLitres }),
    accounting: co2eGrams === undefined ? "unknown" : "location",
    method,
    boundary,
    ...(location !== undefined && { location }),
    ...(servedBy !== undefined && { servedBy }),
    ...(doubt !== undefined && { doubt }),
    raw: numbersOnly(raw),
  };
}

const withError = (central: number, error: number): Range => ({
  low: central * (1 - error),
  central,
  high: central * (1 + error),
});

function doubtOf(joules: number, others: Said["alsoJoules"], usage: Usage | undefined): StatedDoubt | undefined {
  const differs = (other: number | undefined): boolean =>
    other !== undefined && other > 0 && Math.abs(other - joules) > ROUNDING * Math.max(other, joules);
  if (others?.some(differs) === true) return "contradictory";
  const tokens = tokensOf(usage);
  if (tokens === 0) return undefined;
  const perToken = joules / tokens;
  return perToken < LEAST_JOULES_PER_TOKEN || perToken > MOST_JOULES_PER_TOKEN ? "out_of_bounds" : undefined;
}

const tokensOf = ({
  inputTokens = 0,
  cacheReadTokens = 0,
  cacheWriteTokens = 0,
  outputTokens = 0,
  reasoningTokens = 0,
}: Usage = {}): number => inputTokens + cacheReadTokens + cacheWriteTokens + outputTokens + reasoningTokens;

/** ISO 3166-1, in either case, or a cloud region: nothing longer is kept. */
export function placeNamed(location: string | undefined): string | undefined {
  if (location === undefined) return undefined;
  if (/^[A-Za-z]{2,3}$/.test(location)) return location.toUpperCase();
  return /^[a-z]{2,9}(?:-[a-z]{2,12}){0,2}-?\d{1,2}$/.test(location) ? location : undefined;
}
