import type { Factor, VideoShape } from "../../factors/factor.ts";
import type { Evidence } from "../../model/footprint.ts";
import { exactly, type Range } from "../../model/range.ts";
import { written } from "../engines/derivation.ts";
import { VIDEO, VIDEO_MEGAPIXEL_SECOND, VIDEO_SECOND, type Counts } from "./counts.ts";
import {
  boundsOf,
  energyStep,
  energyWriter,
  FACILITY_JOULES,
  valueOf,
  type EnergyEstimate,
} from "./energy-estimate.ts";
import type { FacilityJoules } from "./token-energies.ts";
import { videoEnergy } from "./video-shapes.ts";
import { needed } from "./weights.ts";

type VideoFactor = Factor & { readonly videoShapes: readonly VideoShape[] };

/** Whether a factor says what videos of some lengths and sizes take. */
export const hasVideoShapes = (factor: Factor): factor is VideoFactor => factor.videoShapes !== undefined;

/**
 * An estimate by the number, length and size of videos; by their number alone where their length is not known.
 *
 * @param atFacility from what was published to the facility's meter
 */
export function fromVideoShapes(
  factor: VideoFactor,
  atFacility: (joules: Range) => FacilityJoules,
  serverSecondsPerJoule: Range,
): EnergyEstimate {
  const evidence = factor.evidence as Evidence;
  const ofOne = atFacility(exactly(1));
  const factors = [factor, ...ofOne.factors];
  const perJoule = boundsOf(ofOne.joules);
  const ofUnknownLength = boundsOf(needed(factor.metrics.energyJoules, `${factor.id}.metrics.energyJoules`));
  const energyOf = videoEnergy(factor.videoShapes);
  const ofEach = (counts: Counts, bound: number): number => {
    const seconds = counts[VIDEO_SECOND]!;
    if (Number.isNaN(seconds)) return ofUnknownLength[bound]!;
    return seconds > 0 ? energyOf(seconds / counts[VIDEO]!, counts[VIDEO_MEGAPIXEL_SECOND]! / seconds, bound) : 0;
  };
  const write = energyWriter((counts, drivers) => {
    const videos = counts[VIDEO]!;
    for (let bound = 0; bound < 3; bound++) {
      drivers[FACILITY_JOULES + bound] = videos > 0 ? videos * ofEach(counts, bound) * perJoule[bound]! : 0;
    }
  }, serverSecondsPerJoule);
  return {
    evidence,
    factors,
    needs: VIDEO,
    write,
    derive(counts, durationSeconds) {
      const formula = `videos × energy of one of ${lengthAndSize(counts)} ${ofOne.formula}`;
      const energy = ofOne.substituted.replace("1 J", `${written(ofEach(counts, 1))} J`);
      const substituted = `${written(counts[VIDEO]!)} × ${energy}`;
      return [energyStep(evidence, factors, formula, substituted, valueOf(write, counts, durationSeconds))];
    },
  };
}

function lengthAndSize(counts: Counts): string {
  const seconds = counts[VIDEO_SECOND]!;
  if (Number.isNaN(seconds)) return "a length that is not stated";
  const megapixels = counts[VIDEO_MEGAPIXEL_SECOND]! / seconds;
  const size = Number.isNaN(megapixels) ? "a size that is not stated" : `${written(megapixels)} megapixels`;
  return `${written(seconds / counts[VIDEO]!)} s and ${size}, on the line through the published ones`;
}
