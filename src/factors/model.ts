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
  /** The generation that it was released with: `gpt-5.4`, `claude-4.5`, `gemini-2.5`. */
  readonly family?: string;
  /** Its place in the family, as the developer calls it: `nano`, `flash-lite`, `haiku`, `pro`, … */
  readonly tier?: string;
  /** Whether it is one of its developer's largest of this time, which stand for what nobody has published. */
  readonly flagship?: true;
  /** For models that nobody has published a figure of. */
  readonly proxy?: Proxy;
  /** For models whose parameters nobody has published or estimated. */
  readonly sizeClass?: SizeClass;
  /** Whether every longer name that goes on after a separator means it too; for users' own. */
  readonly prefix?: true;
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

/** Which models stand in for one without a figure. */
export interface Proxy {
  /** The first gives the central value; the range holds all. */
  readonly models: readonly [string, ...string[]];
  readonly reason: string;
  /** ISO 8601 date on which it was last reviewed. */
  readonly reviewed: string;
}
