import { appliesToModel, appliesToProvider } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import { isUsers, type Factor, type Modality } from "../../factors/factor.ts";
import type { Model } from "../../factors/model.ts";
import type { Criterion, Evidence } from "../../model/footprint.ts";
import { divide, exactly, multiply, span, type Range } from "../../model/range.ts";
import { architectureOf, classFactors, sizeClassOf } from "../estimates/architecture.ts";
import { directEngine } from "../engines/direct-engine.ts";
import { energyEngine } from "../engines/energy-engine.ts";
import type { EnergyEstimate } from "../estimates/energy-estimate.ts";
import { energyEstimates } from "../estimates/energy-estimates.ts";
import type { Engine } from "../engines/engine.ts";
import type { Infrastructure } from "../estimates/infrastructure.ts";
import { parameter, ratioOf, required, tokenWeights, type TokenWeights } from "../estimates/weights.ts";

/**
 * How factors are chosen. `best-evidence`: the operator's own figure where there is one, else the best estimate of the
 * energy; follows the GHG Protocol's preference for supplier-specific over modelled data. The other two use one method
 * for every model, so that models can be compared: `mistral-lca` extrapolates the life-cycle analysis, `energy` uses
 * the energy engine.
 */
export const METHODOLOGIES = ["best-evidence", "mistral-lca", "energy"] as const;
/** How factors are chosen among what is published. */
export type Methodology = (typeof METHODOLOGIES)[number];

/** A model at a provider, in a place. */
export interface Served {
  readonly catalogue: Catalogue;
  /** Undefined for a name that the catalogue does not know. */
  readonly model: Model | undefined;
  /** The models whose figures are used: the model itself, or those that stand in for it, the proxy first. */
  readonly figures: readonly [Model, ...Model[]];
  readonly provider: string;
  readonly modality: Modality;
  readonly infrastructure: Infrastructure;
  /** As the request words it. */
  readonly reasoningEffort?: string;
}

const AS_PUBLISHED = exactly(1);

/** Impacts published per unit that name this model. */
const directFactors = ({ catalogue, model }: Served): readonly Factor[] =>
  model === undefined
    ? []
    : catalogue.factors.filter((factor) => factor.kind === "direct_impact" && appliesToModel(factor, model.name));

/** The user's own figure for this model: an impact, or an energy. */
function userEngine(served: Served): Engine | undefined {
  const { catalogue, provider } = served;
  const factor = directFactors(served).find((each) => isUsers(each) && appliesToProvider(each, provider));
  if (factor !== undefined) {
    const method = {
      factor,
      evidence: factor.evidence as Evidence,
      supporting: [],
      scaling: () => AS_PUBLISHED,
      scalingFormula: () => "1",
      warnings: [],
    } as const;
    return directEngine(method, tokenWeights(catalogue));
  }
  const engine = energyEngineOf(served);
  return engine !== undefined && isUsers(engine) ? engine : undefined;
}

/** Every published way to the energy of a request: those of the model or its proxy first, then of what stands beside it. */
export function estimatesOf(
  { figures, ...rest }: Served,
  weights: TokenWeights = tokenWeights(rest.catalogue),
): readonly EnergyEstimate[] {
  const { infrastructure } = rest;
  return figures.flatMap((model) => energyEstimates({ ...rest, model, weights, infrastructure }));
}

/** The energy engine with every estimate there is; undefined where there is none. */
function energyEngineOf(served: Served): Engine | undefined {
  const [best, ...others] = estimatesOf(served);
  return best && energyEngine([best, ...others], served.infrastructure, tokenWeights(served.catalogue));
}

/** A life-cycle analysis of this very model by this very operator. */
export function operatorLca(served: Served): Engine | undefined {
  const { catalogue, provider } = served;
  const factor = directFactors(served).find(
    (each) => each.evidence === "operator_lca" && each.appliesTo.providers?.includes(provider) !== false,
  );
  return factor && asStated(catalogue, factor, "operator_lca", []);
}

/** An operator's own figure, with the uncertainty of such figures. */
function asStated(
  catalogue: Catalogue,
  factor: Factor,
  evidence: "operator_lca" | "operator_statement",
  warnings: readonly string[],
): Engine | undefined {
  const uncertainty = required(catalogue, "uncertainty.operator-lca");
  const method = {
    factor,
    evidence,
    supporting: [uncertainty],
    scaling: () => ratioOf(uncertainty),
    scalingFormula: () => "uncertainty (÷ and × 2.5)",
    warnings,
  };
  return directEngine(method, tokenWeights(catalogue));
}

