import type { Modality } from "./factor.ts";

/** The classes of size that aggregates are published for, by active parameters: up to 9, up to 37, more. */
export const SIZE_CLASSES = ["small", "mid", "large"] as const;
export type SizeClass = (typeof SIZE_CLASSES)[number];

/** A model that the catalogue knows by name. */
export interface Model {
  /** Lower case, without region, vendor, date or serving variant. */
  readonly name: string;
  /** Who made it; `any` for the classes of size themselves. */
  readonly developer: string;
  readonly aliases?: readonly string[];
  /** @default "text" */
  readonly modality?: Modality;
  /** For models whose parameters nobody has published or estimated. */
  readonly sizeClass?: SizeClass;
  /** For models known only by the size in their name, in 10⁹. */
  readonly parameterBillions?: SizeInName;
}

/** What a name such as `70b`, `235b-a22b` or `8x7b` says, in 10⁹ parameters. */
export interface SizeInName {
  readonly total: number;
  /** Parameters that take part in each token; all of them when neither this nor `perExpert` is given. */
  readonly active?: number;
  /** For mixtures whose name gives the size of one expert. */
  readonly perExpert?: number;
}
