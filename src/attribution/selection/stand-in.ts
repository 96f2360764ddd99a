import type { Catalogue } from "../../factors/catalogue.ts";
import { isUsers, type Factor, type Modality } from "../../factors/factor.ts";
import { developerOfBrand, nextOfKin, oneTierHeavier, relativesOf, type Relative } from "../../factors/kinship.ts";
import { WORLD } from "../../factors/location.ts";
import { ownName } from "../../factors/model-name.ts";
import type { Model } from "../../factors/model.ts";
import { brandsOf } from "../../factors/spelling.ts";
import { UNKNOWN_NAME } from "../../model/unknown-name.ts";
import { newCounts, readCounts } from "../estimates/counts.ts";
import { FACILITY_JOULES, newEnergyDrivers } from "../estimates/energy-estimate.ts";
import { energyEstimates } from "../estimates/energy-estimates.ts";
import { infrastructureOf } from "../estimates/infrastructure.ts";
import { tokenWeights } from "../estimates/weights.ts";

/** The models whose figures are used for a model that has none. */
export interface StandIn {
  /** The first is the proxy, which gives the central value; the range holds all. */
  readonly models: readonly [Model, ...Model[]];
  readonly reason: string;
  /** Whether they are next of kin to a name that the catalogue does not know. */
  readonly kin: boolean;
}

/** Finds the models that stand in for one. */
export interface StandIns {
  /** Whether anything is published of a model itself. */
  hasFigure(model: Model): boolean;
  /**
   * @param name as the request names it
   * @param known the model that the catalogue has by this name, without a figure
   * @param developer whose models the provider serves first of all
   */
  find(name: string, known: Model | undefined, developer: string | undefined, modality: Modality): StandIn | undefined;
}

/** An ordinary request, by which models are ranked. */
const ORDINARY = { inputTokens: 400, outputTokens: 400 };

/** How many links a chain of proxies may have. */
const LONGEST_CHAIN = 5;

const made = new WeakMap<Catalogue, StandIns>();

/** The stand-ins of a catalogue, made once for each. */
export function standInsOf(catalogue: Catalogue): StandIns {
  let standIns = made.get(catalogue);
  if (standIns === undefined) made.set(catalogue, (standIns = findStandIns(catalogue)));
  return standIns;
}

/** The models that factors name, as a test. */
function namedBy(factors: readonly Factor[]): (model: Model) => boolean {
  const patterns = [...new Set(factors.flatMap(({ appliesTo }) => appliesTo.models ?? []))];
  const names = new Set(patterns.map((pattern) => pattern.toLowerCase()));
  const prefixes = patterns.filter((pattern) => pattern.endsWith("*")).map((pattern) => pattern.slice(0, -1));
  return ({ name }) => names.has(name) || prefixes.some((prefix) => name.startsWith(prefix.toLowerCase()));
}

