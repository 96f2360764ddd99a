/** What is assumed of a provider that says nothing better. */
export interface Provider {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly name: string;
  /** Whose own models it serves first of all. */
  readonly developer?: string;
  /** ISO 3166-1 alpha-3, a set of places such as `EU`, or `WORLD` where no place is known. */
  readonly zone: string;
  /** Where it is known to serve from, the zone among them, which the range spans while only the default is known. */
  readonly sites?: readonly string[];
  /** Why this zone. */
  readonly basis: string;
  readonly url: string;
}

/** Cloud regions and countries. */
export interface Regions {
  readonly source: string;
  /** ISO 3166-1 alpha-3 to alpha-2. */
  readonly countries: Readonly<Record<string, string>>;
  /** Region of a cloud to the country it stands in. */
  readonly regions: Readonly<Record<string, string>>;
  /** Groups of countries by name, such as `EEA`. */
  readonly sets?: Readonly<Record<string, readonly string[]>>;
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

/** Reads the places that one name stands for; empty where it names none. */
export type ReadPlaces = (text: string) => readonly Place[];

/**
 * Reads a zone: a place, a named set of places, or several of them as a list or joined by `+`. A name that nobody knows
 * is left out of the several.
 *
 * @returns undefined where no place is known
 */
export function readZone(given: string | readonly string[], readPlaces: ReadPlaces): Zone | undefined {
  const texts = (typeof given === "string" ? [given] : given).flatMap((text) => text.split("+"));
  const known = texts.map((text) => ({ text, places: readPlaces(text) })).filter(({ places }) => places.length > 0);
  const names = known.map(({ text, places }) => (places.length === 1 ? places[0]!.name : text.trim().toUpperCase()));
  const places = known.flatMap((each) => each.places);
  const [first, ...others] = new Map(places.map((place) => [place.name, place])).values();
  return first && { name: [...new Set(names)].join("+"), places: [first, ...others] };
}

/** The places of a named set, else the one place that a text names. */
export function readPlaces(text: string, regions: Regions, named: ReadonlySet<string>): readonly Place[] {
  const upper = text.trim().toUpperCase();
  const members = regions.sets !== undefined && Object.hasOwn(regions.sets, upper) ? regions.sets[upper]! : [text];
  return members.flatMap((member) => readPlace(member, regions, named) ?? []);
}

/**
 * Reads a place: ISO 3166-1 alpha-3 or alpha-2, a cloud region, `WORLD`, or a zone that a factor names; in any case of
 * letters.
 *
 * @returns undefined where the text is none of these
 */
function readPlace(text: string, regions: Regions, named: ReadonlySet<string>): Place | undefined {
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
