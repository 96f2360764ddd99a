import type { SizeClass } from "./model.ts";

/** What is assumed of a provider that says nothing better. */
export interface Provider {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly name: string;
  /** Whose own models it serves first of all. */
  readonly developer?: string;
  /** ISO 3166-1 alpha-3. */
  readonly zone: string;
  /** Why this zone. */
  readonly basis: string;
  readonly url: string;
  /** What a model of this provider is taken for when nothing else is known of it. */
  readonly classDefault: SizeClass;
}

/** Cloud regions and countries. */
export interface Regions {
  readonly source: string;
  /** ISO 3166-1 alpha-3 to alpha-2. */
  readonly countries: Readonly<Record<string, string>>;
  /** Region of a cloud to the country it stands in. */
  readonly regions: Readonly<Record<string, string>>;
}

/** A place that electricity comes from. */
export interface Place {
  /** The region's or country's name as the catalogue writes it. */
  readonly name: string;
  /** ISO 3166-1 alpha-3, or `WORLD`. */
  readonly country: string;
}

/** Where a request was served: one place, or one of several that nobody can tell apart. */
export interface Zone {
  /** The place's name; of several places their names, joined by `+`. */
  readonly name: string;
  /** In the order in which they were given, each once; at least one. */
  readonly places: readonly [Place, ...Place[]];
}

/** The zone of one place. */
export const zoneOf = (place: Place): Zone => ({ name: place.name, places: [place] });

/** The place of a request of which nothing is known. */
export const WORLD: Zone = zoneOf({ name: "WORLD", country: "WORLD" });

/** Reads one place; undefined where the text is none. */
export type ReadPlace = (text: string) => Place | undefined;

/**
 * Reads a zone: a place, or several as a list or joined by `+`. A place that nobody knows is left out of the several.
 *
 * @returns undefined where no place is known
 */
export function readZone(given: string | readonly string[], readPlace: ReadPlace): Zone | undefined {
  const texts = (typeof given === "string" ? [given] : given).flatMap((text) => text.split("+"));
  const known = texts.flatMap((text) => readPlace(text) ?? []);
  const [first, ...others] = new Map(known.map((place) => [place.name, place])).values();
  if (first === undefined) return undefined;
  return { name: [first, ...others].map(({ name }) => name).join("+"), places: [first, ...others] };
}

/**
 * Reads a place: ISO 3166-1 alpha-3 or alpha-2, a cloud region, `WORLD`, or a zone that a factor names; in any case of
 * letters.
 *
 * @returns undefined where the text is none of these
 */
export function readPlace(text: string, regions: Regions, named: ReadonlySet<string>): Place | undefined {
  const lower = text.trim().toLowerCase();
  const upper = lower.toUpperCase();
  const country = Object.hasOwn(regions.regions, lower) ? regions.regions[lower] : undefined;
  if (country !== undefined) return { name: lower, country };
  if (named.has(upper))
    return { name: upper, country: upper.slice(0, 3) === upper || upper === "WORLD" ? upper : upper.split("-")[0]! };
  if (named.has(lower)) return { name: lower, country: "WORLD" };
  if (Object.hasOwn(regions.countries, upper)) return { name: upper, country: upper };
  const alpha3 = Object.entries(regions.countries).find(([, alpha2]) => alpha2 === upper)?.[0];
  return alpha3 === undefined ? undefined : { name: alpha3, country: alpha3 };
}
