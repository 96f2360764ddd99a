import { usersFirst } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import { isUsers, type Factor, type FactorKind, type Metric } from "../../factors/factor.ts";
import type { Place, Zone } from "../../factors/location.ts";
import { exactly, multiply, overPlaces, span, type Range } from "../../model/range.ts";
import { needed } from "./weights.ts";

/** What a kilowatt-hour at the meter causes. What no source gives is undefined. */
export interface Electricity {
  readonly co2eGrams: Range;
  readonly waterLitres: Range | undefined;
  readonly primaryEnergyJoules: Range | undefined;
  readonly abioticDepletionGramsSbEq: Range | undefined;
  readonly factors: Readonly<Record<"grid" | "water" | "electricity", readonly Factor[]>>;
  readonly warnings: readonly string[];
}

/** The range of all factors that give a metric: the first is central, the bounds are everybody's. */
export function spanOf(factors: readonly Factor[], metric: Metric): Range | undefined {
  const [best, ...others] = factors.flatMap(({ metrics }) => metrics[metric] ?? []);
  return best === undefined ? undefined : span(best, ...others);
}

/**
 * The electricity of a provider that nobody said the place of: central of its default, with the range of all its known
 * sites and of where in a large country they may stand.
 */
export function assumedElectricity(catalogue: Catalogue, zone: Zone, sites: readonly string[]): Electricity {
  const home = electricityOf(catalogue, zone);
  const everywhere = sites.flatMap((site) => catalogue.zone(site) ?? []);
  const all = [home, ...everywhere.map((site) => electricityOf(catalogue, site))];
  const within = catalogue.factors.filter(
    ({ kind, appliesTo }) =>
      kind === "uncertainty" && zone.places.some(({ name }) => appliesTo.zones?.includes(name) === true),
  );
  const widened = within.reduce((grams, { metrics }) => multiply(grams, metrics.ratio ?? exactly(1)), home.co2eGrams);
  const over = (metric: (of: Electricity) => Range | undefined): Range | undefined => {
    const [central, ...others] = all.flatMap((of) => metric(of) ?? []);
    return central && metric(home) && span(central, ...others);
  };
  const union = (which: keyof Electricity["factors"]) => [...new Set(all.flatMap(({ factors }) => factors[which]))];
  return {
    co2eGrams: span(home.co2eGrams, widened, ...all.map(({ co2eGrams }) => co2eGrams)),
    waterLitres: over(({ waterLitres }) => waterLitres),
    primaryEnergyJoules: over(({ primaryEnergyJoules }) => primaryEnergyJoules),
    abioticDepletionGramsSbEq: over(({ abioticDepletionGramsSbEq }) => abioticDepletionGramsSbEq),
    factors: { grid: [...union("grid"), ...within], water: union("water"), electricity: union("electricity") },
    warnings: home.warnings,
  };
}

/** The electricity of a zone: of several places the mean, and the range of all. */
export function electricityOf(catalogue: Catalogue, { places }: Zone): Electricity {
  const each = places.map((place) => electricityAt(catalogue, place));
  const over = (metric: (of: Electricity) => Range | undefined): Range | undefined => {
    const known = each.flatMap((of) => metric(of) ?? []);
    return known.length < each.length ? undefined : overPlaces(known);
  };
  const union = <T>(list: (of: Electricity) => readonly T[]): readonly T[] => [...new Set(each.flatMap(list))];
  return {
    co2eGrams: needed(
      over(({ co2eGrams }) => co2eGrams),
      "a grid factor of the zone",
    ),
    waterLitres: over(({ waterLitres }) => waterLitres),
    primaryEnergyJoules: over(({ primaryEnergyJoules }) => primaryEnergyJoules),
    abioticDepletionGramsSbEq: over(({ abioticDepletionGramsSbEq }) => abioticDepletionGramsSbEq),
    factors: {
      grid: union(({ factors }) => factors.grid),
      water: union(({ factors }) => factors.water),
      electricity: union(({ factors }) => factors.electricity),
    },
    warnings: union(({ warnings }) => warnings),
  };
}

const isCombustionOnly = ({ boundary }: Factor): boolean => boundary.embodied === "no";

function electricityAt(catalogue: Catalogue, { name, country }: Place): Electricity {
  const located = (kind: FactorKind, metric: Metric, ...places: readonly string[]): readonly Factor[] =>
    usersFirst(
      places.flatMap((place) =>
        catalogue.factors.filter(
          (factor) =>
            factor.kind === kind &&
            factor.accounting !== "market" &&
            factor.metrics[metric] !== undefined &&
            factor.appliesTo.zones?.includes(place) === true,
        ),
      ),
    );
  const warnings: string[] = [];
  const places = name === country ? [country] : [name, country];
  let grid = located("grid", "co2eGrams", ...places);
  // What is burnt in a power plant and a whole life cycle are two quantities: never in one range.
  if (grid[0] !== undefined && !isUsers(grid[0]) && isCombustionOnly(grid[0])) {
    grid = grid.filter(isCombustionOnly);
    warnings.push("grid_combustion_only");
  }
  if (grid.length === 0) {
    warnings.push("zone_without_grid_factor");
    grid = located("grid", "co2eGrams", "WORLD");
  }
  let water = located("water_intensity", "waterLitres", ...places);
  if (water.length === 0) {
    warnings.push("zone_without_water_factor");
    water = located("water_intensity", "waterLitres", "WORLD");
  }
  const primaryEnergy = located("grid", "primaryEnergyJoules", ...places);
  const depletion = located("grid", "abioticDepletionGramsSbEq", ...places);
  return {
    co2eGrams: needed(spanOf(grid, "co2eGrams"), "a grid factor of the world"),
    waterLitres: spanOf(water, "waterLitres"),
    primaryEnergyJoules: spanOf(primaryEnergy, "primaryEnergyJoules"),
    abioticDepletionGramsSbEq: spanOf(depletion, "abioticDepletionGramsSbEq"),
    factors: { grid, water, electricity: [...new Set([...primaryEnergy, ...depletion])] },
    warnings,
  };
}
