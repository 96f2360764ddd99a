import { appliesToProvider, usersFirst } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import type { Factor, FactorKind } from "../../factors/factor.ts";
import type { Zone } from "../../factors/location.ts";
import { exactly, type Range } from "../../model/range.ts";
import { embodiedImpact } from "../formulas/embodied.ts";
import { serverSeconds } from "../formulas/energy.ts";
import { assumedElectricity, electricityOf, spanOf } from "./electricity.ts";
import { needed, parameter, ratioOf, required } from "./weights.ts";

/** The criteria that making hardware is known of. */
export const HARDWARE_CRITERIA = ["co2eGrams", "primaryEnergyJoules", "abioticDepletionGramsSbEq"] as const;
type ByHardwareCriterion = Readonly<Record<(typeof HARDWARE_CRITERIA)[number], Range>>;

/** What a server is made of, and for how long it is used. */
export interface Hardware {
  /** Of a server without its GPUs. */
  readonly server: ByHardwareCriterion;
  /** Of one GPU. */
  readonly gpu: ByHardwareCriterion;
  /** GPUs per server. */
  readonly gpus: Range;
  readonly lifetimeYears: Range;
}

/** Where a request was served, in numbers. What no source gives is undefined. */
export interface Infrastructure {
  /** Facility ÷ servers. */
  readonly pue: Range;
  /** On-site water, L per kWh of the servers. */
  readonly wueLitresPerKilowattHour: Range;
  readonly gridGramsPerKilowattHour: Range;
  readonly electricityLitresPerKilowattHour: Range | undefined;
  readonly electricityJoulesPerKilowattHour: Range | undefined;
  readonly electricityGramsSbEqPerKilowattHour: Range | undefined;
  /** From the accelerators' energy to the servers', or to the facility's in catalogues before 2.0.0. */
  readonly uplift: { readonly ratio: Range; readonly facilityInside: boolean; readonly factor: Factor };
  /** What a whole server draws when it serves, W. */
  readonly serverWatts: Range;
  /** Seconds of a whole server per J at the facility. */
  readonly serverSecondsPerJoule: Range;
  readonly hardware: Hardware;
  /** Making a server, per second of its life: gCO2e, J, g Sb eq. */
  readonly embodiedPerServerSecond: ByHardwareCriterion;
  readonly factors: Readonly<Record<"pue" | "wue" | "grid" | "water" | "electricity" | "embodied", readonly Factor[]>>;
  readonly warnings: readonly string[];
}

/** @param assumed whether the zone is only the provider's default, so that its other sites are in the range */
export function infrastructureOf(catalogue: Catalogue, provider: string, zone: Zone, assumed = false): Infrastructure {
  const hosted = (kind: FactorKind): readonly Factor[] => {
    const ofKind = catalogue.factors.filter((factor) => factor.kind === kind);
    const named = ofKind.filter((factor) => appliesToProvider(factor, provider));
    return usersFirst(named.length > 0 ? named : ofKind.filter(({ appliesTo }) => appliesTo.providers?.includes("*")));
  };
  const pueFactors = hosted("pue");
  const wueFactors = hosted("wue");
  const pue = needed(spanOf(pueFactors, "ratio"), "pue.any-host");
  const wue = needed(spanOf(wueFactors, "waterLitres"), "wue.any-host");

  const electricity = assumed
    ? assumedElectricity(catalogue, zone, catalogue.provider(provider)?.sites ?? [])
    : electricityOf(catalogue, zone);
  const gpu = required(catalogue, "embodied.gpu.h100");
  const server = required(catalogue, "embodied.server");
  const lifetime = required(catalogue, "embodied.lifetime");
  const power = required(catalogue, "server.power");
  const upliftFactor = catalogue.factor("uplift.gpu-to-server") ?? required(catalogue, "uplift.gpu-to-facility");
  const serverWatts = parameter(power, "watts");
  const byCriterion = (value: (criterion: (typeof HARDWARE_CRITERIA)[number]) => Range): ByHardwareCriterion => ({
    co2eGrams: value("co2eGrams"),
    primaryEnergyJoules: value("primaryEnergyJoules"),
    abioticDepletionGramsSbEq: value("abioticDepletionGramsSbEq"),
  });
  const hardware: Hardware = {
    server: byCriterion((criterion) => needed(server.metrics[criterion], server.id)),
    gpu: byCriterion((criterion) => needed(gpu.metrics[criterion], gpu.id)),
    gpus: parameter(server, "gpus"),
    lifetimeYears: parameter(lifetime, "lifetimeYears"),
  };

  return {
    pue,
    wueLitresPerKilowattHour: wue,
    gridGramsPerKilowattHour: electricity.co2eGrams,
    electricityLitresPerKilowattHour: electricity.waterLitres,
    electricityJoulesPerKilowattHour: electricity.primaryEnergyJoules,
    electricityGramsSbEqPerKilowattHour: electricity.abioticDepletionGramsSbEq,
    uplift: {
      ratio: ratioOf(upliftFactor),
      facilityInside: upliftFactor.boundary.facility === "yes",
      factor: upliftFactor,
    },
    serverWatts,
    serverSecondsPerJoule: serverSeconds(exactly(1), pue, serverWatts),
    hardware,
    embodiedPerServerSecond: byCriterion((criterion) =>
      embodiedImpact(
        exactly(1),
        hardware.server[criterion],
        hardware.gpu[criterion],
        hardware.gpus,
        hardware.lifetimeYears,
      ),
    ),
    factors: {
      pue: pueFactors,
      wue: wueFactors,
      ...electricity.factors,
      embodied: [server, gpu, lifetime, power],
    },
    warnings: electricity.warnings,
  };
}
