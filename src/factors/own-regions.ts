/**
 * Regions of providers that have names of their own, or those of countries elsewhere, and the countries that they stand in:
 * OVHcloud's BHS is Beauharnois and its ERI Erith, which are the Bahamas and Eritrea by ISO 3166-1. Sources: ovhcloud.com's
 * list of regions and availability, and docs.nebius.com/overview/regions, read 2026-11.
 */
const OWN_REGIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ovhcloud: { BHS: "CAN", ERI: "GBR" },
  nebius: { "EU-NORTH1": "FIN", "EU-WEST1": "FRA" },
};

/** What a provider means by a zone, such as `CAN` by OVHcloud's `BHS`; else the zone as it is. */
export function meantBy(provider: string, zone: string | readonly string[]): string | readonly string[] {
  if (!Object.hasOwn(OWN_REGIONS, provider)) return zone;
  const own = OWN_REGIONS[provider]!;
  const meant = (text: string): string => {
    const name = text.trim().toUpperCase();
    return Object.hasOwn(own, name) ? own[name]! : text;
  };
  return typeof zone === "string" ? meant(zone) : zone.map(meant);
}
