import { usualProvider } from "../../factors/usual-provider.ts";
import { newAmounts } from "../../model/amounts.ts";
import { CRITERIA, type Criterion, type Evidence, type Impact, type ZoneBasis } from "../../model/footprint.ts";
import { BOUNDS, type Range } from "../../model/range.ts";
import { UNKNOWN_NAME } from "../../model/unknown-name.ts";
import type { Usage } from "../../model/usage.ts";
import { energyEngine } from "../engines/energy-engine.ts";
import { impactsOf } from "../engines/impacts.ts";
import { estimatesOf } from "../selection/methodology.ts";
import { createSelector, type AttributionOptions } from "../selection/selection.ts";
import { COMPONENTS, sameFactors } from "./cancelling.ts";
import { commonClasses, impactsAt, restsOn, sideOf, type Side } from "./side.ts";

/** One side of a comparison. */
export interface ComparedModel {
  /** As the provider calls it. */
  readonly model: string;
  /** @default the model's developer */
  readonly provider?: string;
  /** @default as for any request: the options', else the provider's */
  readonly zone?: string | readonly string[];
  /** As requests word it: `low`, `medium`, `high`. @default the provider's own */
  readonly reasoningEffort?: string;
  /** Where the two sides did not use the same, such as two months. @default the comparison's */
  readonly usage?: Usage;
}

/** A difference: it may be negative. */
export interface DifferenceRange {
  readonly low: number;
  readonly central: number;
  readonly high: number;
}

/** What the first causes more than the second. */
export interface Difference extends DifferenceRange {
  /** The first in parts of the second. Undefined where the second may be 0. */
  readonly ratio: DifferenceRange | undefined;
  /** Whether the whole range is on one side of 0. */
  readonly decided: boolean;
}

/** One side, as it was computed. */
export interface ComparedSide {
  /** In the catalogue; `unknown` where it has none. */
  readonly model: string;
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  /** Where the electricity comes from: ISO 3166-1 alpha-3 or a cloud region; undefined where no place is known. */
  readonly zone: string | undefined;
  /** Who says so. */
  readonly zoneBasis: ZoneBasis;
  /** How good the best estimate of its energy is. */
  readonly evidence: Evidence;
  /** The model whose figures stand in, where nobody has published one of this model. */
  readonly proxy?: string;
  /** By criterion, in the unit of its name; absent where it is not known. */
  readonly impacts: Readonly<Partial<Record<Criterion, Impact>>>;
}

/** Two models, and what the first causes more than the second. */
export interface ModelComparison {
  /** The first, as it was computed. */
  readonly a: ComparedSide;
  /** The second, as it was computed. */
  readonly b: ComparedSide;
  /** By criterion; absent where one side does not know it. */
  readonly differences: Readonly<Partial<Record<Criterion, Difference>>>;
  /** The factors that both sides have, which are at the same bound on both and so cancel, as `id@version`. */
  readonly shared: readonly string[];
}

/**
 * The difference of two models, or of one model in two places or with two usages, by the energy engine. What the two
 * share (grid, PUE, hardware, uplift, token weights; the estimate itself where it is one model) is taken at the same
 * bound on both sides, and the aggregate of a size class that both are in is left out, so that the range of the
 * difference comes from what they do not share. A difference of two
 * methods would be none of two models, so that an operator's analysis takes no part.
 *
 * @example
 * ```ts
 * const comparison = compareModels("gpt-5", "gpt-5-mini", { inputTokens: 1_000, outputTokens: 400 });
 * console.log(comparison?.differences.co2eGrams); // the shared grid cancels
 * ```
 * @returns undefined where nothing covers one of them
 */
export function compareModels(
  a: string | ComparedModel,
  b: string | ComparedModel,
  usage: Usage,
  options: Omit<AttributionOptions, "methodology"> = {},
): ModelComparison | undefined {
  const selector = createSelector({ ...options, methodology: "energy" });
  const [first, second] = [a, b].map((each) => {
    const given = typeof each === "string" ? { model: each } : each;
    const { model, provider = usualProvider(selector.catalogue, model), zone, reasoningEffort } = given;
    const subject = {
      provider,
      model,
      operation: "chat",
      ...(zone !== undefined && { zone }),
      ...(reasoningEffort !== undefined && { reasoningEffort }),
    };
    return sideOf(selector, subject, given.usage ?? usage);
  });
  if (first === undefined || second === undefined) return undefined;
  const shared = COMPONENTS.filter((component) => sameFactors(restsOn(first, component), restsOn(second, component)));
  const [sideA, sideB] = [first, second].map(computed);
  if (sideA === undefined || sideB === undefined) return undefined;

  const common = shared.includes("estimates") ? [] : commonClasses([first], [second]);
  const differences: Partial<Record<Criterion, Difference>> = {};
  for (const criterion of CRITERIA) {
    const [one, other] = [sideA.impacts[criterion], sideB.impacts[criterion]];
    if (one === undefined || other === undefined) continue;
    const pairs = BOUNDS.flatMap((bound) => {
      const at = Object.fromEntries(shared.map((component) => [component, bound]));
      const [x, y] = [first, second].map((side) => impactsAt(side, at, common)[criterion]!) as [Range, Range];
      // What is not shared may be anywhere in its range on either side.
      return BOUNDS.flatMap((ofX) => BOUNDS.map((ofY) => [x[ofX], y[ofY]] as const));
    });
    const gaps = pairs.map(([x, y]) => x - y);
    const [low, high] = [Math.min(...gaps), Math.max(...gaps)];
    const ratios = pairs.map(([x, y]) => x / y);
    differences[criterion] = {
      low,
      central: one.central - other.central,
      high,
      ratio: pairs.every(([, y]) => y > 0)
        ? { low: Math.min(...ratios), central: one.central / other.central, high: Math.max(...ratios) }
        : undefined,
      decided: low > 0 || high < 0,
    };
  }
  const ids = [...shared.flatMap((component) => restsOn(first, component)), ...common];
  return { a: sideA, b: sideB, differences, shared: [...new Set(ids)] };
}

function computed({ selection, served, weights, usage, provider }: Side): ComparedSide | undefined {
  const [best, ...others] = estimatesOf(served);
  if (best === undefined) return undefined;
  const engine = energyEngine([best, ...others], served.infrastructure, weights);
  const amounts = newAmounts();
  const mask = engine.write(usage, Infinity, amounts);
  if (mask === 0) return undefined;
  return {
    model: selection.model?.name ?? UNKNOWN_NAME,
    provider,
    zone: selection.zone,
    zoneBasis: selection.zoneBasis,
    evidence: engine.evidence,
    ...(selection.proxy && { proxy: selection.proxy.model }),
    impacts: impactsOf(amounts, mask),
  };
}
