import type { Catalogue } from "../../factors/catalogue.ts";
import { WORLD, type Zone } from "../../factors/location.ts";
import { meantBy } from "../../factors/own-regions.ts";
import { kinOfRegion } from "../../factors/region-kin.ts";
import { zoneRemedy } from "../../factors/zone-remedy.ts";
import { ConfigurationError, shown } from "../../model/errors.ts";
import type { ZoneBasis } from "../../model/footprint.ts";
import type { Subject } from "../attributor.ts";

/** Where a request is taken to have been served, and who says so. */
export interface Location {
  /** Undefined for the world's average. */
  readonly zone: Zone | undefined;
  readonly basis: ZoneBasis;
  readonly warnings: readonly string[];
}

/**
 * The place of a request: what was declared for it, what is declared for all requests, what the answer or the endpoint
 * says, the provider's default, the world's average.
 *
 * @param configured the zone that is declared for all requests
 */
export function locate(
  catalogue: Catalogue,
  { provider, zone: given, zoneBasis = "declared" }: Subject,
  configured: Zone | undefined,
): Location {
  // What was only assumed is assumed anew: a catalogue may know better.
  const said = zoneBasis === "provider_default" || zoneBasis === "world" ? undefined : given;
  const named = said === undefined ? undefined : catalogue.zone(meantBy(provider, said));
  const warnings = said !== undefined && named === undefined ? ["zone_unknown"] : [];
  const own = named ?? (zoneBasis === "declared" ? undefined : zoneOfKin(catalogue, said));
  if (own !== undefined && (zoneBasis === "declared" || configured === undefined)) {
    return { zone: own, basis: zoneBasis, warnings };
  }
  if (configured !== undefined) return { zone: configured, basis: "declared", warnings };
  const assumed = catalogue.provider(provider)?.zone;
  const zone = assumed === undefined ? undefined : catalogue.zone(assumed);
  if (zone !== undefined && zone.name !== WORLD.name) return { zone, basis: "provider_default", warnings };
  return { zone: undefined, basis: "world", warnings: [...warnings, "zone_world_average"] };
}

/** Where a region may be that the catalogue does not have, which an endpoint or an answer names. */
const zoneOfKin = (catalogue: Catalogue, said: Subject["zone"]): Zone | undefined =>
  typeof said === "string" ? catalogue.zone(kinOfRegion(said, catalogue.regions)) : undefined;

/** @throws ConfigurationError where no place is known */
export function configuredZone(catalogue: Catalogue, given: string | readonly string[]): Zone {
  const zone = catalogue.zone(given);
  if (zone !== undefined) return zone;
  throw new ConfigurationError("zone", `expected a zone, got ${shown(given)}`, zoneRemedy(given, catalogue));
}