function findStandIns(catalogue: Catalogue): StandIns {
  const energies = catalogue.factors.filter(({ kind }) => kind === "energy");
  const isFigured = namedBy([
    ...energies.filter(({ role }) => role !== "range"),
    ...catalogue.factors.filter(
      ({ kind, parameters }) => kind === "architecture" && parameters?.["activeBillions"] !== undefined,
    ),
  ]);
  const isUsersOwn = namedBy(energies.filter(isUsers));
  /** Whether something is published of it that sets no central value but has to be within the range. */
  const hasRange = namedBy(energies);
  const joules = new Map<string, number>();
  const hasFigure = (model: Model): boolean =>
    model.parameterBillions !== undefined || isUsersOwn(model) || (model.proxy === undefined && isFigured(model));

  const brands = brandsOf(catalogue.models);
  const relatives = new Map<Modality, readonly Relative[]>();
  function relativesIn(modality: Modality): readonly Relative[] {
    let found = relatives.get(modality);
    if (found === undefined) {
      const models = catalogue.models.filter((model) => (model.modality ?? "text") === modality);
      relatives.set(modality, (found = relativesOf(models)));
    }
    return found;
  }

  /** What an ordinary request to a model takes somewhere in the world. */
  function joulesOf(model: Model, modality: Modality): number {
    const key = `${model.name}\n${modality}`;
    let found = joules.get(key);
    if (found === undefined) {
      const weights = tokenWeights(catalogue);
      const infrastructure = infrastructureOf(catalogue, UNKNOWN_NAME, WORLD);
      const [best] = energyEstimates({ catalogue, model, provider: UNKNOWN_NAME, modality, infrastructure, weights });
      const counts = newCounts();
      const drivers = newEnergyDrivers();
      readCounts(ORDINARY, weights.cache, counts);
      best?.write(counts, Infinity, drivers);
      joules.set(key, (found = drivers[FACILITY_JOULES + 1]!));
    }
    return found;
  }

  const byJoules = (models: readonly Model[], modality: Modality): readonly Model[] =>
    models.toSorted((a, b) => joulesOf(a, modality) - joulesOf(b, modality));

  /** Each model, or what stands in for it, each once. */
  function figuresOf(models: readonly Model[]): readonly Model[] {
    const found = models.flatMap((model) => {
      let each: Model | undefined = model;
      for (let link = 0; each !== undefined && !hasFigure(each) && link < LONGEST_CHAIN; link++) {
        const next: string | undefined = each.proxy?.models[0];
        each = next === undefined ? undefined : catalogue.resolve(next).model;
      }
      return each !== undefined && hasFigure(each) ? [each] : [];
    });
    return [...new Set(found)];
  }

  /** The upper median first, so that the middle of two is never the cheaper. */
  function middleOf(models: readonly Model[], modality: Modality): readonly [Model, ...Model[]] | undefined {
    const sorted = byJoules(models, modality);
    const middle = sorted[Math.floor(sorted.length / 2)];
    return middle === undefined ? undefined : [middle, ...sorted.filter((each) => each !== middle)];
  }

  /** The figures of the same name one tier heavier, by what is known of it or next of kin to it. */
  function heavierOf(own: string, developer: string | undefined, modality: Modality): StandIn["models"] | undefined {
    const heavier = oneTierHeavier(own);
    if (heavier === undefined) return undefined;
    const { model } = catalogue.resolve(heavier);
    if (model !== undefined && hasFigure(model)) return [model];
    const standIn = find(heavier, model, developer, modality);
    return model !== undefined || standIn?.kin === true ? standIn?.models : undefined;
  }

  function find(
    name: string,
    known: Model | undefined,
    developer: string | undefined,
    modality: Modality,
  ): StandIn | undefined {
    const ofModality = relativesIn(modality);
    const own = known?.name ?? ownName(name, brands);
    if (known?.proxy !== undefined) {
      const { models, reason } = known.proxy;
      const [first, ...others] = figuresOf(
        models.flatMap((each) => (each === known.name ? [] : (catalogue.resolve(each).model ?? []))),
      );
      if (first !== undefined) {
        return { models: [first, ...others, ...(hasRange(known) ? [known] : [])], reason, kin: false };
      }
    }
    const kin = byJoules(
      figuresOf(
        nextOfKin(
          own,
          ofModality.filter(({ model }) => model !== known),
        ),
      ),
      modality,
    ).toReversed();
    const [dearest, ...others] = kin;
    const cap = dearest && heavierOf(own, developer, modality);
    if (cap !== undefined && joulesOf(cap[0], modality) < joulesOf(dearest!, modality)) {
      return { models: cap, reason: "the heavier tier of its version, which is less than its next of kin", kin: true };
    }
    if (dearest !== undefined) {
      return { models: [dearest, ...others], reason: "next of kin by its name", kin: known === undefined };
    }
    const flagships = ofModality.flatMap(({ model }) => (model.flagship ? [model] : []));
    const maker = known?.developer ?? developerOfBrand(own, ofModality) ?? developer;
    const ofMaker = middleOf(
      flagships.filter((model) => model.developer === maker),
      modality,
    );
    if (ofMaker !== undefined) return { models: ofMaker, reason: `the median of ${maker!}'s flagships`, kin: false };
    const all = middleOf(flagships, modality);
    if (all !== undefined) return { models: all, reason: "the median of the large models that are named", kin: false };
    // Catalogues before 2.0.0 name no flagships.
    const ofClass = modality === "text" ? catalogue.resolve("class-large").model : undefined;
    return ofClass && { models: [ofClass], reason: "the class of large models", kin: false };
  }

  return { hasFigure, find };
}
