import type { Catalogue } from "../../factors/catalogue.ts";
import { EVIDENCE, type Evidence } from "../../model/footprint.ts";
import type { Stated } from "../../model/stated.ts";
import { weaker } from "../../model/sum.ts";
import { energyEngine } from "../engines/energy-engine.ts";
import type { Engine } from "../engines/engine.ts";
import type { Infrastructure } from "../estimates/infrastructure.ts";
import { statedEnergy } from "../estimates/stated-energy.ts";
import { tokenWeights } from "../estimates/weights.ts";

/**
 * The engine of an energy that the provider states, with grid, water and hardware of our factors; undefined where it
 * states none that can be used, or where the factors are better evidence.
 *
 * @param engine that of the factors, where there is one
 * @param isProxy whether those are another model's
 */
export function statedEngine(
  stated: Stated | undefined,
  catalogue: Catalogue,
  infrastructure: Infrastructure,
  engine: Engine | undefined,
  isProxy: boolean,
): Engine | undefined {
  const energy = statedEnergy(stated, infrastructure);
  if (energy === undefined) return undefined;
  const { estimate, warnings } = energy;
  if (
    engine !== undefined &&
    rank(isProxy ? weaker(engine.evidence, "proxy") : engine.evidence) < rank(estimate.evidence)
  )
    return undefined;
  // No token is weighed: the energy is that of this very request.
  const made = energyEngine([estimate], infrastructure, { ...tokenWeights(catalogue), factors: [] });
  return { ...made, warnings: [...made.warnings, ...warnings] };
}

const rank = (evidence: Evidence): number => EVIDENCE.indexOf(evidence);
