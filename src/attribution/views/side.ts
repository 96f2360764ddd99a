import { citation } from "../../factors/factor.ts";
import { newAmounts } from "../../model/amounts.ts";
import type { Criterion } from "../../model/footprint.ts";
import { BOUNDS, exactly, type Bound, type Range } from "../../model/range.ts";
import type { Usage } from "../../model/usage.ts";
import type { Subject } from "../attributor.ts";
import { energyEngine } from "../engines/energy-engine.ts";
import { impactsOf } from "../engines/impacts.ts";
import { writeSpan, type EnergyEstimate } from "../estimates/energy-estimate.ts";
import { tokenWeights, type TokenWeights } from "../estimates/weights.ts";
import { estimatesOf, type Served } from "../selection/methodology.ts";
import type { Selection, Selector } from "../selection/selection.ts";
import { factorsOf, pinned, type Component } from "./cancelling.ts";

/** One side of a difference, or a part of it: a usage of one model at one place, by its energy. */
export interface Side {
  readonly selection: Selection;
  readonly served: Served;
  readonly weights: TokenWeights;
  readonly usage: Usage;
  readonly provider: string;
}

/** @returns undefined where nothing covers the subject */
export function sideOf(selector: Selector, subject: Subject, usage: Usage): Side | undefined {
  const selection = selector.select(subject);
  const { served } = selection;
  if (served === undefined) return undefined;
  return { selection, served, weights: tokenWeights(selector.catalogue), usage, provider: subject.provider };
}

/** What a component of a side rests on, as `id@version`; of the estimates, the names of the models. */
export const restsOn = ({ served, weights }: Side, component: Component): readonly string[] =>
  factorsOf(served, weights, component);

/** The aggregates of a size class that both sides are in, which say nothing of their difference. */
export function commonClasses(a: readonly Side[], b: readonly Side[]): readonly string[] {
  const classesOf = ({ served }: Side) =>
    estimatesOf(served).flatMap(({ evidence, factors }) =>
      evidence === "class_default" && factors[0] !== undefined ? [citation(factors[0])] : [],
    );
  const other = new Set(b.flatMap(classesOf));
  return [...new Set(a.flatMap(classesOf))].filter((id) => other.has(id));
}

/** The bounds that components are taken at; what is not among them keeps its range. */
export type BoundsOf = Readonly<Partial<Record<Component, Bound>>>;

type Impacts = Partial<Record<Criterion, Range>>;

/** A side's impacts, with some components at one of their bounds and without the estimates that rest on `leftOut`. */
export function impactsAt(side: Side, bounds: BoundsOf, leftOut: readonly string[] = []): Impacts {
  if (bounds.estimates !== undefined && bounds.pue === undefined) {
    // One estimate at two hosts: it is the same, and each host's PUE is anywhere in its range.
    const [low, central, high] = BOUNDS.map((pue) => impactsAt(side, { ...bounds, pue }, leftOut));
    return spanOf(low!, central!, high!);
  }
  const pin = (component: Component, range: Range): Range => {
    const bound = bounds[component];
    return bound === undefined ? range : exactly(range[bound]);
  };
  const infrastructure = pinned(side.served.infrastructure, pin);
  const { input, cache, factors } = side.weights;
  const weights: TokenWeights = {
    input: pin("weights", input),
    cache: { read: pin("weights", cache.read), write: pin("weights", cache.write) },
    factors,
  };
  const all = estimatesOf({ ...side.served, infrastructure }, weights);
  const own = all.filter(({ factors: [factor] }) => factor === undefined || !leftOut.includes(citation(factor)));
  const estimates = (own.length > 0 ? own : all) as [EnergyEstimate, ...EnergyEstimate[]];
  const taken = bounds.estimates === undefined ? estimates : ([atBound(estimates, bounds.estimates)] as const);
  const amounts = newAmounts();
  const mask = energyEngine(taken, infrastructure, weights).write(side.usage, Infinity, amounts);
  return impactsOf(amounts, mask);
}

const spanOf = (low: Impacts, central: Impacts, high: Impacts): Impacts =>
  Object.fromEntries(
    Object.entries(central).map(([criterion, middle]: [string, Range]) => [
      criterion,
      {
        low: Math.min(low[criterion as Criterion]!.low, high[criterion as Criterion]!.low),
        central: middle.central,
        high: Math.max(low[criterion as Criterion]!.high, high[criterion as Criterion]!.high),
      },
    ]),
  );

/** All estimates as one that says a single value: that of one of the bounds of their range. */
function atBound(estimates: readonly [EnergyEstimate, ...EnergyEstimate[]], bound: Bound): EnergyEstimate {
  const [best] = estimates;
  const place = BOUNDS.indexOf(bound);
  return {
    ...best,
    write(counts, durationSeconds, drivers) {
      writeSpan(estimates, counts, durationSeconds, drivers);
      for (let driver = 0; driver < drivers.length; driver += 3)
        drivers.fill(drivers[driver + place]!, driver, driver + 3);
    },
  };
}
