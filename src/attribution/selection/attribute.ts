import type { Catalogue } from "../../factors/catalogue.ts";
import { citation, isUsers } from "../../factors/factor.ts";
import { newAmounts } from "../../model/amounts.ts";
import type { Attribute, Attributor } from "../attributor.ts";
import { weaker } from "../../model/sum.ts";
import { UNKNOWN_NAME } from "../../model/unknown-name.ts";
import { impactsOf } from "../engines/impacts.ts";
import { createSelector, type AttributionOptions, type Chosen, type Selection } from "./selection.ts";

/**
 * Chooses factors for subjects.
 *
 * @throws ConfigurationError for something that is not a catalogue, an unknown methodology, an unknown zone, or a training that
 *   cannot be spread
 */
export function createAttribute(options: AttributionOptions = {}): Attribute {
  const { catalogue, select } = createSelector(options);
  return (subject) => {
    const selection = select(subject);
    const { model, zone, zoneBasis, resolution, chosen } = selection;
    if (typeof chosen === "string") {
      return { model: model?.name ?? UNKNOWN_NAME, zone, zoneBasis, resolution, unattributedReason: chosen };
    }
    return attributorOf(catalogue, selection, chosen);
  };
}

/** The engine, and the training beside it, behind the seam that the meter uses. */
export function attributorOf(
  catalogue: Catalogue,
  { model, zone, zoneBasis, resolution, proxy, warnings }: Selection,
  { engine, training }: Chosen,
): Attributor {
  const factors = training === undefined ? engine.factors : [...engine.factors, training.factor];
  const evaluate: Attributor["evaluate"] = (usage, durationSeconds, amounts, live) => {
    const mask = engine.write(usage, durationSeconds, amounts, live);
    if (training === undefined || mask === 0) return mask;
    training.write(usage, amounts);
    return mask | training.mask;
  };
  // The figures of another model are a guess, however well that one was measured.
  const guessed = proxy !== undefined && !isUsers(engine);
  const provenance = {
    evidence: guessed ? weaker(engine.evidence, "proxy") : engine.evidence,
    accounting: engine.accounting,
    factorIds: factors.map(citation),
    catalogueVersion: catalogue.identity,
    resolution,
  } as const;
  const warningsOf: Attributor["warningsOf"] = (usage) => [
    ...warnings,
    ...(proxy === undefined ? [] : ["proxy"]),
    ...engine.warnings,
    ...engine.warningsOf(usage),
  ];
  const annual = engine.annualGramsPerKilowattHour;
  const footprintOf: Attributor["footprintOf"] = (amounts, slots, usage, live) => ({
    ...impactsOf(amounts, slots),
    ...provenance,
    ...(annual !== undefined && {
      gridIntensity: {
        basis: live === undefined ? ("annual" as const) : ("live" as const),
        gramsPerKilowattHour: live ?? annual,
      },
    }),
    warnings: warningsOf(usage),
  });
  return {
    model: model?.name ?? UNKNOWN_NAME,
    zone,
    zoneBasis,
    ...(proxy !== undefined && { proxy: proxy.model, proxyReason: proxy.reason }),
    ...provenance,
    evaluate,
    warningsOf,
    footprintOf,
    footprint(usage, durationSeconds, live) {
      const amounts = newAmounts();
      const slots = evaluate(usage, durationSeconds, amounts, live);
      return slots === 0 ? undefined : footprintOf(amounts, slots, usage, live);
    },
  };
}
