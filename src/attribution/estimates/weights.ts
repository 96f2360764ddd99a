import type { Catalogue } from "../../factors/catalogue.ts";
import type { Factor } from "../../factors/factor.ts";
import { ConfigurationError } from "../../model/errors.ts";
import type { Range } from "../../model/range.ts";
import type { CacheWeights } from "./counts.ts";

/**
 * A value that the methods cannot do without.
 *
 * @throws ConfigurationError when a catalogue made by hand lacks it
 */
export function needed<T>(value: T | undefined, id: string): T {
  if (value !== undefined) return value;
  throw new ConfigurationError("catalogue", `lacks ${id}`, "Start from the built-in catalogue and add to it.");
}

/** A factor that the methods cannot do without. */
export const required = (catalogue: Catalogue, id: string): Factor => needed(catalogue.factor(id), id);

/** A named constant of a method. */
export const parameter = (factor: Factor, name: string): Range =>
  needed(factor.parameters?.[name], `${factor.id}.parameters.${name}`);

/** A dimensionless factor's value. */
export const ratioOf = (factor: Factor): Range => needed(factor.metrics.ratio, `${factor.id}.metrics.ratio`);

/** What input tokens weigh. */
export interface TokenWeights {
  /** A fresh input token, relative to an output token. */
  readonly input: Range;
  /** Cached tokens, relative to a fresh input token. */
  readonly cache: CacheWeights;
  readonly factors: readonly Factor[];
}

export function tokenWeights(catalogue: Catalogue): TokenWeights {
  const input = required(catalogue, "token-weight.input");
  const read = required(catalogue, "token-weight.cache-read");
  const write = required(catalogue, "token-weight.cache-write");
  return {
    input: ratioOf(input),
    cache: { read: ratioOf(read), write: ratioOf(write) },
    factors: [input, read, write],
  };
}
