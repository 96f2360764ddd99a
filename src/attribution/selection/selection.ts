import { defaultCatalogue, type Catalogue } from "../../factors/catalogue.ts";
import { WORLD } from "../../factors/location.ts";
import type { Model } from "../../factors/model.ts";
import { ConfigurationError, shown } from "../../model/errors.ts";
import type { ResolutionStep, UnattributedReason, ZoneBasis } from "../../model/footprint.ts";
import type { Subject } from "../attributor.ts";
import type { Engine } from "../engines/engine.ts";
import { infrastructureOf, type Infrastructure } from "../estimates/infrastructure.ts";
import { configuredZone, locate } from "./locate.ts";
import { chooseEngine, METHODOLOGIES, type Methodology, type Served } from "./methodology.ts";
import { modalityOf } from "./modality.ts";
import { checkTraining, trainingShare, type LifetimeOutputTokens, type TrainingShare } from "./training.ts";

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
  /** Told of every model that is unknown, or only guessed at by its provider. */
  readonly onUnknownModel?: (provider: string, model: string) => void;
}

/** What was chosen for a subject. */
export interface Selection {
  readonly model: Model | undefined;
  readonly resolution: ResolutionStep;
  readonly zone: string | undefined;
  readonly zoneBasis: ZoneBasis;
  readonly chosen: Chosen | UnattributedReason;
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
 * @throws ConfigurationError for a catalogue that is none, an unknown methodology, an unknown zone, or a training that
 *   cannot be spread
 */
export function createSelector(options: AttributionOptions): Selector {
  const { methodology = "best-evidence", operatorStatements = false, training = {}, onUnknownModel } = options;
  const catalogue = options.catalogue === undefined ? defaultCatalogue() : configuredCatalogue(options.catalogue);
  if (!METHODOLOGIES.includes(methodology)) {
    const remedy = `Use one of ${METHODOLOGIES.join(", ")}.`;
    throw new ConfigurationError("methodology", `${shown(methodology)} is none`, remedy);
  }
  const configured = options.zone === undefined ? undefined : configuredZone(catalogue, options.zone);
  const deployments = new Map(
    Object.entries(options.azureDeployments ?? {}).map(([name, model]) => [name.toLowerCase(), model]),
  );
  checkTraining(catalogue, training);
  const engines = new Map<string, Chosen | UnattributedReason>();

  function choose(served: Served, place: string): Chosen | UnattributedReason {
    const key = `${served.model.name}\n${served.provider}\n${served.modality}\n${place}`;
    let chosen = engines.get(key);
    if (chosen === undefined) {
      if (engines.size >= MOST_ENGINES) engines.clear();
      const engine = chooseEngine(served, methodology, operatorStatements);
      chosen =
        engine === undefined
          ? "no_factor"
          : { engine, training: trainingShare(catalogue, served.model.name, training) };
      engines.set(key, chosen);
    }
    return chosen;
  }

  return {
    catalogue,
    select(subject) {
      const { model, step } = resolve(catalogue, subject, deployments);
      if (step === "unknown" || step === "provider_default") onUnknownModel?.(subject.provider, subject.model);
      const { zone, basis: zoneBasis, warnings: doubts } = locate(catalogue, subject, configured);
      const warnings = [...doubts];
      const found = { resolution: step, zone: zone?.name, zoneBasis, warnings };
      if (model === undefined) return { ...found, model, chosen: "unknown_model" };

      if (step === "family" || step === "size" || step === "provider_default") warnings.push(`resolved_by_${step}`);
      const { provider, operation } = subject;
      const modality = modalityOf(operation, model.modality);
      const place = zone ?? WORLD;
      let infrastructure: Infrastructure | undefined;
      const served: Served = {
        catalogue,
        model,
        provider,
        modality,
        get infrastructure() {
          return (infrastructure ??= infrastructureOf(catalogue, provider, place));
        },
      };
      return { ...found, model, chosen: choose(served, place.name) };
    },
  };
}

/** The model by its name; else, for text and embeddings of a provider that is known, one of its provider's class. */
function resolve(
  catalogue: Catalogue,
  { provider, model: name, operation }: Subject,
  deployments: ReadonlyMap<string, string>,
): { model: Model | undefined; step: ResolutionStep } {
  const resolved = catalogue.resolve(name, deployments);
  if (resolved.model !== undefined) return resolved;
  const classDefault = catalogue.provider(provider)?.classDefault;
  const modality = modalityOf(operation, undefined);
  if (classDefault === undefined || (modality !== "text" && modality !== "embedding")) return resolved;
  return { model: catalogue.resolve(`class-${classDefault}`).model, step: "provider_default" };
}

/** Not every caller is type-checked, and the data of a catalogue are easily taken for one. */
function configuredCatalogue(catalogue: Catalogue): Catalogue {
  const given = catalogue as Partial<Catalogue> | null;
  const methods = [given?.factor, given?.provider, given?.resolve, given?.zone];
  if (methods.every((method) => typeof method === "function") && Array.isArray(given?.factors)) return catalogue;
  const remedy = "Give what createCatalogue returns; data of a catalogue go into createCatalogue({ base }).";
  throw new ConfigurationError("catalogue", `${shown(catalogue)} is none`, remedy);
}
