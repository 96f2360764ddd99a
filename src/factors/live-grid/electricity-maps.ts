import { lazySchema, valibot } from "../../lazy/valibot.ts";
import { ConfigurationError } from "../../model/errors.ts";
import { getJson, type GridIntensitySource } from "./source.ts";

/** How Electricity Maps is asked. */
export interface ElectricityMapsOptions {
  /** The `auth-token` of your account. Its plan decides which zones it may ask for, and its licence what for. */
  readonly apiKey: string;
  /** Zones of Electricity Maps for countries that have several, by ISO 3166-1 alpha-3: `{ USA: "US-MIDA-PJM" }`. */
  readonly zones?: Readonly<Record<string, string>>;
  /** @default "https://api.electricitymaps.com/v4" */
  readonly baseUrl?: string;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
}

const answer = lazySchema((v) =>
  v.object({
    carbonIntensity: v.number(),
    datetime: v.pipe(v.string(), v.isoTimestamp()),
    isEstimated: v.optional(v.nullable(v.boolean())),
  }),
);

/**
 * Life-cycle intensity of consumption from Electricity Maps.
 *
 * @see https://portal.electricitymaps.com/docs
 *
 * @example
 * ```ts
 * const gridIntensity = electricityMaps({ apiKey: process.env.ELECTRICITY_MAPS_KEY ?? "" });
 * const meter = createMeter({ gridIntensity, zone: "SWE" });
 * ```
 * @throws ConfigurationError without an API key
 */
export function electricityMaps(options: ElectricityMapsOptions): GridIntensitySource {
  const { apiKey, zones = {}, baseUrl = "https://api.electricitymaps.com/v4", fetch = globalThis.fetch } = options;
  if (typeof apiKey !== "string" || apiKey === "") {
    throw new ConfigurationError("electricityMaps.apiKey", "is missing", "Give the auth-token of your account.");
  }
  return {
    name: "electricity_maps",
    async read(country, countryCode, signal) {
      const zone = encodeURIComponent(zones[country] ?? countryCode);
      const url = `${baseUrl}/carbon-intensity/latest?zone=${zone}&emissionFactorType=lifecycle`;
      const { carbonIntensity, datetime, isEstimated } = valibot
        .load()
        .parse(answer(), await getJson(fetch, url, { "auth-token": apiKey }, signal));
      return { gramsPerKilowattHour: carbonIntensity, at: new Date(datetime), isEstimated: isEstimated === true };
    },
  };
}
