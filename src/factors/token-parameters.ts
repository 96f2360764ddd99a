/**
 * The parameters of an energy per output token that was measured together with the other kinds of token: J per one
 * token each. `idle` is shared out to every token and stands on top of all the others.
 */
export const TOKEN_ENERGIES = {
  input: "energyJoulesPerInputToken",
  cacheRead: "energyJoulesPerCacheReadToken",
  idle: "idleJoulesPerToken",
} as const;
