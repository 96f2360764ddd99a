import { lazySchema, valibot } from "../../lazy/valibot.ts";
import { getJson, type GridIntensitySource } from "./source.ts";

/** How the Carbon Intensity API of Great Britain is asked. */
export interface UkCarbonIntensityOptions {
  /** @default "https://api.carbonintensity.org.uk" */
  readonly baseUrl?: string;
  /** @default the global fetch */
  readonly fetch?: typeof fetch;
}

const answer = lazySchema((v) =>
  v.object({
    data: v.tupleWithRest(
      [
        v.object({
          from: v.string(),
          intensity: v.object({ forecast: v.nullable(v.number()), actual: v.nullable(v.number()) }),
        }),
      ],
      v.unknown(),
    ),
  }),
);

/**
 * Intensity of Great Britain from the National Energy System Operator: no key, CC BY 4.0. Operational, not life cycle.
 *
 * @see https://carbon-intensity.github.io/api-definitions
 *
 * @example
 * ```ts
 * const meter = createMeter({ gridIntensity: ukCarbonIntensity(), zone: "GBR" });
 * ```
 */
export function ukCarbonIntensity(options: UkCarbonIntensityOptions = {}): GridIntensitySource {
  const { baseUrl = "https://api.carbonintensity.org.uk", fetch = globalThis.fetch } = options;
  return {
    name: "uk_carbon_intensity",
    async read(country, _countryCode, signal) {
      if (country !== "GBR") return undefined;
      const { data } = valibot.load().parse(answer(), await getJson(fetch, `${baseUrl}/intensity`, {}, signal));
      const { actual, forecast } = data[0].intensity;
      // The half hour that is running has no actual value yet.
      const gramsPerKilowattHour = actual ?? forecast;
      if (gramsPerKilowattHour === null) return undefined;
      return { gramsPerKilowattHour, at: new Date(data[0].from), isEstimated: actual === null };
    },
  };
}
