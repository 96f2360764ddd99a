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
export interface Zone {
  /** The region's or country's name as the catalogue writes it. */
  readonly name: string;
  /** ISO 3166-1 alpha-3, or `WORLD`. */
  readonly country: string;
}

/**
 * Reads a zone: ISO 3166-1 alpha-3 or alpha-2, a cloud region, `WORLD`, or a zone that a factor names; in any case of
 * letters.
 *
 * @returns undefined where the text is none of these
 */
export function readZone(text: string, regions: Regions, named: ReadonlySet<string>): Zone | undefined {
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
