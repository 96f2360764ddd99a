import type { Binding } from "../requests/binding.ts";
import type { Gate } from "../requests/gate.ts";
import type { Requests } from "../requests/requests.ts";
import type { ApiFamily } from "../wire/family.ts";

/** What an adapter needs of the meter for one client. */
export interface Metering {
  readonly binding: Binding;
  readonly requests: Requests;
  /** Who must be asked before a request leaves. */
  readonly gate: Gate | undefined;
  /** Where to ask for usage in streams that have none otherwise: known hosts and these; undefined for nowhere. */
  readonly includeUsage: readonly string[] | undefined;
  /** Tells of a client that another one has made of itself and that is observed with it. */
  inherit(copy: object, detach: () => void): void;
}

/** How one SDK is metered: where its transport can be observed, and how attempts of one call are told together. */
export interface ClientAdapter {
  /** The SDK's package name. */
  readonly sdk: string;
  readonly family: ApiFamily;
  recognises(client: object): boolean;
  /** Whom a client talks to when the host does not say: the one provider of its class; undefined for one that may talk to anybody. */
  providerOf(client: object): string | undefined;
  /**
   * Observes a client in place.
   *
   * @returns what puts the client back as it was
   * @throws ConfigurationError for a client in a mode that cannot be observed
   */
  attach(client: object, metering: Metering): () => void;
}
