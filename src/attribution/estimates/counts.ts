import type { FactorUnit } from "../../factors/factor.ts";
import type { Range } from "../../model/range.ts";
import type { Usage } from "../../model/usage.ts";

/**
 * What a request is counted by, as a flat vector: NaN where the usage does not say. Input stands three times, for the
 * low, central and high weight of cached tokens.
 */
export type Counts = Float64Array;

/** Places in {@link Counts}. */
export const OUTPUT = 0;
export const INPUT = 1;
export const INPUT_CENTRAL = 2;
const REQUEST = 4;
const IMAGE = 5;
const SECOND = 6;
const PAGE = 7;
/** Always 0, for what has no output. */
export const NOTHING = 8;
/** Output that the application sees; all output where the usage does not say what was reasoning. */
export const VISIBLE_OUTPUT = 9;
/** Input tokens that no cache held, unweighted; 0 where the usage does not say. */
export const FRESH_INPUT = 10;
/** Input tokens read from a cache, unweighted; 0 where the usage does not say. */
export const CACHE_READ = 11;

/** Videos; one where the usage does not say how many. */
export const VIDEO = 12;
/** Their lengths, and their lengths times the megapixels of their frames, added up. */
export const VIDEO_SECOND = 13;
export const VIDEO_MEGAPIXEL_SECOND = 14;

export const newCounts = (): Counts => new Float64Array(15);

/** Where the units of a factor are counted; undefined for units that requests are not counted by. */
export const COUNT_OF_UNIT: Readonly<Partial<Record<FactorUnit, number>>> = {
  output_token: OUTPUT,
  input_token: INPUT_CENTRAL,
  request: REQUEST,
  video: VIDEO,
  video_second: VIDEO_SECOND,
  image: IMAGE,
  second: SECOND,
  page: PAGE,
};

/** Weights of input tokens that a provider's cache touched, relative to tokens read afresh. */
export interface CacheWeights {
  readonly read: Range;
  readonly write: Range;
}

/** Writes what `usage` says into `counts`. Reasoning is decoded like any other output. */
export function readCounts(usage: Usage, cache: CacheWeights, counts: Counts): void {
  const { inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, reasoningTokens } = usage;
  counts[OUTPUT] =
    outputTokens === undefined && reasoningTokens === undefined ? NaN : (outputTokens ?? 0) + (reasoningTokens ?? 0);
  counts[VISIBLE_OUTPUT] = outputTokens ?? 0;
  counts[FRESH_INPUT] = (inputTokens ?? 0) + (cacheWriteTokens ?? 0);
  counts[CACHE_READ] = cacheReadTokens ?? 0;
  if (inputTokens === undefined && cacheReadTokens === undefined && cacheWriteTokens === undefined) {
    counts[INPUT] = counts[INPUT + 1] = counts[INPUT + 2] = NaN;
  } else {
    const fresh = inputTokens ?? 0;
    const read = cacheReadTokens ?? 0;
    const written = cacheWriteTokens ?? 0;
    counts[INPUT] = fresh + read * cache.read.low + written * cache.write.low;
    counts[INPUT + 1] = fresh + read * cache.read.central + written * cache.write.central;
    counts[INPUT + 2] = fresh + read * cache.read.high + written * cache.write.high;
  }
  counts[REQUEST] = 1;
  counts[IMAGE] = usage.images ?? NaN;
  counts[SECOND] = usage.audioSeconds ?? NaN;
  counts[PAGE] = usage.pages ?? NaN;
  counts[VIDEO] = usage.videos ?? 1;
  counts[VIDEO_SECOND] = usage.videoSeconds ?? NaN;
  counts[VIDEO_MEGAPIXEL_SECOND] = usage.videoMegapixelSeconds ?? NaN;
}
