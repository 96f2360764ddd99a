import type { Labels } from "../model/request.ts";
import { UNKNOWN_NAME } from "../model/unknown-name.ts";
import type { Endpoint } from "../wire/dialect.ts";
import { FAMILIES } from "../wire/families.ts";
import { matchRoute, usesNoModel, type ApiFamily, type Match } from "../wire/family.ts";
import { destinationOf, familiesOfProvider, type Destination } from "../wire/hosts.ts";
import type { RequestedLimits } from "../wire/requested-limits.ts";
import { UNKNOWN_API } from "../wire/unknown-api.ts";
import type { UsageHabits } from "../wire/usage-habits.ts";

/** What all requests of one client to one host have in common. */
export interface Origin {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  /** The host, without path or query. */
  readonly host: string;
  readonly labels: Labels;
  /** Where it is served, as far as that is known before the answer; of several places that cannot be told apart, all. */
  readonly zone: string | readonly string[] | undefined;
  /** Who says so. */
  readonly zoneBasis: "declared" | "endpoint" | undefined;
  /** Whether its requests are left to a gateway of ours that stands there: of a host that is nobody's. @default false */
  readonly mayBeGateway?: boolean;
}

/** The provider where neither the application nor the host nor the SDK says one. */
export const UNKNOWN_PROVIDER = UNKNOWN_NAME;

/** What was said of a client, or of a `fetch`, when it was wrapped. */
export interface BindingOptions {
  /** Overrides what the host says. */
  readonly provider: string | undefined;
  /**
   * Whom the SDK's class talks to, whatever the host. Taken when neither an override nor the host says; undefined for a
   * class, or a bare `fetch`, that may talk to anybody.
   */
  readonly providerOfSdk: string | undefined;
  /** What the SDK speaks; undefined for a bare `fetch`, where the host or the path says it. */
  readonly family: ApiFamily | undefined;
  readonly labels: Labels;
  readonly zone: string | undefined;
  /** What to do with requests that a gateway of ours has counted. @default "leave" */
  readonly behindGateway?: "leave" | "count";
}

/** A URL as the meter knows it. */
export interface Target {
  readonly origin: Origin;
  readonly family: ApiFamily;
  readonly endpoint: Endpoint;
  /** The id of the response, run or batch that is asked after. */
  readonly followedId: string | undefined;
  /** The model that the path names. */
  readonly modelOfPath: string | undefined;
  /** What is odd about the usage that the host states. */
  readonly usageHabits?: UsageHabits | undefined;
  /** Whether it is a request only if its body names a model: an unknown path of a host that nobody vouches for. */
  readonly onlyWithModel: boolean;
}

/** Whether a call runs a model, as far as its body says. */
export const runsModel = ({ onlyWithModel }: Target, { model, isInference }: RequestedLimits): boolean =>
  isInference !== false && (model !== undefined || !onlyWithModel);

/** URLs remembered per binding. A client has a handful; gateways with free paths must not fill the memory. */
const MOST_TARGETS = 500;

/** A wrapped client's way from URLs to what they are. */
export class Binding {
  readonly options: BindingOptions;
  readonly #origins = new Map<string, Origin>();
  /** Per URL of a POST; asking after jobs is not remembered, since each URL has an id of its own. */
  readonly #targets = new Map<string, Target | undefined>();
  /** Nearly always the next one, too: comparing a URL is much faster than looking it up. */
  #latest: { readonly method: string; readonly url: string; readonly target: Target | undefined } | undefined;

  constructor(options: BindingOptions) {
    this.options = options;
  }

  /**
   * What a call is; undefined when it is not a request.
   *
   * @param method in upper or lower case
   */
  target(method: string, url: string): Target | undefined {
    const latest = this.#latest;
    if (latest?.url === url && (latest.method === method || latest.method === method.toUpperCase()))
      return latest.target;
    const target = this.#targetOf(method.toUpperCase(), url);
    if (target?.followedId === undefined) this.#latest = { method: method.toUpperCase(), url, target };
    return target;
  }

  #targetOf(method: string, url: string): Target | undefined {
    if (method !== "POST") return this.#find(method, url);
    if (this.#targets.has(url)) return this.#targets.get(url);
    const target = this.#find(method, url);
    if (target?.followedId === undefined) {
      if (this.#targets.size >= MOST_TARGETS) this.#targets.clear();
      this.#targets.set(url, target);
    }
    return target;
  }

  /** Who is asked below a URL, where, and with which labels. */
  originOf({ host, pathname }: URL): Origin {
    return this.#origin(host, destinationOf(host, pathname));
  }

  #find(method: string, url: string): Target | undefined {
    if (!URL.canParse(url)) return undefined;
    const { host, pathname } = new URL(url);
    const destination = destinationOf(host, pathname);
    const { usageHabits } = destination;
    const spoken = this.#spoken(destination.families);
    const origin = this.#origin(host, destination);
    const known = origin.provider !== UNKNOWN_PROVIDER;
    const match = firstMatch(spoken, method, pathname, spoken !== FAMILIES);
    // Ollama's own API beside the compatible one of its host, for one.
    const alsoSpoken = familiesOfProvider(origin.provider);
    const isSilent = !match && [...spoken, ...alsoSpoken].some((family) => usesNoModel(family, pathname));
    // A host may speak more than is known of it: many that are OpenAI-compatible answer Anthropic's Messages, too.
    const found =
      match ?? (isSilent || this.options.family ? undefined : firstMatch(FAMILIES, method, pathname, false));
    if (found) {
      const { isGeneric, ...rest } = found;
      const modelOfPath = found.family.modelOfPath?.(pathname);
      const onlyWithModel = isGeneric && !known && this.options.family === undefined;
      return { ...rest, origin, modelOfPath, usageHabits, onlyWithModel };
    }
    if (method !== "POST" || isSilent) return undefined;
    return {
      origin,
      family: spoken[0]!,
      endpoint: UNKNOWN_API,
      followedId: undefined,
      modelOfPath: undefined,
      onlyWithModel: !known,
    };
  }

  /** What the SDK speaks, and the host besides; else the host, else the provider that was named, else any. */
  #spoken(ofHost: readonly ApiFamily[]): readonly ApiFamily[] {
    const { family, provider } = this.options;
    // Anthropic's classes for other clouds turn what they say into what that cloud's host speaks.
    if (family) return [family, ...ofHost.filter((other) => other !== family)];
    const ofProvider = ofHost.length > 0 || provider === undefined ? ofHost : familiesOfProvider(provider);
    return ofProvider.length > 0 ? ofProvider : FAMILIES;
  }

  #origin(host: string, destination: Destination): Origin {
    const { labels, zone: declared, providerOfSdk } = this.options;
    const provider = this.options.provider ?? destination.provider ?? providerOfSdk ?? UNKNOWN_PROVIDER;
    const zone = declared ?? destination.zone;
    const key = `${provider} ${host} ${String(zone)}`;
    let origin = this.#origins.get(key);
    if (!origin) {
      const zoneBasis = declared !== undefined ? "declared" : zone !== undefined ? "endpoint" : undefined;
      // A provider's own host cannot be a gateway of ours, whatever its answers say.
      const mayBeGateway = destination.provider === undefined && this.options.behindGateway !== "count";
      this.#origins.set(key, (origin = { provider, host, labels, zone, zoneBasis, mayBeGateway }));
    }
    return origin;
  }
}

function firstMatch(families: readonly ApiFamily[], method: string, path: string, spoken: boolean): Match | undefined {
  for (const family of families) {
    const match = matchRoute(family, method, path, spoken);
    if (match) return match;
  }
  return undefined;
}
