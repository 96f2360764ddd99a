import { ConfigurationError } from "../model/errors.ts";
import type { Requests } from "../requests/requests.ts";
import { sharedStampOf } from "../transport/process-wide.ts";
import type { ApiFamily } from "../wire/family.ts";
import { isObject } from "../wire/json.ts";
import { ADAPTERS } from "./adapters.ts";
import type { ClientAdapter, ClientMetering, Metering } from "./adapter.ts";

/** What an SDK says of a client's requests before they are made. */
interface Sdk {
  readonly family: ApiFamily | undefined;
  /** Undefined for a client that may talk to anybody. */
  readonly provider: string | undefined;
}

/** Who meters a client, and how to let go of it. */
interface Attachment {
  readonly requests: Requests;
  readonly detach: () => void;
  /** Observed because the client that it is a copy of was wrapped; wrapping it says how to meter the copy. */
  readonly inherited: boolean;
}

/** Seen by every copy of the package, so that no two of them meter one client. */
const attachmentOf = sharedStampOf<Attachment | undefined>("attachment/1");

/** Meters a client in place, once. */
export function attachClient<Client extends object>(
  client: Client,
  requests: Requests,
  meteringFor: (sdk: Sdk) => Metering,
): Client {
  const adapter = isObject(client) ? ADAPTERS.find((candidate) => candidate.recognises(client)) : undefined;
  if (!adapter) throw unknownClient(client);
  const attachment = attachmentOf.read(client);
  if (attachment && attachment.requests !== requests && !attachment.requests.closed) {
    throw new ConfigurationError(
      "wrap(client)",
      "this client is metered by another meter already",
      "Unwrap it there first, or use one meter for both.",
    );
  }
  const metering = meteringFor({ family: adapter.family, provider: adapter.providerOf(client) });
  if (attachment?.requests === requests && !attachment.inherited) return client;
  attachment?.detach();
  observe(client, adapter, metering, false);
  return client;
}

/** Puts a client back as it was. */
export function detachClient<Client extends object>(client: Client, requests: Requests): Client {
  const attachment = isObject(client) ? attachmentOf.read(client) : undefined;
  if (attachment?.requests === requests) {
    attachment.detach();
    attachmentOf.stamp(client, undefined);
  }
  return client;
}

function observe(client: object, adapter: ClientAdapter, metering: Metering, inherited: boolean): void {
  const { requests } = metering;
  let attached = true;
  const clientMetering: ClientMetering = {
    ...metering,
    get active() {
      return attached && !requests.closed;
    },
    inherit: (copy) => observe(copy, adapter, metering, true),
  };
  let restore: () => void;
  try {
    restore = adapter.attach(client, clientMetering);
  } catch (cause) {
    // What of it was observed before lets everything pass.
    attached = false;
    throw cause instanceof TypeError && !Object.isExtensible(client) ? closedClient() : cause;
  }
  const detach = (): void => {
    attached = false;
    restore();
  };
  attachmentOf.stamp(client, { requests, detach, inherited });
}

const closedClient = (): ConfigurationError =>
  new ConfigurationError(
    "wrap(client)",
    "expected a client that can be observed in place, got one that is frozen or sealed",
    "Wrap it before it is closed.",
  );

function unknownClient(client: unknown): ConfigurationError {
  const sdks = [...new Set(ADAPTERS.map(({ sdk }) => sdk))].join(", ");
  const where = "wrap(client)";
  if (isLanguageModel(client)) {
    return new ConfigurationError(
      where,
      "expected an SDK's client, got a model of the AI SDK",
      "Use footprintMiddleware() of llm-footprint/ai-sdk, or give its provider meter.fetch() as its fetch.",
    );
  }
  return new ConfigurationError(
    where,
    `expected a client of one of ${sdks}; got ${describe(client)}`,
    "Pass the SDK's client object itself. Give an SDK that is not among them meter.fetch() where it takes a fetch, " +
      "which counts all requests and reads the usage in the APIs that it knows; report others with meter.record().",
  );
}

/** A model of the AI SDK says which version of its specification it follows. */
const isLanguageModel = (value: unknown): boolean =>
  isObject(value) && typeof value["specificationVersion"] === "string" && typeof value["doGenerate"] === "function";

/** By kind only: what is given in error may be a key. */
const describe = (value: unknown): string =>
  Object(value) === value ? Object.prototype.toString.call(value) : `a value of type ${typeof value}`;
