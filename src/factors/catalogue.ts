import { createHash } from "node:crypto";

import { ConfigurationError, shown } from "../model/errors.ts";
import { BUILT_IN_HASH, builtIn } from "./built-in.ts";
import type { CatalogueSnapshot } from "./catalogue-snapshot.ts";
import { isUsers, type Factor } from "./factor.ts";
import { asFactorFile, checkFactors, expand, readFactorFile, type FactorFile } from "./factor-file.ts";
import { readPlaces, readZone, type Provider, type Zone } from "./location.ts";
import { resolveModelName, type ModelIndex, type ResolvedModel } from "./model-name.ts";
import type { Model } from "./model.ts";
import { brandsOf, spellingKey } from "./spelling.ts";

/** A versioned set of factors, models and places. Immutable. */
export interface Catalogue extends CatalogueSnapshot {
  /** SHA-256 of the content, in hexadecimal. */
  readonly hash: string;
  /** The version with the beginning of the hash, as it stands on every footprint: `1.0.0+3f9c2ab81d04`. */
  readonly identity: string;
  /** @returns undefined where there is no factor of this id */
  factor(id: string): Factor | undefined;
  /** @param name as OpenTelemetry's `gen_ai.provider.name` */
  provider(name: string): Provider | undefined;
  /** @param deployments names of Azure deployments, in lower case, and the models behind them */
  resolve(name: string, deployments?: ReadonlyMap<string, string>): ResolvedModel;
  /**
   * Reads a place, or a set of places that nobody can tell apart.
   *
   * @returns undefined where no place is known
   */
  zone(given: string | readonly string[]): Zone | undefined;
}

/** What a catalogue is made of. */
export interface CatalogueOptions {
  /** What to start from. @default the built-in catalogue */
  readonly base?: CatalogueSnapshot;
  /** JSON or YAML files of the user's own factors. */
  readonly files?: readonly string[];
  /** The user's own factors. A factor with the id of an existing one takes its place. */
  readonly factors?: FactorFile | readonly unknown[];
}

const FACTORS = "createCatalogue.factors";

/**
 * A catalogue with the user's own factors, which are marked `user` and go before all others.
 *
 * @example
 * ```ts
 * const meter = createMeter({ catalogue: createCatalogue({ files: ["our-factors.yaml"] }) });
 * ```
 * @throws ConfigurationError that lists every problem of a faulty file or set; nothing is taken from it
 */
export function createCatalogue(options: CatalogueOptions = {}): Catalogue {
  const base = options.base ?? builtIn();
  const own = [
    ...(options.files ?? []).map((path) => [`factor file ${path}`, readFactorFile(path)] as const),
    ...(options.factors === undefined ? [] : [[FACTORS, asFactorFile(FACTORS, options.factors)] as const]),
  ];
  let factors = base.factors;
  for (const [part, file] of own) {
    const known = new Set(factors.map(({ id }) => id));
    const checked = checkFactors(part, expand(file), known).map((factor): Factor => ({
      ...factor,
      evidence: factor.evidence === "user_measured" ? "user_measured" : "user",
    }));
    factors = inPlaceOf(factors, checked);
  }
  return withFactors(base, factors);
}

/**
 * A catalogue with factors of the user's that have been checked before.
 *
 * @param own as they stand in the catalogue that checked them
 */
export const withOwnFactors = (base: CatalogueSnapshot, own: readonly Factor[]): Catalogue =>
  withFactors(base, inPlaceOf(base.factors, own));

function inPlaceOf(factors: readonly Factor[], own: readonly Factor[]): readonly Factor[] {
  const replaced = new Set(own.map(({ id }) => id));
  return [...own, ...factors.filter(({ id }) => !replaced.has(id))];
}

const withFactors = (base: CatalogueSnapshot, factors: readonly Factor[]): Catalogue =>
  assemble({ ...base, factors, models: [...modelsNamedBy(factors, base.models), ...base.models] });

let shared: Catalogue | undefined;
/** The built-in catalogue, made on first use. */
export const defaultCatalogue = (): Catalogue => (shared ??= assemble(builtIn(), BUILT_IN_HASH));

/** Models that only the user's factors know. */
function modelsNamedBy(factors: readonly Factor[], known: readonly Model[]): Model[] {
  const names = new Set(known.map(({ name }) => name));
  const models = new Map<string, Model>();
  for (const factor of factors) {
    if (!isUsers(factor)) continue;
    const { appliesTo } = factor;
    for (const pattern of appliesTo.models ?? []) {
      const name = pattern.replace(/[-_:@/]\*$/, "").toLowerCase();
      if (names.has(name)) continue;
      // A name and a prefix of the same letters are one model.
      const { developer = "user", modality = "text" } = appliesTo;
      const model = models.get(name) ?? { name, developer, modality };
      models.set(name, pattern.endsWith("*") ? { ...model, prefix: true } : model);
    }
  }
  return [...models.values()];
}

/** How many names a catalogue remembers; programs use few, hostile input many. */
const REMEMBERED_NAMES = 4096;

/** @param knownHash where it need not be computed */
function assemble(snapshot: CatalogueSnapshot, knownHash?: string): Catalogue {
  const { version, published, factors, models, providers, regions } = snapshot;
  const factorsById = new Map(factors.map((factor) => [factor.id, factor]));
  const providersByName = new Map(providers.map((provider) => [provider.name, provider]));
  const index = indexOf(models);
  const zonesNamed = new Set(factors.flatMap(({ appliesTo }) => appliesTo.zones ?? []));
  const remembered = new Map<string, ResolvedModel>();
  let hash = knownHash;

  return {
    version,
    published,
    factors,
    models,
    providers,
    regions,
    get hash() {
      return (hash ??= hashOf(snapshot));
    },
    get identity() {
      return `${version}+${this.hash.slice(0, 12)}`;
    },
    factor: (id) => factorsById.get(id),
    provider: (name) => providersByName.get(name),
    resolve(name, deployments) {
      if (deployments !== undefined && deployments.size > 0) return resolveModelName(name, index, deployments);
      let resolved = remembered.get(name);
      if (resolved === undefined) {
        if (remembered.size >= REMEMBERED_NAMES) remembered.clear();
        remembered.set(name, (resolved = resolveModelName(name, index)));
      }
      return resolved;
    },
    zone: (given) => readZone(given, (text) => readPlaces(text, regions, zonesNamed)),
  };
}

/** @throws ConfigurationError when two models claim one name */
function indexOf(models: readonly Model[]): ModelIndex {
  const byName = new Map<string, Model>();
  for (const model of models) {
    for (const name of [model.name, ...(model.aliases ?? [])].flatMap((each) => [each, spellingKey(each)])) {
      const other = byName.get(name);
      if (other !== undefined && other.name !== model.name) {
        const problem = `${shown(name)} names both ${shown(other.name)} and ${shown(model.name)}`;
        throw new ConfigurationError("catalogue.models", problem, "Let it name one of them.");
      }
      byName.set(name, model);
    }
  }
  return { byName, brands: brandsOf(models) };
}

function hashOf({ version, factors, models, providers, regions }: CatalogueSnapshot): string {
  return createHash("sha256").update(JSON.stringify({ version, factors, models, providers, regions })).digest("hex");
}
