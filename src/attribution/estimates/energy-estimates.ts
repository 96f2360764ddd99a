import { appliesToModel, appliesToProvider } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import { FACTOR_EVIDENCE, isUsers, type Factor, type Modality, type Shape } from "../../factors/factor.ts";
import type { Model } from "../../factors/model.ts";
import type { Evidence } from "../../model/footprint.ts";
import { exactly, multiply, scale, type Range } from "../../model/range.ts";
import { architectureOf, classFactors, sizeClassOf } from "./architecture.ts";
import { COUNT_OF_UNIT, INPUT, INPUT_CENTRAL, NOTHING, OUTPUT, VISIBLE_OUTPUT } from "./counts.ts";
import { facilityEnergy, upliftedEnergy } from "../formulas/energy.ts";
import { written } from "../engines/derivation.ts";
import {
  energyStep,
  energyWriter,
  FACILITY_JOULES,
  linearEstimate,
  valueOf,
  type EnergyEstimate,
} from "./energy-estimate.ts";
import type { Infrastructure } from "./infrastructure.ts";
import { parametricEstimate, type Architecture } from "./parametric.ts";
import { energySurfaces } from "./published-shapes.ts";
import { fromTokenEnergies, hasTokenEnergies, type FacilityJoules } from "./token-energies.ts";
import { fromVideoShapes, hasVideoShapes } from "./video-estimate.ts";
import { needed, parameter, required, type TokenWeights } from "./weights.ts";

/** The energy of some units at the facility's meter, from what the factor measured. */
function atFacility(joules: Range, { boundary }: Factor, { pue, uplift, factors }: Infrastructure): FacilityJoules {
  const energy = `${written(joules.central)} J`;
  if (boundary.facility === "no" && boundary.host === "no") {
    const lifted = upliftedEnergy(joules, uplift.ratio);
    const substituted = `${energy} × ${written(uplift.ratio.central)}`;
    if (uplift.facilityInside) {
      return { joules: lifted, factors: [uplift.factor], formula: "× GPU-to-facility uplift", substituted };
    }
    return {
      joules: facilityEnergy(lifted, pue),
      factors: [uplift.factor, ...factors.pue],
      formula: "× GPU-to-server uplift × PUE",
      substituted: `${substituted} × ${written(pue.central)}`,
    };
  }
  if (boundary.facility === "no") {
    const substituted = `${energy} × ${written(pue.central)}`;
    return { joules: facilityEnergy(joules, pue), factors: factors.pue, formula: "× PUE", substituted };
  }
  return { joules, factors: [], formula: "(PUE inside)", substituted: energy };
}

/** An estimate through published prompt shapes. */
function fromShapes(
  factor: Factor,
  shapes: readonly Shape[],
  { serverSecondsPerJoule }: Infrastructure,
  weights: TokenWeights,
): EnergyEstimate {
  const evidence = factor.evidence as Evidence;
  const factors = [factor];
  const surfaces = energySurfaces(shapes, weights.input.central);
  const output = factor.includesReasoning ? VISIBLE_OUTPUT : OUTPUT;
  const inside = factor.includesReasoning ? "; hidden reasoning inside, so that only visible output counts" : "";
  const write = energyWriter((counts, drivers) => {
    for (let bound = 0; bound < 3; bound++) {
      const input = counts[INPUT + bound]!;
      drivers[FACILITY_JOULES + bound] = surfaces[bound]!(input > 0 ? input : 0, counts[output]!);
    }
  }, serverSecondsPerJoule);
  return {
    evidence,
    factors,
    needs: OUTPUT,
    write,
    derive(counts, durationSeconds) {
      const cells = shapes.map(
        ({ inputTokens, outputTokens, energyJoules }) =>
          `${inputTokens}→${outputTokens}: ${written(energyJoules.central)} J`,
      );
      const asked = `${written(counts[INPUT_CENTRAL]! || 0)}→${written(counts[output]!)}`;
      const formula = `between the published prompt shapes (PUE inside${inside})`;
      const substituted = `${asked} on the line through ${cells.join(", ")}`;
      return [energyStep(evidence, factors, formula, substituted, valueOf(write, counts, durationSeconds))];
    },
  };
}

/** An estimate from one published energy; undefined where requests are not counted by its unit. */
function fromFactor(factor: Factor, infrastructure: Infrastructure, weights: TokenWeights): EnergyEstimate | undefined {
  if (factor.shapes !== undefined) return fromShapes(factor, factor.shapes, infrastructure, weights);
  const unit = COUNT_OF_UNIT[factor.unit];
  const joules = factor.metrics.energyJoules;
  if (unit === undefined || joules === undefined) return undefined;
  if (hasVideoShapes(factor)) {
    return fromVideoShapes(
      factor,
      (perVideo) => atFacility(perVideo, factor, infrastructure),
      infrastructure.serverSecondsPerJoule,
    );
  }
  if (hasTokenEnergies(factor)) {
    return fromTokenEnergies(
      factor,
      (perToken) => atFacility(perToken, factor, infrastructure),
      infrastructure.serverSecondsPerJoule,
    );
  }
  const reference = factor.reference ?? 1;
  const facility = atFacility(joules, factor, infrastructure);
  const isToken = unit === OUTPUT;
  const input = factor.includesPrefill ? "input beyond the output" : "input";
  const units = isToken ? `(output + input weight × ${input})` : `${factor.unit}s`;
  return linearEstimate({
    evidence: factor.evidence as Evidence,
    factors: [factor, ...facility.factors],
    formula: `${units} × energy per ${factor.unit} ${facility.formula}`,
    perUnit: reference === 1 ? facility.substituted : `${facility.substituted} ÷ ${reference}`,
    needs: unit,
    unit,
    facilityJoulesPerUnit: scale(facility.joules, 1 / reference),
    ...(isToken && { inputWeight: weights.input }),
    includesPrefill: factor.includesPrefill,
    serverSecondsPerJoule: infrastructure.serverSecondsPerJoule,
  });
}

