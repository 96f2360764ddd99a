import { appliesToProvider, usersFirst } from "../../factors/applicability.ts";
import type { Catalogue } from "../../factors/catalogue.ts";
import type { Factor, FactorKind } from "../../factors/factor.ts";
import type { Zone } from "../../factors/location.ts";
import { exactly, type Range } from "../../model/range.ts";
import { embodiedImpact } from "../formulas/embodied.ts";
import { serverSeconds } from "../formulas/energy.ts";
import { assumedElectricity, electricityOf, spanOf } from "./electricity.ts";
import { needed, parameter, required } from "./weights.ts";

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
  /** Seconds of a whole server per J at the facility. */
  readonly serverSecondsPerJoule: Range;
  /** Making a server, per second of its life: gCO2e, J, g Sb eq. */
  readonly embodiedPerServerSecond: Readonly<
    Record<"co2eGrams" | "primaryEnergyJoules" | "abioticDepletionGramsSbEq", Range>
  >;
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
  const perServerSecond = (metric: "co2eGrams" | "primaryEnergyJoules" | "abioticDepletionGramsSbEq"): Range =>
    embodiedImpact(
      exactly(1),
      needed(server.metrics[metric], server.id),
      needed(gpu.metrics[metric], gpu.id),
      parameter(server, "gpus"),
      parameter(lifetime, "lifetimeYears"),
    );

  return {
    pue,
    wueLitresPerKilowattHour: wue,
    gridGramsPerKilowattHour: electricity.co2eGrams,
    electricityLitresPerKilowattHour: electricity.waterLitres,
    electricityJoulesPerKilowattHour: electricity.primaryEnergyJoules,
    electricityGramsSbEqPerKilowattHour: electricity.abioticDepletionGramsSbEq,
    serverSecondsPerJoule: serverSeconds(exactly(1), pue, parameter(power, "watts")),
    embodiedPerServerSecond: {
      co2eGrams: perServerSecond("co2eGrams"),
      primaryEnergyJoules: perServerSecond("primaryEnergyJoules"),
      abioticDepletionGramsSbEq: perServerSecond("abioticDepletionGramsSbEq"),
    },
    factors: {
      pue: pueFactors,
      wue: wueFactors,
      ...electricity.factors,
      embodied: [server, gpu, lifetime, power],
    },
    warnings: electricity.warnings,
  };
}
