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
  readonly parameterBillions?: { readonly total: number; readonly active: number };
}
