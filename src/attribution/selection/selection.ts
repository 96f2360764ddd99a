import { defaultCatalogue, type Catalogue } from "../../factors/catalogue.ts";
import { WORLD, type Zone } from "../../factors/location.ts";
import type { Modality } from "../../factors/factor.ts";
import type { ResolvedModel } from "../../factors/model-name.ts";
import type { Model } from "../../factors/model.ts";
import { ConfigurationError, shown } from "../../model/errors.ts";
import type { ResolutionStep, UnattributedReason, ZoneBasis } from "../../model/footprint.ts";
import type { Subject } from "../attributor.ts";
import type { Engine } from "../engines/engine.ts";
import { infrastructureOf, type Infrastructure } from "../estimates/infrastructure.ts";
import { configuredZone, locate } from "./locate.ts";
import { statedEngine } from "./stated-engine.ts";
import { chooseEngine, METHODOLOGIES, type Methodology, type Served } from "./methodology.ts";
import { modalityOf } from "./modality.ts";
import { standInsOf, type StandIn } from "./stand-in.ts";
import { checkTraining, trainingShare, type LifetimeOutputTokens, type TrainingShare } from "./training.ts";

/** How footprints are computed. */
export interface AttributionOptions {
  /** The factors to use: the built-in ones, with users' own added by `createCatalogue`. @default the built-in catalogue */
  readonly catalogue?: Catalogue;
  /** How factors are chosen among what is published. @default "best-evidence" */
  readonly methodology?: Methodology;
  /** Where all electricity comes from, unless a request says better: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string | readonly string[];
  /** Names of Azure deployments and the models behind them. @default none */
  readonly azureDeployments?: Readonly<Record<string, string>>;
  /** Whether what Google and OpenAI said of an average request is used, per request. @default false */
  readonly operatorStatements?: boolean;
  /** Shows the training of these models beside the totals, spread over this many output tokens each. @default none */
  readonly training?: LifetimeOutputTokens;
  /** Called for every model that is unknown, or only guessed at by its provider. */
  readonly onUnknownModel?: (provider: string, model: string) => void;
}

/** What was chosen for a subject. */
export interface Selection {
  readonly model: Model | undefined;
  readonly resolution: ResolutionStep;
  readonly zone: string | undefined;
  readonly zoneBasis: ZoneBasis;
  readonly chosen: Chosen | UnattributedReason;
  /** Absent where nothing is known that could cover it. */
  readonly served?: Served;
  /** The model that stands in, where nobody has published a figure of this one. */
  readonly proxy?: { readonly model: string; readonly reason: string };
  readonly warnings: readonly string[];
}

/** An engine, and the share of the training that is shown beside it. */
export interface Chosen {
  readonly engine: Engine;
  readonly training: TrainingShare | undefined;
}

export interface Selector {
  readonly catalogue: Catalogue;
  readonly select: (subject: Subject) => Selection;
}

/** How many engines are kept; names of models come from outside. */
const MOST_ENGINES = 1000;

/**
 * @throws ConfigurationError for something that is not a catalogue, an unknown methodology, an unknown zone, or a training that
 *   cannot be spread
 */
