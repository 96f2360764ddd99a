import { CRITERION_FACTS, criterionTable, type Criterion, type SizedUnit } from "../model/criteria.ts";
import type { Range } from "../model/range.ts";

/** A criterion as people read it. */
export const CRITERION_TITLES = criterionTable(({ title }) => title);

/** The largest unit in which `value` is at least 1; the smallest for less. */
export function unitFor(criterion: Criterion, value: number): SizedUnit {
  const units: readonly SizedUnit[] = CRITERION_FACTS[criterion].displayUnits;
  const base = units.find(([size]) => size <= 1) ?? units.at(-1)!;
  return value === 0 ? base : (units.find(([size]) => value >= size) ?? units.at(-1)!);
}

export const formatCount = (value: number): string => value.toLocaleString("en", { maximumFractionDigits: 0 });

/** Three significant digits, as many as any factor could justify. */
export const formatNumber = (value: number): string =>
  value >= 1000 ? formatCount(value) : value.toLocaleString("en", { maximumSignificantDigits: 3 });

/** A share that is not nothing is never shown as 0 %. */
export const formatShare = (share: number | undefined): string => {
  if (share === undefined) return "unknown";
  return share > 0 && share < LEAST_SHARE ? `< ${100 * LEAST_SHARE} %` : percent(share);
};

const LEAST_SHARE = 0.001;

const percent = (share: number): string => `${(100 * share).toLocaleString("en", { maximumFractionDigits: 1 })} %`;

/** Such as `known for 22 of 24 requests`; undefined where a criterion is known for all requests that have a footprint. */
export function formatPart(known: number, attributed: number): string | undefined {
  const [part, whole] = [formatCount(known), formatCount(attributed)];
  return part === whole ? undefined : `known for ${part} of ${whole} requests`;
}

export function formatQuantity(criterion: Criterion, value: number): string {
  const [size, name] = unitFor(criterion, value);
  return `${formatNumber(value / size)} ${name}`;
}

/** The same in a given unit, for a column that has one. What is too small for three digits of it is less than the least. */
export function formatRangeIn([size, name]: SizedUnit, { low, central, high }: Range): string {
  const shown = (value: number): string =>
    value > 0 && value / size < LEAST_IN_COLUMN ? `< ${LEAST_IN_COLUMN}` : formatNumber(value / size);
  return low === high ? `${shown(central)} ${name}` : `${shown(central)} ${name} (${shown(low)} to ${shown(high)})`;
}

const LEAST_IN_COLUMN = 0.001;

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

/** Such as `+12 g (−3 g to +40 g)`, each in a unit of its own. */
export function formatDifference(criterion: Criterion, { low, central, high }: SignedRange): string {
  const signed = (value: number): string => {
    const sign = value < 0 ? "−" : "+";
    return `${value === 0 ? "" : sign}${formatQuantity(criterion, Math.abs(value))}`;
  };
  return low === high ? signed(central) : `${signed(central)} (${signed(low)} to ${signed(high)})`;
}

/** A range that may be below 0. */
interface SignedRange {
  readonly low: number;
  readonly central: number;
  readonly high: number;
}
