import { appliesToModel, appliesToProvider } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import type { Factor, Modality } from "../../factors/factor.ts";
import type { Model } from "../../factors/model.ts";
import { divide, exactly, multiply, type Range } from "../../model/range.ts";
import { architectureOf, classFactors, sizeClassOf } from "../estimates/architecture.ts";
import { directEngine } from "../engines/direct-engine.ts";
import { energyEngine } from "../engines/energy-engine.ts";
import { energyEstimates } from "../estimates/energy-estimates.ts";
import type { Engine } from "../engines/engine.ts";
import type { Infrastructure } from "../estimates/infrastructure.ts";
import { parameter, ratioOf, required, tokenWeights } from "../estimates/weights.ts";

/**
 * How factors are chosen. `best-evidence`: the operator's own figure where there is one, else the best estimate of the
 * energy; follows the GHG Protocol's preference for supplier-specific over modelled data. The other two use one method
 * for every model, so that models can be compared: `mistral-lca` extrapolates the life-cycle analysis, `energy` uses
 * the energy engine.
 */
export const METHODOLOGIES = ["best-evidence", "mistral-lca", "energy"] as const;
export type Methodology = (typeof METHODOLOGIES)[number];

/** A model at a provider, in a place. */
export interface Served {
  readonly catalogue: Catalogue;
  readonly model: Model;
  readonly provider: string;
  readonly modality: Modality;
  readonly infrastructure: Infrastructure;
}

const AS_PUBLISHED = exactly(1);

/** Impacts published per unit that name this model. */
const directFactors = ({ catalogue, model }: Served): readonly Factor[] =>
  catalogue.factors.filter((factor) => factor.kind === "direct_impact" && appliesToModel(factor, model.name));

/** The user's own figure for this model: an impact, or an energy. */
function userEngine(served: Served): Engine | undefined {
  const { catalogue, provider } = served;
  const factor = directFactors(served).find((each) => each.evidence === "user" && appliesToProvider(each, provider));
  if (factor !== undefined) {
    const method = {
      factor,
      evidence: "user",
      supporting: [],
      scaling: AS_PUBLISHED,
      scalingFormula: "1",
      warnings: [],
    } as const;
    return directEngine(method, tokenWeights(catalogue));
  }
  const engine = energyEngineOf(served);
  return engine?.evidence === "user" ? engine : undefined;
}

/** The energy engine with every estimate there is; undefined where there is none. */
function energyEngineOf(served: Served): Engine | undefined {
  const { catalogue, model, provider, modality, infrastructure } = served;
  const weights = tokenWeights(catalogue);
  const [best, ...others] = energyEstimates(catalogue, model, provider, modality, infrastructure, weights);
  return best === undefined ? undefined : energyEngine([best, ...others], infrastructure, weights);
}

/** 10⁹ active parameters: the model's own, else those of its class. */
function activeBillions({ catalogue, model }: Served): { value: Range; factors: readonly Factor[] } {
  const architecture = architectureOf(catalogue, model);
  if (architecture !== undefined) {
    return {
      value: architecture.activeBillions,
      factors: architecture.factor === undefined ? [] : [architecture.factor],
    };
  }
  const [factor] = classFactors(catalogue, sizeClassOf(catalogue, model, undefined));
  return { value: parameter(factor, "activeBillions"), factors: [factor] };
}

/** A life-cycle analysis of this very model by this very operator. */
export function operatorLca(served: Served): Engine | undefined {
  const { catalogue, provider } = served;
  const factor = directFactors(served).find(
    (each) => each.evidence === "operator_lca" && each.appliesTo.providers?.includes(provider) !== false,
  );
  if (factor === undefined) return undefined;
  const uncertainty = required(catalogue, "uncertainty.operator-lca");
  const method = {
    factor,
    evidence: "operator_lca",
    supporting: [uncertainty],
    scaling: ratioOf(uncertainty),
    scalingFormula: "uncertainty (÷ and × 2.5)",
    warnings: [],
  } as const;
  return directEngine(method, tokenWeights(catalogue));
}

/**
 * A life-cycle analysis extrapolated to another model in proportion to its active parameters, or to another host. Its
 * range contains the answer of the energy engine, so that a change of model is no change of method in disguise.
 *
 * @param sameOperatorOnly whether the analysis has to be of a model by the same developer
 */
export function extrapolatedLca(served: Served, sameOperatorOnly: boolean): Engine | undefined {
  const { catalogue, model, modality } = served;
  const factor = catalogue.factors.find(
    (each) =>
      each.kind === "direct_impact" &&
      each.evidence === "operator_lca" &&
      each.appliesTo.modality === modality &&
      (!sameOperatorOnly || each.appliesTo.developer === model.developer),
  );
  const [analysed] = factor?.appliesTo.models ?? [];
  const reference = analysed === undefined ? undefined : catalogue.resolve(analysed).model;
  if (factor === undefined || reference === undefined) return undefined;
  const uncertainty = required(catalogue, "uncertainty.operator-lca");
  const size = activeBillions(served);
  const analysedSize = activeBillions({ ...served, model: reference });
  const containing = energyEngineOf(served);
  const method = {
    factor,
    evidence: "operator_lca_extrapolated",
    supporting: [uncertainty, ...size.factors, ...analysedSize.factors],
    scaling: multiply(ratioOf(uncertainty), divide(size.value, analysedSize.value)),
    scalingFormula: "uncertainty × (active parameters ÷ those of the model analysed)",
    warnings: ["extrapolated"],
    ...(containing && { containing }),
  } as const;
  return directEngine(method, tokenWeights(catalogue));
}

/** What an operator said of an average request, without tokens: only for those who ask for it. */
export function operatorStatement(served: Served): Engine | undefined {
  const { catalogue, provider } = served;
  const factor = directFactors(served).find(
    (each) => each.evidence === "operator_statement" && appliesToProvider(each, provider),
  );
  if (factor === undefined) return undefined;
  const uncertainty = required(catalogue, "uncertainty.operator-lca");
  const method = {
    factor,
    evidence: "operator_statement",
    supporting: [uncertainty],
    scaling: ratioOf(uncertainty),
    scalingFormula: "uncertainty (÷ and × 2.5)",
    warnings: ["per_request"],
  } as const;
  return directEngine(method, tokenWeights(catalogue));
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
