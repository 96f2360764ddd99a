import { appliesToModel, appliesToProvider } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import { FACTOR_EVIDENCE, type Factor, type Modality } from "../../factors/factor.ts";
import type { Model } from "../../factors/model.ts";
import type { Evidence } from "../../model/footprint.ts";
import type { Range } from "../../model/range.ts";
import { architectureOf, classFactors, sizeClassOf } from "./architecture.ts";
import { COUNT_OF_UNIT, INPUT, INPUT_CENTRAL, NOTHING, OUTPUT } from "./counts.ts";
import { facilityEnergy, upliftedEnergy } from "../formulas/energy.ts";
import { boundsOf, FACILITY_JOULES, linearEstimate, SERVER_SECONDS, type EnergyEstimate } from "./energy-estimate.ts";
import type { Infrastructure } from "./infrastructure.ts";
import { parametricEstimate } from "./parametric.ts";
import { energySurfaces } from "./published-shapes.ts";
import { needed, ratioOf, required, type TokenWeights } from "./weights.ts";

/** The energy of some units at the facility's meter, from what the factor measured. */
function atFacility(
  joules: Range,
  { boundary }: Factor,
  uplift: Factor,
  { pue, factors }: Infrastructure,
): { joules: Range; factors: readonly Factor[]; formula: string } {
  if (boundary.facility === "no" && boundary.host === "no") {
    return { joules: upliftedEnergy(joules, ratioOf(uplift)), factors: [uplift], formula: "× GPU-to-facility uplift" };
  }
  if (boundary.facility === "no")
    return { joules: facilityEnergy(joules, pue), factors: factors.pue, formula: "× PUE" };
  return { joules, factors: [], formula: "(PUE inside)" };
}

/** An estimate from one published energy; undefined where requests are not counted by its unit. */
function fromFactor(
  factor: Factor,
  catalogue: Catalogue,
  infrastructure: Infrastructure,
  weights: TokenWeights,
): EnergyEstimate | undefined {
  const evidence = factor.evidence as Evidence;
  if (factor.shapes !== undefined) {
    const surfaces = energySurfaces(factor.shapes, weights.input.central);
    const seconds = boundsOf(infrastructure.serverSecondsPerJoule);
    return {
      evidence,
      factors: [factor],
      formula: "between the published prompt shapes (PUE inside)",
      needs: OUTPUT,
      write(counts, _durationSeconds, drivers) {
        for (let bound = 0; bound < 3; bound++) {
          const input = counts[INPUT + bound]!;
          const energy = surfaces[bound]!(input > 0 ? input : 0, counts[OUTPUT]!);
          drivers[FACILITY_JOULES + bound] = energy;
          drivers[SERVER_SECONDS + bound] = energy * seconds[bound]!;
        }
      },
    };
  }
  const unit = COUNT_OF_UNIT[factor.unit];
  const joules = factor.metrics.energyJoules;
  if (unit === undefined || joules === undefined) return undefined;
  const reference = factor.reference ?? 1;
  const facility = atFacility(joules, factor, required(catalogue, "uplift.gpu-to-facility"), infrastructure);
  const isToken = unit === OUTPUT;
  const input = factor.includesPrefill ? "input beyond the output" : "input";
  const units = isToken ? `(output + input weight × ${input})` : `${factor.unit}s`;
  return linearEstimate({
    evidence,
    factors: [factor, ...facility.factors],
    formula: `${units} × energy per ${factor.unit} ${facility.formula}`,
    needs: unit,
    unit,
    facilityJoulesPerUnit: {
      low: facility.joules.low / reference,
      central: facility.joules.central / reference,
      high: facility.joules.high / reference,
    },
    ...(isToken && { inputWeight: weights.input }),
    includesPrefill: factor.includesPrefill,
    serverSecondsPerJoule: infrastructure.serverSecondsPerJoule,
  });
}

/** Better evidence first, then what names the provider, then the order of the catalogue. */
function byPreference(factors: readonly Factor[]): readonly Factor[] {
  const rank = ({ evidence, appliesTo }: Factor) =>
    (evidence === "user" ? -1 : FACTOR_EVIDENCE.indexOf(evidence)) * 2 + (appliesTo.providers === undefined ? 1 : 0);
  return factors.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Every published way to the energy of a request, best first; empty where there is none. A class of size says
 * something about a model only while nobody has measured the model itself.
 */
export function energyEstimates(
  catalogue: Catalogue,
  model: Model,
  provider: string,
  modality: Modality,
  infrastructure: Infrastructure,
  weights: TokenWeights,
): readonly EnergyEstimate[] {
  const estimate = (factor: Factor) => fromFactor(factor, catalogue, infrastructure, weights) ?? [];
  const matching = byPreference(
    catalogue.factors.filter(
      (factor) =>
        factor.kind === "energy" &&
        factor.evidence !== "class_default" &&
        appliesToModel(factor, model.name) &&
        appliesToProvider(factor, provider),
    ),
  );
  const own = matching.filter(({ evidence }) => evidence === "user").flatMap(estimate);
  if (own.length > 0) return own;
  if (modality === "embedding") return [inputOnlyEstimate(catalogue, infrastructure, weights)];
  const published = matching.filter(({ appliesTo }) => appliesTo.modality === modality).flatMap(estimate);
  if (modality !== "text") return published;

  const architecture = architectureOf(catalogue, model);
  const parametric =
    architecture === undefined
      ? []
      : [
          parametricEstimate(
            required(catalogue, "ecologits.v0.9.3.energy-model"),
            architecture,
            infrastructure.pue,
            weights.input,
          ),
        ];
  const measured = published.some(({ evidence }) => evidence === "measured");
  const ofClass = measured
    ? []
    : classFactors(catalogue, sizeClassOf(catalogue, model, architecture)).flatMap(estimate);
  return [...published, ...parametric, ...ofClass];
}

/** Embeddings and the like: the prompt is read and nothing is decoded. */
function inputOnlyEstimate(
  catalogue: Catalogue,
  infrastructure: Infrastructure,
  weights: TokenWeights,
): EnergyEstimate {
  const uplift = required(catalogue, "uplift.gpu-to-facility");
  const [factor] = classFactors(catalogue, "small");
  const joules = needed(factor.metrics.energyJoules, `${factor.id}.metrics.energyJoules`);
  return linearEstimate({
    evidence: "class_default",
    factors: [factor, uplift],
    formula: "input weight × input × energy per output token × GPU-to-facility uplift",
    needs: INPUT_CENTRAL,
    unit: NOTHING,
    facilityJoulesPerUnit: upliftedEnergy(joules, ratioOf(uplift)),
    inputWeight: weights.input,
    includesPrefill: false,
    serverSecondsPerJoule: infrastructure.serverSecondsPerJoule,
  });
}