export function createSelector(options: AttributionOptions): Selector {
  const { methodology = "best-evidence", operatorStatements = false, training = {}, onUnknownModel } = options;
  const catalogue = options.catalogue === undefined ? defaultCatalogue() : configuredCatalogue(options.catalogue);
  if (!METHODOLOGIES.includes(methodology)) {
    const remedy = `Use one of ${METHODOLOGIES.join(", ")}.`;
    throw new ConfigurationError("methodology", `expected a methodology, got ${shown(methodology)}`, remedy);
  }
  const configured = options.zone === undefined ? undefined : configuredZone(catalogue, options.zone);
  const deployments = new Map(
    Object.entries(options.azureDeployments ?? {}).map(([name, model]) => [name.toLowerCase(), model]),
  );
  checkTraining(catalogue, training);
  const standIns = standInsOf(catalogue);
  const engines = new Map<string, Chosen | UnattributedReason>();
  const infrastructures = new Map<string, Infrastructure>();

  function infrastructureAt(provider: string, place: Zone, basis: ZoneBasis): Infrastructure {
    const key = `${provider}\n${place.name} ${basis}`;
    let infrastructure = infrastructures.get(key);
    if (infrastructure === undefined) {
      if (infrastructures.size >= MOST_ENGINES) infrastructures.clear();
      infrastructure = infrastructureOf(catalogue, provider, place, basis === "provider_default");
      infrastructures.set(key, infrastructure);
    }
    return infrastructure;
  }

  /** The choice of the energy that the provider states; undefined where the factors' is the better one, or the method is another. */
  function chooseStated(
    { stated, provider }: Subject,
    place: Zone,
    basis: ZoneBasis,
    factors: Chosen | UnattributedReason,
    isProxy: boolean,
  ): Chosen | undefined {
    if (stated === undefined || methodology !== "best-evidence") return undefined;
    const published = typeof factors === "string" ? undefined : factors;
    const infrastructure = infrastructureAt(provider, place, basis);
    const engine = statedEngine(stated, catalogue, infrastructure, published?.engine, isProxy);
    return engine && { engine, training: published?.training };
  }

  function choose(served: Served, place: string): Chosen | UnattributedReason {
    const { model, figures, provider, modality, reasoningEffort } = served;
    const names = [model, ...figures].map((each) => each?.name).join(",");
    const key = `${names}\n${provider}\n${modality}\n${place}\n${reasoningEffort ?? ""}`;
    let chosen = engines.get(key);
    if (chosen === undefined) {
      if (engines.size >= MOST_ENGINES) engines.clear();
      const engine = chooseEngine(served, methodology, operatorStatements);
      chosen =
        engine === undefined
          ? "no_factor"
          : { engine, training: model && trainingShare(catalogue, model.name, training) };
      engines.set(key, chosen);
    }
    return chosen;
  }

  return {
    catalogue,
    select(subject) {
      const named = resolveNames(subject);
      const { model, step, modality, standIn } = identify({ ...subject, model: named.name }, named.resolved);
      if (step === "unknown" || step === "provider_default") onUnknownModel?.(subject.provider, subject.model);
      const { zone, basis: zoneBasis, warnings: doubts } = locate(catalogue, subject, configured);
      const place = zone ?? WORLD;
      const implausible = subject.stated?.doubt === undefined ? [] : ["stated_implausible"];
      const warnings = [...doubts, ...implausible];
      if (step === "family" || step === "size" || step === "provider_default") warnings.push(`resolved_by_${step}`);
      const found = { resolution: step, zone: zone?.name, zoneBasis, warnings, model };
      const [proxy] = standIn?.models ?? [];
      const figures = standIn?.models ?? (model && ([model] as const));
      if (figures === undefined) {
        const chosen = chooseStated(subject, place, zoneBasis, "unknown_model", false);
        return { ...found, chosen: chosen ?? "unknown_model" };
      }
      const { provider, reasoningEffort } = subject;
      const served: Served = {
        catalogue,
        model,
        figures,
        provider,
        modality,
        ...(reasoningEffort !== undefined && { reasoningEffort }),
        get infrastructure() {
          return infrastructureAt(provider, place, zoneBasis);
        },
      };
      const chosen = choose(served, `${place.name} ${zoneBasis}`);
      const stated = chooseStated(subject, place, zoneBasis, chosen, proxy !== undefined);
      // What is stated is that of the model itself, whatever stands in for it elsewhere.
      if (stated) return { ...found, warnings: doubts, served, chosen: stated };
      return {
        ...found,
        served,
        ...(proxy !== undefined && { proxy: { model: proxy.name, reason: standIn!.reason } }),
        chosen,
      };
    },
  };

  /** The name in the answer, or, where that is an alias which nobody knows, the one that was asked for, if that is known. */
  function resolveNames({ model, requestedModel }: Subject): { name: string; resolved: ResolvedModel } {
    const answered = { name: model, resolved: catalogue.resolve(model, deployments) };
    if (requestedModel === undefined || answered.resolved.step !== "unknown") return answered;
    const asked = catalogue.resolve(requestedModel, deployments);
    return asked.step === "unknown" ? answered : { name: requestedModel, resolved: asked };
  }

  /** The model by its name, and what stands in for it where nobody has published a figure of it. */
  function identify(
    { provider, model: name, operation }: Subject,
    resolved: ResolvedModel,
  ): { model: Model | undefined; step: ResolutionStep; modality: Modality; standIn: StandIn | undefined } {
    const { model, step } = resolved;
    const modality = modalityOf(operation, model?.modality);
    const covered = modality === "text" || modality === "embedding";
    const served = catalogue.provider(provider);
    if (
      !covered ||
      (model !== undefined && standIns.hasFigure(model)) ||
      (name.trim() === "" && served === undefined)
    ) {
      return { model, step, modality, standIn: undefined };
    }
    const standIn = standIns.find(name, model, served?.developer, modality);
    if (model !== undefined || standIn === undefined) return { model, step, modality, standIn };
    if (standIn.kin) return { model: standIn.models[0], step: "family", modality, standIn };
    return { model, step: served === undefined ? "unknown" : "provider_default", modality, standIn };
  }
}

/** Not every caller is type-checked, and the data of a catalogue are easily taken for one. */
function configuredCatalogue(catalogue: Catalogue): Catalogue {
  const given = catalogue as Partial<Catalogue> | null;
  const methods = [given?.factor, given?.provider, given?.resolve, given?.zone];
  if (methods.every((method) => typeof method === "function") && Array.isArray(given?.factors)) return catalogue;
  const remedy = "Give what createCatalogue returns; data of a catalogue go into createCatalogue({ base }).";
  throw new ConfigurationError("catalogue", `expected a catalogue, got ${shown(catalogue)}`, remedy);
}
