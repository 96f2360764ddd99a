import type { Regions } from "./location.ts";

/** What Azure puts before or after the name of a country: `norwayeast`, `southindia`. */
const DIRECTIONS = /^(?:north|south|east|west|central)+|(?:north|south|east|west|central)+$/g;

/**
 * The countries, by ISO 3166-1 alpha-3, that a cloud region may stand in which is newer than the catalogue, as far as its
 * name says: the country in it (`eu-nl`, `norwaysouth`), else those of all regions that begin alike (`ap-southeast-9`).
 * Empty where it says nothing.
 */
export function kinOfRegion(name: string, regions: Regions): readonly string[] {
  const lower = name.trim().toLowerCase();
  if (/^[a-z]{5,}\d?$/.test(lower)) return countriesOf(regions, (other) => coreOf(other) === coreOf(lower));
  if (!/^[a-z]+(?:-[a-z0-9]+)+$/.test(lower)) return [];
  const [first = "", second = ""] = lower.split("-");
  const named = countryOf(second, regions);
  if (named !== undefined) return [named];
  const alike = countriesOf(regions, (other) => other.startsWith(`${first}-`));
  return alike.length > 0 ? alike : [countryOf(first, regions)].filter((country) => country !== undefined);
}

const coreOf = (name: string): string | undefined =>
  name.includes("-") ? undefined : name.replace(/\d+$/, "").replaceAll(DIRECTIONS, "");

const countriesOf = ({ regions }: Regions, isKin: (region: string) => boolean): readonly string[] => [
  ...new Set(Object.entries(regions).flatMap(([region, country]) => (isKin(region) ? [country] : []))),
];

/** By its code of two letters; the United Kingdom has two of them. */
const countryOf = (code: string, { countries }: Regions): string | undefined =>
  Object.entries(countries).find(([, alpha2]) => alpha2 === (code === "uk" ? "GB" : code.toUpperCase()))?.[0];
