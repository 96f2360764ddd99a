import { stringAt } from "./json.ts";
import { providerNamed } from "./names-of-gateways.ts";
import type { Reading } from "./reading.ts";

/** What an answer says of where it was made. */
export interface StatedPlace {
  /** ISO 3166-1, or a cloud region. */
  readonly zone: string | undefined;
  /** The provider that served what a router passed on. */
  readonly servedBy: string | undefined;
}

/** The header in which a provider's answers say it. */
const HEADER_OF_PROVIDER: Readonly<Record<string, string>> = {
  "azure.ai.openai": "x-ms-region",
  "azure.ai.inference": "x-ms-region",
  groq: "x-groq-region",
  hugging_face: "x-inference-provider",
};

/**
 * Reads where an answer was made, where it says so.
 *
 * @param provider whose host was asked
 */
export function statedPlace(
  provider: string,
  headers: { get(name: string): string | null } | undefined,
  reading: Reading | undefined,
): StatedPlace | undefined {
  const name = Object.hasOwn(HEADER_OF_PROVIDER, provider) ? HEADER_OF_PROVIDER[provider] : undefined;
  const header = name === undefined ? undefined : (headers?.get(name) ?? undefined);
  const geography = stringAt(reading?.rawUsage, "inference_geo");
  const said = typeof reading?.stated === "object" ? reading.stated : undefined;
  const host = reading?.servedBy ?? said?.servedBy;
  if (header === undefined && geography === undefined && host === undefined && said?.location === undefined)
    return undefined;
  return {
    zone:
      said?.location ?? geographyOf(geography) ?? (header === undefined ? undefined : ZONE_OF_HEADER[name!]?.(header)),
    servedBy: host ?? (name === "x-inference-provider" ? providerNamed(header!) : undefined),
  };
}

/** Anthropic's `us`, or `global`, which is not a place. */
const geographyOf = (geography: string | undefined): string | undefined =>
  geography !== undefined && /^[a-z]{2}$/.test(geography) ? geography.toUpperCase() : undefined;

const ZONE_OF_HEADER: Readonly<Record<string, (header: string) => string | undefined>> = {
  // Azure writes its regions as its portal shows them: "East US 2" for eastus2.
  "x-ms-region": (header) => /^[a-z0-9]{4,30}$/.exec(header.toLowerCase().replaceAll(" ", ""))?.[0],
  "x-groq-region": (header) => {
    const site = header.slice(0, 3).toLowerCase();
    return Object.hasOwn(COUNTRY_OF_SITE, site) ? COUNTRY_OF_SITE[site] : undefined;
  },
};

/** Sites by the IATA codes of the cities that data centres are named after. */
const COUNTRY_OF_SITE: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    USA: "atl bos dal den dfw ewr hou iad iah jfk las lax mci mia msp ord pdx phx sea sfo sjc slc",
    CAN: "yka yul yvr yyc yyz",
    BRA: "gig gru",
    GBR: "lhr lon man",
    FRA: "cdg mrs par",
    DEU: "ber dus fra muc",
    NLD: "ams",
    IRL: "dub",
    ESP: "mad",
    ITA: "lin mxp",
    CHE: "gva zrh",
    SWE: "arn",
    NOR: "osl",
    DNK: "cph",
    FIN: "hel",
    POL: "waw",
    SAU: "dmm jed ruh",
    ARE: "auh dxb",
    QAT: "doh",
    IND: "bom del hyd maa",
    SGP: "sin",
    JPN: "hnd kix nrt",
    KOR: "icn",
    AUS: "mel syd",
  }).flatMap(([country, sites]) => sites.split(" ").map((site) => [site, country])),
);
