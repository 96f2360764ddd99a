import type { VideoShape } from "../../factors/factor.ts";
import { BOUNDS } from "../../model/range.ts";
import { valueOn, type Curve } from "./curve.ts";

/**
 * The energy of one video in J: its low (0), central (1) or high (2) bound.
 *
 * @param megapixels of its frames; NaN where they are not known
 */
export type VideoEnergy = (seconds: number, megapixels: number, bound: number) => number;

/** The energy of videos of one size by their length: low, central and high. */
interface Size {
  readonly megapixels: number;
  readonly curves: readonly Curve[];
}

const megapixelsOf = ({ width, height }: VideoShape): number => (width * height) / 1e6;

/**
 * Energies through the published lengths and sizes and between and beyond them: linear in the length, and between two sizes
 * in the pixels. Beyond the published sizes the central value is in proportion to the pixels, and the range reaches from a
 * part that does not depend on them to their square, as attention has it. Where the size is not known, the first published
 * one is central and the bounds are those of all.
 */
export function videoEnergy(shapes: readonly VideoShape[]): VideoEnergy {
  const sizes = Array.from(Map.groupBy(shapes, megapixelsOf), ([megapixels, ofSize]): Size => {
    const at = [0, ...ofSize.map(({ seconds }) => seconds)];
    const curveOf = (bound: (typeof BOUNDS)[number]): Curve => ({
      at,
      value: [0, ...ofSize.map(({ energyJoules }) => energyJoules[bound])],
    });
    return { megapixels, curves: BOUNDS.map(curveOf) };
  });
  const [usual] = sizes;
  const rising = sizes.toSorted((a, b) => a.megapixels - b.megapixels);
  const energyAt = ({ curves }: Size, seconds: number, bound: number): number => valueOn(curves[bound]!, seconds);

  return (seconds, megapixels, bound) => {
    if (Number.isNaN(megapixels)) {
      if (bound === 1) return energyAt(usual!, seconds, bound);
      const all = sizes.map((size) => energyAt(size, seconds, bound));
      return bound === 0 ? Math.min(...all) : Math.max(...all);
    }
    const larger = rising.find((size) => size.megapixels >= megapixels);
    const smaller = rising.findLast((size) => size.megapixels <= megapixels);
    if (smaller !== undefined && larger !== undefined) {
      const apart = larger.megapixels - smaller.megapixels;
      const share = apart > 0 ? (megapixels - smaller.megapixels) / apart : 0;
      return (1 - share) * energyAt(smaller, seconds, bound) + share * energyAt(larger, seconds, bound);
    }
    const nearest = larger ?? smaller ?? usual!;
    const ratio = megapixels / nearest.megapixels;
    const [least, most] = ratio < 1 ? [ratio ** 2, 1] : [1, ratio ** 2];
    return energyAt(nearest, seconds, bound) * [least, ratio, most][bound]!;
  };
}
