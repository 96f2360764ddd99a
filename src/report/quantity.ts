import type { Criterion } from "../model/footprint.ts";
import type { Range } from "../model/range.ts";

/** A criterion as people read it. */
export const CRITERION_TITLES: Readonly<Record<Criterion, string>> = {
  co2eGrams: "Greenhouse gases (CO2e)",
  waterLitres: "Water consumed",
  energyJoules: "Electricity",
  primaryEnergyJoules: "Primary energy",
  abioticDepletionGramsSbEq: "Abiotic resource depletion",
};

type Unit = readonly [size: number, name: string];

/** The units that people read, largest first; sizes in the unit of the criterion. 1 Wh is 3600 J. */
const UNITS: Readonly<Record<Criterion, readonly [...Unit[], Unit]>> = {
  co2eGrams: [
    [1e6, "t"],
    [1e3, "kg"],
    [1, "g"],
    [1e-3, "mg"],
    [1e-6, "µg"],
  ],
  waterLitres: [
    [1e3, "m³"],
    [1, "L"],
    [1e-3, "mL"],
    [1e-6, "µL"],
  ],
  energyJoules: [
    [3.6e9, "MWh"],
    [3.6e6, "kWh"],
    [3.6e3, "Wh"],
    [3.6, "mWh"],
  ],
  primaryEnergyJoules: [
    [1e9, "GJ"],
    [1e6, "MJ"],
    [1e3, "kJ"],
    [1, "J"],
  ],
  abioticDepletionGramsSbEq: [
    [1, "g Sb eq"],
    [1e-3, "mg Sb eq"],
    [1e-6, "µg Sb eq"],
    [1e-9, "ng Sb eq"],
  ],
};

/** The largest unit in which `value` is at least 1; the smallest for less. */
export function unitFor(criterion: Criterion, value: number): Unit {
  const units = UNITS[criterion];
  const base = units.find(([size]) => size <= 1) ?? units.at(-1)!;
  return value === 0 ? base : (units.find(([size]) => value >= size) ?? units.at(-1)!);
}

export const formatCount = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 0 });

/** Three significant digits, as many as any factor could justify. */
export const formatNumber = (value: number): string =>
  value >= 1000 ? formatCount(value) : value.toLocaleString("en", { maximumSignificantDigits: 3 });

export const formatShare = (share: number | undefined): string =>
  share === undefined ? "unknown" : `${(100 * share).toLocaleString("en", { maximumFractionDigits: 1 })} %`;

/** Such as `known for 22 of 24 requests`; undefined where a criterion is known for all requests that have a footprint. */
export function formatPart(known: number, attributed: number): string | undefined {
  const [part, whole] = [formatCount(known), formatCount(attributed)];
  return part === whole ? undefined : `known for ${part} of ${whole} requests`;
}

export function formatQuantity(criterion: Criterion, value: number): string {
  const [size, name] = unitFor(criterion, value);
  return `${formatNumber(value / size)} ${name}`;
}

/**
 * Such as `1.14 kg (0.57 to 2.28)`; without the bounds where they are the same; `28.5 mg (11.4 mg to 264 g)` where a
 * bound is too far away to be read in the unit of the central value.
 */
export function formatRange(criterion: Criterion, { low, central, high }: Range): string {
  const text = formatQuantity(criterion, central);
  if (low === high) return text;
  const [size] = unitFor(criterion, central);
  const far = [low / size, high / size].some((bound) => bound > FAR || (bound > 0 && bound < 1 / FAR));
  const bounds = [low, high].map((bound) => (far ? formatQuantity(criterion, bound) : formatNumber(bound / size)));
  return `${text} (${bounds.join(" to ")})`;
}

/** How many times the unit of the central value a bound may be, up or down, to be written in it. */
const FAR = 1000;
