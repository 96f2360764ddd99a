import type { Labels } from "../model/request.ts";
import { matchEndpoint, type ApiFamily, type Match } from "../wire/routes.ts";
import { providerOfHost } from "../wire/hosts.ts";

/** What all requests of one client to one host have in common. */
export interface Origin {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  readonly family: ApiFamily;
  /** The host, without path or query. */
  readonly host: string;
  readonly labels: Labels;
  readonly zone: string | undefined;
}

/** What was said of a client, or of a `fetch`, when it was wrapped. */
export interface BindingOptions {
  /** Overrides what the host says. */
  readonly provider: string | undefined;
  /** Taken when neither an override nor the host says; OpenTelemetry names a provider by the SDK's best knowledge, too. */
  readonly providerOfSdk: string;
  /** Undefined when it follows from the provider, as for a bare `fetch`. */
  readonly family: ApiFamily | undefined;
  readonly labels: Labels;
  readonly zone: string | undefined;
}

/** A URL as the meter knows it. */
export interface Target extends Match {
  readonly origin: Origin;
}

/** URLs remembered per binding. A client has a handful; gateways with free paths must not fill the memory. */
const MOST_TARGETS = 500;

/** A wrapped client's way from URLs to what they are. */
export class Binding {
  readonly #options: BindingOptions;
  readonly #origins = new Map<string, Origin>();
  /** Per URL of a POST; asking after jobs is not remembered, since each URL has an id of its own. */
  readonly #targets = new Map<string, Target | undefined>();

  constructor(options: BindingOptions) {
    this.#options = options;
  }

  /** What a call is, or undefined when it is no request. */
  target(method: string, url: string): Target | undefined {
    if (method !== "POST") return this.#find(method, url);
    if (this.#targets.has(url)) return this.#targets.get(url);
    const target = this.#find(method, url);
    if (target?.followedId === undefined) {
      if (this.#targets.size >= MOST_TARGETS) this.#targets.clear();
      this.#targets.set(url, target);
    }
    return target;
  }

  #find(method: string, url: string): Target | undefined {
    if (!URL.canParse(url)) return undefined;
    const { host, pathname } = new URL(url);
    const origin = this.#origin(host);
    const match = matchEndpoint(origin.family, method, pathname);
    return match && { ...match, origin };
  }

  #origin(host: string): Origin {
    let origin = this.#origins.get(host);
    if (!origin) {
      const { labels, zone, providerOfSdk, provider = providerOfHost(host) ?? providerOfSdk } = this.#options;
      const family = this.#options.family ?? (provider === "mistral_ai" ? "mistral" : "openai");
      origin = { provider, family, host, labels, zone };
      this.#origins.set(host, origin);
    }
    return origin;
  }
}