/**
 * A life-cycle analysis extrapolated to another model, or to another host. Operators say that the footprint grows with
 * the size; none says whether a mixture of experts counts by its active or by all parameters, so the range reaches from
 * one to the other. Active parameters are central, except for minerals, most of which are hardware, which follows what
 * is held in memory. The range contains the answer of the energy engine, so that a change of model does not become a change of
 * method in disguise.
 *
 * @param sameOperatorOnly whether the analysis has to be of a model by the same developer
 */
export function extrapolatedLca(served: Served, sameOperatorOnly: boolean): Engine | undefined {
  const { catalogue, figures, modality } = served;
  const [first] = figures;
  const factor = catalogue.factors.find(
    (each) =>
      each.kind === "direct_impact" &&
      each.evidence === "operator_lca" &&
      each.appliesTo.modality === modality &&
      (!sameOperatorOnly || each.appliesTo.developer === first.developer),
  );
  const [analysed] = factor?.appliesTo.models ?? [];
  const reference = analysed === undefined ? undefined : catalogue.resolve(analysed).model;
  if (factor === undefined || reference === undefined) return undefined;
  const uncertainty = required(catalogue, "uncertainty.operator-lca");
  const analysedSize = sizeOf(catalogue, reference);
  const sizes = figures.map((model) => sizeOf(catalogue, model));
  const ratios = sizes.map(({ active, total }) => ({
    active: divide(active, analysedSize.active),
    total: divide(total, analysedSize.total),
  }));
  const [{ active, total }] = ratios as [(typeof ratios)[0]];
  const all = ratios.flatMap((ratio) => [ratio.active, ratio.total]);
  const byActive = multiply(ratioOf(uncertainty), span(active, ...all));
  const byTotal = multiply(ratioOf(uncertainty), span(total, ...all));
  const containing = energyEngineOf(served);
  const method = {
    factor,
    evidence: "operator_lca_extrapolated",
    supporting: [uncertainty, ...sizes.flatMap(({ factors }) => factors), ...analysedSize.factors],
    scaling: (criterion: Criterion) => (criterion === "abioticDepletionGramsSbEq" ? byTotal : byActive),
    scalingFormula: (criterion: Criterion) =>
      criterion === "abioticDepletionGramsSbEq"
        ? `uncertainty × ${ratioText("all", total)}; no source says which parameters count: the range reaches to the active ones`
        : `uncertainty × ${ratioText("active", active)}; no source says which parameters count: the range reaches to all of them`,
    warnings: ["extrapolated"],
    ...(containing && { containing }),
  } as const;
  return directEngine(method, tokenWeights(catalogue));
}

const ratioText = (which: string, { central }: Range): string =>
  `(${which} parameters ÷ those of the model analysed: ${Number(central.toPrecision(4))})`;

/** 10⁹ parameters: the model's own, else those of its class. */
function sizeOf(catalogue: Catalogue, model: Model): { active: Range; total: Range; factors: readonly Factor[] } {
  const architecture = architectureOf(catalogue, model);
  if (architecture !== undefined) {
    const { activeBillions: active, totalBillions: total, factor } = architecture;
    return { active, total, factors: factor === undefined ? [] : [factor] };
  }
  const [factor] = classFactors(catalogue, sizeClassOf(catalogue, model, undefined));
  const size = parameter(factor, "activeBillions");
  return { active: size, total: size, factors: [factor] };
}

/** What an operator said of an average request, without tokens: only for those who ask for it. */
export function operatorStatement(served: Served): Engine | undefined {
  const { catalogue, provider } = served;
  const factor = directFactors(served).find(
    (each) => each.evidence === "operator_statement" && appliesToProvider(each, provider),
  );
  return factor && asStated(catalogue, factor, "operator_statement", ["per_request"]);
}

/** The engine that a methodology chooses; undefined where nothing covers the model. */
export function chooseEngine(
  served: Served,
  methodology: Methodology,
  operatorStatements: boolean,
): Engine | undefined {
  const own = userEngine(served);
  if (own !== undefined || served.modality !== "text" || methodology === "energy") return own ?? energyEngineOf(served);
  if (methodology === "mistral-lca") return operatorLca(served) ?? extrapolatedLca(served, false);
  return (
    operatorLca(served) ??
    extrapolatedLca(served, true) ??
    (operatorStatements ? operatorStatement(served) : undefined) ??
    energyEngineOf(served)
  );
}
