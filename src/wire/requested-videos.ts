import type { Usage } from "../model/usage.ts";
import { megapixelsOf } from "../model/video-size.ts";
import { countOf, secondsOf, statedUsage } from "./count.ts";
import type { JsonObject } from "./json.ts";

/** The videos that a request asks for, as far as it says, or that an answer is about. */
export interface RequestedVideos {
  readonly videos: number | undefined;
  /** The length of each. */
  readonly seconds: number | undefined;
  /** Of a frame. */
  readonly megapixels: number | undefined;
}

/** What the APIs call the number of videos, the length of each, and the size of a frame. */
const NUMBERS = ["n", "n_variants", "sampleCount", "numberOfVideos", "num_outputs"] as const;
const LENGTHS = ["seconds", "n_seconds", "duration", "durationSeconds", "duration_seconds"] as const;
const SIZES = ["size", "image_size", "resolution", "ratio"] as const;

/** The videos that an object of settings asks for. */
export function requestedVideos(settings: JsonObject | undefined): RequestedVideos {
  const first = <T>(names: readonly string[], read: (value: unknown) => T | undefined): T | undefined =>
    names.map((name) => read(settings?.[name])).find((value) => value !== undefined);
  const [width, height] = [countOf(numeric(settings?.["width"])), countOf(numeric(settings?.["height"]))];
  return {
    videos: first(NUMBERS, (value) => countOf(numeric(value))),
    seconds: first(LENGTHS, (value) => secondsOf(numeric(value))),
    megapixels:
      width !== undefined && height !== undefined
        ? (width * height) / 1e6
        : first(SIZES, (value) => (typeof value === "string" ? megapixelsOf(value) : undefined)),
  };
}

/** A number as it stands or as text, as in `"8"` and `"8s"`: forms have nothing else. */
const numeric = (value: unknown): unknown =>
  typeof value === "string" && /^\d+(?:\.\d+)?s?$/.test(value) ? parseFloat(value) : value;

/** Videos as usage; a request that does not say how many it makes asks for one. */
export function usageOfVideos({ videos = 1, seconds, megapixels }: Partial<RequestedVideos> = {}): Usage {
  const videoSeconds = seconds === undefined ? undefined : videos * seconds;
  const videoMegapixelSeconds =
    videoSeconds === undefined || megapixels === undefined ? undefined : videoSeconds * megapixels;
  return statedUsage({ videos, videoSeconds, videoMegapixelSeconds });
}
