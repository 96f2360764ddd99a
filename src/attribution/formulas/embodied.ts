import { add, divide, multiply, scale, type Range } from "../../model/range.ts";

const SECONDS_PER_YEAR = 365.25 * 24 * 3600;

/**
 * Share of the manufacture of a server that falls on a time of its use.
 *
 * @param serverSeconds time on a whole server, s
 * @param server impact of making a server without its accelerators
 * @param gpu impact of making one accelerator, in the same unit
 * @param gpus accelerators per server
 * @param lifetimeYears years in use
 * @returns impact in the unit of `server`
 */
export const embodiedImpact = (
  serverSeconds: Range,
  server: Range,
  gpu: Range,
  gpus: Range,
  lifetimeYears: Range,
): Range => multiply(serverSeconds, divide(add(server, multiply(gpu, gpus)), scale(lifetimeYears, SECONDS_PER_YEAR)));
