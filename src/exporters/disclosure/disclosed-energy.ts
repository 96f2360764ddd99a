import type { Footprint } from "../../model/footprint.ts";

/** Where a JSON answer says what it took. */
export const DISCLOSURE_HEADER = "x-energy-data";

/** Evidence that rests on a measurement of these very servers. */
const MEASURED: readonly Footprint["evidence"][] = ["user_measured", "stated_measured"];

/**
 * What an answer took, in the drafted common form of one line: central values, energy at the facility's meter. Undefined
 * where there is no energy to speak of.
 *
 * @param provider undefined where there are several
 */
export function disclosureOf(footprint: Footprint | undefined, provider: string | undefined): string | undefined {
  const { energyJoules, co2eGrams, gridIntensity, evidence } = footprint ?? {};
  if (energyJoules === undefined) return undefined;
  return inAscii(
    JSON.stringify({
      joules: rounded(energyJoules.central),
      ...(co2eGrams && { g_co2e: rounded(co2eGrams.central) }),
      source: evidence !== undefined && MEASURED.includes(evidence) ? "measured" : "estimated",
      provider,
      method: "llm-footprint",
      ...(gridIntensity && { grid_carbon_intensity: gridIntensity.gramsPerKilowattHour }),
    }),
  );
}

/** A header holds nothing else. */
const inAscii = (json: string): string =>
  json.replaceAll(/[^ -~]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** More digits than a meter has. */
const rounded = (value: number): number => Number(value.toPrecision(6));
