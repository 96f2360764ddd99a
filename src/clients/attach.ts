import { ConfigurationError } from "../model/errors.ts";
import type { Requests } from "../requests/requests.ts";
import { sharedStampOf } from "../transport/process-wide.ts";
import type { ApiFamily } from "../wire/family.ts";
import { isObject } from "../wire/json.ts";
import type { ClientAdapter, Metering } from "./adapter.ts";
import { mistral } from "./speakeasy/mistral.ts";
import { openai } from "./stainless/openai.ts";

const ADAPTERS: readonly ClientAdapter[] = [openai, mistral];

/** What an SDK says of a client's requests before they are made. */
interface Sdk {
  readonly family: ApiFamily;
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
  meteringFor: (sdk: Sdk) => Omit<Metering, "inherit">,
): Client {
  const adapter = isObject(client) ? ADAPTERS.find((candidate) => candidate.recognises(client)) : undefined;
  if (!adapter) {
    throw new ConfigurationError(
      "wrap(client)",
      `expected a client of ${ADAPTERS.map(({ sdk }) => sdk).join(" or ")}, got ${describe(client)}`,
      "Pass the SDK's client object itself, use meter.fetch() where an SDK takes a fetch, or meter.record().",
    );
  }
  const attachment = attachmentOf.read(client);
  if (attachment && attachment.requests !== requests && !attachment.requests.closed) {
    throw new ConfigurationError(
      "wrap(client)",
      "this client is metered by another meter already",
      "Unwrap it there first, or use one meter for both.",
    );
  }
  const metering: Metering = {
    ...meteringFor({ family: adapter.family, provider: adapter.providerOf(client) }),
    inherit: (copy, detach) => attachmentOf.stamp(copy, { requests, detach, inherited: true }),
  };
  if (attachment?.requests === requests && !attachment.inherited) return client;
  attachment?.detach();
  attachmentOf.stamp(client, { requests, detach: adapter.attach(client, metering), inherited: false });
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

/** By kind only: what is given in error may be a key. */
const describe = (value: unknown): string =>
  Object(value) === value ? Object.prototype.toString.call(value) : `a value of type ${typeof value}`;
