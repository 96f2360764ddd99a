import type { Catalogue } from "../factors/catalogue.ts";
import { zoneRemedy } from "../factors/zone-remedy.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import type { UpstreamOptions } from "./upstream.ts";

/** @throws ConfigurationError for an upstream in a zone that the catalogue does not know: its electricity would be the world's */
export function checkZones(upstreams: readonly UpstreamOptions[], catalogue: Catalogue): void {
  for (const { name, zone } of upstreams) {
    if (zone === undefined || catalogue.zone(zone) !== undefined) continue;
    const problem = `expected a zone, got ${shown(zone)}`;
    throw new ConfigurationError(`upstreams.${name}.zone`, problem, zoneRemedy(zone, catalogue));
  }
}
