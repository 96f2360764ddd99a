import type { Factor } from "./factor.ts";
import type { Provider, Regions } from "./location.ts";
import type { Model } from "./model.ts";

/** The data that a catalogue is made of; plain, so that it can be kept and loaded again. */
export interface CatalogueSnapshot {
  /** Semantic version of the data. */
  readonly version: string;
  /** ISO 8601 date of this version. */
  readonly published: string;
  readonly factors: readonly Factor[];
  readonly models: readonly Model[];
  readonly providers: readonly Provider[];
  readonly regions: Regions;
}
