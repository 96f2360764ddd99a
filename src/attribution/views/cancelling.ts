import { citation } from "../../factors/factor.ts";
import type { Range } from "../../model/range.ts";
import type { Infrastructure } from "../estimates/infrastructure.ts";
import type { TokenWeights } from "../estimates/weights.ts";
import type { Served } from "../selection/methodology.ts";

/** What both sides may have in common. */
export const COMPONENTS = [
  "pue",
  "wue",
  "grid",
  "water",
  "electricity",
  "hardware",
  "uplift",
  "weights",
  "estimates",
] as const;
export type Component = (typeof COMPONENTS)[number];

/** What a component of one side rests on. */
export function factorsOf(served: Served, weights: TokenWeights, component: Component): readonly string[] {
  const { factors, uplift } = served.infrastructure;
  switch (component) {
    case "hardware":
      return factors.embodied.map(citation);
    case "uplift":
      return [citation(uplift.factor)];
    case "weights":
      return weights.factors.map(citation);
    case "estimates":
      return [...served.figures.map(({ name }) => name), served.reasoningEffort ?? ""].filter((name) => name !== "");
    default:
      return factors[component].map(citation);
  }
}

export const sameFactors = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((id, index) => id === b[index]);

/** An infrastructure with some of its ranges taken at one bound. */
export function pinned(of: Infrastructure, pin: (component: Component, range: Range) => Range): Infrastructure {
  const optional = (component: Component, range: Range | undefined) => range && pin(component, range);
  const embodied = of.embodiedPerServerSecond;
  return {
    ...of,
    pue: pin("pue", of.pue),
    wueLitresPerKilowattHour: pin("wue", of.wueLitresPerKilowattHour),
    gridGramsPerKilowattHour: pin("grid", of.gridGramsPerKilowattHour),
    electricityLitresPerKilowattHour: optional("water", of.electricityLitresPerKilowattHour),
    electricityJoulesPerKilowattHour: optional("electricity", of.electricityJoulesPerKilowattHour),
    electricityGramsSbEqPerKilowattHour: optional("electricity", of.electricityGramsSbEqPerKilowattHour),
    uplift: { ...of.uplift, ratio: pin("uplift", of.uplift.ratio) },
    serverSecondsPerJoule: pin("hardware", of.serverSecondsPerJoule),
    embodiedPerServerSecond: {
      co2eGrams: pin("hardware", embodied.co2eGrams),
      primaryEnergyJoules: pin("hardware", embodied.primaryEnergyJoules),
      abioticDepletionGramsSbEq: pin("hardware", embodied.abioticDepletionGramsSbEq),
    },
  };
}