/** A model at a provider, for which energies are looked up. */
export interface EnergySubject {
  readonly catalogue: Catalogue;
  readonly model: Model;
  readonly provider: string;
  readonly modality: Modality;
  readonly infrastructure: Infrastructure;
  readonly weights: TokenWeights;
  /** As the request words it. */
  readonly reasoningEffort?: string;
}

/** Those that may set the central value first; among them better evidence, then what names the provider, then the order of the catalogue. */
function byPreference(factors: readonly Factor[]): readonly Factor[] {
  const rank = (factor: Factor) =>
    (factor.role === "range" ? 1000 : 0) +
    (isUsers(factor) ? -1 : FACTOR_EVIDENCE.indexOf(factor.evidence)) * 2 +
    (factor.appliesTo.providers === undefined ? 1 : 0);
  return factors.toSorted((a, b) => rank(a) - rank(b));
}

/**
 * The figures for the effort that a request states: those taken at it, else those at the default. Where it states
 * none, the default's, with all others as a range.
 */
function atEffort(factors: readonly Factor[], effort: string | undefined): readonly Factor[] {
  const withEffort = factors.filter(({ appliesTo }) => appliesTo.reasoningEfforts !== undefined);
  const byDefault = factors.filter(({ appliesTo }) => appliesTo.reasoningEfforts === undefined);
  if (effort === undefined)
    return [...byDefault, ...withEffort.map((factor) => ({ ...factor, role: "range" }) as const)];
  const stated = withEffort.filter(({ appliesTo }) => appliesTo.reasoningEfforts?.includes(effort.toLowerCase()));
  return stated.some(({ role }) => role !== "range") ? stated : [...byDefault, ...stated];
}

/**
 * Every published way to the energy of a request, best first; empty where there is none. A class of size says
 * something about a model only while nobody has measured the model itself.
 */
export function energyEstimates(subject: EnergySubject): readonly EnergyEstimate[] {
  const { catalogue, model, provider, modality, infrastructure, weights, reasoningEffort } = subject;
  const estimate = (factor: Factor) => fromFactor(factor, infrastructure, weights) ?? [];
  const matching = byPreference(
    atEffort(
      catalogue.factors.filter(
        (factor) =>
          factor.kind === "energy" &&
          factor.evidence !== "class_default" &&
          appliesToModel(factor, model.name) &&
          appliesToProvider(factor, provider),
      ),
      reasoningEffort,
    ),
  );
  const own = matching.filter(isUsers).flatMap(estimate);
  if (own.length > 0) return own;
  const architecture = architectureOf(catalogue, model);
  if (modality === "embedding") return [inputOnlyEstimate(catalogue, architecture, infrastructure, weights)];
  const published = matching.filter(({ appliesTo }) => appliesTo.modality === modality);
  const central = published.filter(({ role }) => role !== "range").flatMap(estimate);
  const widening = published.filter(({ role }) => role === "range").flatMap(estimate);
  if (modality !== "text") return [...central, ...widening];

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
  const measured = central.some(({ evidence }) => evidence === "measured");
  const ofClass = measured ? [] : classOf(catalogue, model, architecture).flatMap(estimate);
  return [...central, ...parametric, ...ofClass, ...widening];
}

/** The factors of a model's class of size; none where it is larger than all that the class was measured on. */
function classOf(catalogue: Catalogue, model: Model, architecture: Architecture | undefined): readonly Factor[] {
  const factors = classFactors(catalogue, sizeClassOf(catalogue, model, architecture));
  const largest = parameter(factors[0], "activeBillions").high;
  return architecture !== undefined && architecture.activeBillions.central > largest ? [] : factors;
}

/**
 * Embeddings and the like: the prompt is read and nothing is decoded. The energy of a small model, by the parameters
 * of this one.
 */
function inputOnlyEstimate(
  catalogue: Catalogue,
  architecture: Architecture | undefined,
  infrastructure: Infrastructure,
  weights: TokenWeights,
): EnergyEstimate {
  const [factor] = classFactors(catalogue, "small");
  const joules = needed(factor.metrics.energyJoules, `${factor.id}.metrics.energyJoules`);
  const facility = atFacility(joules, factor, infrastructure);
  const reference = parameter(factor, "activeBillions").central;
  const size = architecture === undefined ? exactly(1) : scale(architecture.activeBillions, 1 / reference);
  return linearEstimate({
    evidence: architecture === undefined ? "class_default" : "parametric",
    factors: [factor, ...facility.factors, ...(architecture?.factor === undefined ? [] : [architecture.factor])],
    formula: `input weight × input × energy per output token of a model of ${reference} × 10⁹ parameters × active parameters ÷ ${reference} × 10⁹ ${facility.formula}`,
    perUnit: `${facility.substituted} × ${written(size.central)}`,
    needs: INPUT_CENTRAL,
    unit: NOTHING,
    facilityJoulesPerUnit: multiply(facility.joules, size),
    inputWeight: weights.input,
    includesPrefill: false,
    serverSecondsPerJoule: infrastructure.serverSecondsPerJoule,
  });
}
