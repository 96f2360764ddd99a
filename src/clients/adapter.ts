import type { Binding } from "../requests/binding.ts";
import type { CallMetering } from "../requests/outgoing-call.ts";
import type { ApiFamily } from "../wire/family.ts";

/** What an adapter needs of the meter for one client. */
export interface Metering extends CallMetering {
  readonly binding: Binding;
  /** Where to ask for usage in streams that have none otherwise: known hosts and these; undefined for nowhere. */
  readonly includeUsage: readonly string[] | undefined;
}

/** The metering of one client, until it is unwrapped. */
export interface ClientMetering extends Metering {
  /**
   * False once the client was unwrapped or the meter closed: whatever of ours is still in its way, because another has
   * patched the client after us, lets everything pass.
   */
  readonly active: boolean;
  /** Observes a client that this one has made of itself. */
  inherit(copy: object): void;
}

/** How one SDK is metered: where its transport can be observed, and how attempts of one call are told together. */
export interface ClientAdapter {
  /** The SDK's package name. */
  readonly sdk: string;
  /** What it speaks; undefined where the host or the path says it. */
  readonly family: ApiFamily | undefined;
  recognises(client: object): boolean;
  /** Whom a client talks to when the host does not say: the one provider of its class; undefined for one that may talk to anybody. */
  providerOf(client: object): string | undefined;
  /**
   * Observes a client in place.
   *
   * @returns what puts the client back as it was, but for what others have patched in the meantime
   * @throws ConfigurationError for a client in a mode that cannot be observed
   */
  attach(client: object, metering: ClientMetering): () => void;
}
