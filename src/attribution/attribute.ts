import { defaultCatalogue, type Catalogue } from "../factors/catalogue.ts";
import { citation } from "../factors/factor.ts";
import type { Zone } from "../factors/location.ts";
import type { Model } from "../factors/model.ts";
import { newAmounts } from "../model/amounts.ts";
import { ConfigurationError, shown } from "../model/errors.ts";
import type { ResolutionStep } from "../model/footprint.ts";
import type { Attribute, Attributor, Subject } from "./attributor.ts";
import type { Engine } from "./engine.ts";
import { impactsOf } from "./footprint.ts";
import { infrastructureOf } from "./infrastructure.ts";
import { modalityOf } from "./modality.ts";
import { chooseEngine, METHODOLOGIES, type Methodology, type Served } from "./methodology.ts";
import { checkTraining, trainingShare, type LifetimeOutputTokens, type TrainingShare } from "./training.ts";

export interface AttributionOptions {
  /** @default the built-in catalogue */
  readonly catalogue?: Catalogue;
  /** @default "best-evidence" */
  readonly methodology?: Methodology;
  /** Where all electricity comes from, unless a subject says better: ISO 3166-1 or a cloud region. @default the provider's */
  readonly zone?: string;
  /** Names of Azure deployments and the models behind them. */
  readonly azureDeployments?: Readonly<Record<string, string>>;
  /** Whether what Google and OpenAI said of an average request is used, per request. @default false */
  readonly operatorStatements?: boolean;
  /** Shows the training of these models, spread over this many output tokens. @default none */
  readonly training?: LifetimeOutputTokens;
  /** Told of every model that is unknown or only guessed at by its provider. */
  readonly onUnknownModel?: (provider: string, model: string) => void;
}

const WORLD: Zone = { name: "WORLD", country: "WORLD" };

/**
 * @throws ConfigurationError for an unknown methodology, a malformed zone, or a training that cannot be spread
 */
export function createAttribute(options: AttributionOptions = {}): Attribute {
  const { methodology = "best-evidence", operatorStatements = false, training = {}, onUnknownModel } = options;
  const catalogue = options.catalogue ?? defaultCatalogue();
  if (!METHODOLOGIES.includes(methodology)) {
    throw new ConfigurationError(
      "methodology",
      `${shown(methodology)} is none`,
      `Use one of ${METHODOLOGIES.join(", ")}.`,
    );
  }
  const defaultZone = options.zone === undefined ? undefined : configuredZone(catalogue, options.zone);
  const deployments = new Map(
    Object.entries(options.azureDeployments ?? {}).map(([name, model]) => [name.toLowerCase(), model]),
  );
  checkTraining(catalogue, training);

  return (subject) => {
    const { model, step } = resolve(catalogue, subject, deployments);
    if (step === "unknown" || step === "provider_default") onUnknownModel?.(subject.provider, subject.model);
    const warnings: string[] = [];
    const stated = subject.zone === undefined ? defaultZone : catalogue.zone(subject.zone);
    if (subject.zone !== undefined && stated === undefined) warnings.push("zone_unknown");
    const assumed = catalogue.provider(subject.provider)?.zone;
    const zone = stated ?? defaultZone ?? (assumed === undefined ? undefined : catalogue.zone(assumed));
    if (zone === undefined) warnings.push("zone_world_average");

    const unattributed = { zone: zone?.name, resolution: step } as const;
    if (model === undefined) return { ...unattributed, model: "unknown", unattributedReason: "unknown_model" };
    const served: Served = {
      catalogue,
      model,
      provider: subject.provider,
      modality: modalityOf(subject.operation, model.modality),
      infrastructure: infrastructureOf(catalogue, subject.provider, zone ?? WORLD),
    };
    const engine = chooseEngine(served, methodology, operatorStatements);
    if (engine === undefined) return { ...unattributed, model: model.name, unattributedReason: "no_factor" };
    if (step === "family" || step === "size" || step === "provider_default") warnings.push(`resolved_by_${step}`);
    const share = trainingShare(catalogue, model.name, training);
    return attributorOf(served, engine, share, { zone: zone?.name, resolution: step, warnings });
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

function configuredZone(catalogue: Catalogue, text: string): Zone {
  const zone = catalogue.zone(text);
  if (zone !== undefined) return zone;
  const remedy = "Use an ISO 3166-1 alpha-3 code such as FRA, or a cloud region such as eu-west-3.";
  throw new ConfigurationError("zone", `${shown(text)} is no zone`, remedy);
}

interface Identity {
  readonly zone: string | undefined;
  readonly resolution: ResolutionStep;
  readonly warnings: readonly string[];
}

function attributorOf(
  { catalogue, model }: Served,
  engine: Engine,
  share: TrainingShare | undefined,
  { zone, resolution, warnings }: Identity,
): Attributor {
  const factors = share === undefined ? engine.factors : [...engine.factors, share.factor];
  const evaluate: Attributor["evaluate"] = (usage, durationSeconds, amounts, live) => {
    const mask = engine.write(usage, durationSeconds, amounts, live);
    if (share === undefined || mask === 0) return mask;
    share.write(usage, amounts);
    return mask | share.mask;
  };
  const identity = {
    evidence: engine.evidence,
    accounting: engine.accounting,
    factorIds: factors.map(citation),
    catalogueVersion: catalogue.identity,
    resolution,
  } as const;
  return {
    model: model.name,
    zone,
    ...identity,
    evaluate,
    footprint(usage, durationSeconds, live) {
      const amounts = newAmounts();
      const mask = evaluate(usage, durationSeconds, amounts, live);
      if (mask === 0) return undefined;
      return {
        ...impactsOf(amounts, mask),
        ...identity,
        ...(engine.usesGrid && { gridIntensity: live === undefined ? ("annual" as const) : ("live" as const) }),
        warnings: [...warnings, ...engine.warnings, ...engine.warningsOf(usage)],
      };
    },
  };
}
