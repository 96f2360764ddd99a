import { setTimeout as pause } from "node:timers/promises";
import { expect, test } from "vitest";

import {
  startLocalProvider,
  type LocalProvider,
  type LocalProviderOptions,
  type SeenRequest,
} from "../../examples/local-provider/local-provider.ts";
import type { Fault } from "../../examples/local-provider/fault.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import { visible } from "./visible.ts";

/** One way to use a client, and what must be recorded of it. */
export interface CallShape<Client, Sdk> {
  readonly name: string;
  /** What the provider does to the requests of this shape, one each. */
  readonly faults?: readonly Fault[];
  readonly provider?: LocalProviderOptions;
  /** Makes the client where it is not the plain one. */
  readonly client?: (sdk: Sdk, provider: LocalProvider) => Client;
  /** Uses the client; what it returns or throws is what the application sees. */
  readonly call: (client: Client, context: Context<Sdk>) => unknown;
  /** In the order in which the requests end; a function where the SDK's major version makes a difference. */
  readonly records: readonly ExpectedRecord[] | ((major: number) => readonly ExpectedRecord[]);
  /** Nobody reads the answer, so that only the garbage collector can tell that nobody will. */
  readonly unread?: boolean;
  /** The major versions of the SDK that have this shape; all by default. */
  readonly majors?: readonly number[];
}

export interface Context<Sdk> {
  readonly sdk: Sdk;
  readonly provider: LocalProvider;
}

/** How the contract makes a client of one SDK version. */
export interface SdkVersion<Client> {
  readonly major: number;
  readonly name: string;
  client(provider: LocalProvider): Client;
}

/** The fields of a record that a shape determines. */
export type ExpectedRecord = Pick<
  RequestRecord,
  "operation" | "requestedModel" | "respondedModel" | "outcome" | "errorType" | "attempts" | "usage" | "usageSource"
>;

/** What meters the clients of one run; `metered` may return another object, as bad wrappers do. */
export interface Wrapper {
  readonly wrap: <Client extends object>(client: Client) => Client;
  /** The provider as the client reaches it, where something stands between them. */
  readonly between?: (provider: LocalProvider) => Promise<LocalProvider>;
  readonly records: readonly RequestRecord[];
}

export interface Observation {
  /** What the application saw. */
  readonly application: unknown;
  /** What the provider saw. */
  readonly provider: unknown;
  /** The size of the first request's body, from which input tokens are estimated. */
  readonly requestBytes: number;
}

/** Makes the calls of a shape with a new client against a new provider, and waits until all of it is over. */
export async function observe<Client extends object, Sdk extends SdkVersion<Client>>(
  shape: CallShape<Client, Sdk>,
  sdk: Sdk,
  wrapper?: Wrapper,
): Promise<Observation> {
  await using provider = await startLocalProvider(shape.provider);
  provider.enqueue(...(shape.faults ?? []));
  const reached = (await wrapper?.between?.(provider)) ?? provider;
  const client = shape.client?.(sdk, reached) ?? sdk.client(reached);
  const used = wrapper ? wrapper.wrap(client) : client;
  // Shown at once: a body that nobody reads must not be held here, or the collector would not find it.
  const application = visible(
    await outcomeOf(() => shape.call(used, { sdk, provider: reached })),
    reached.url,
    provider.url,
  );
  await provider.idle();
  if (wrapper) await settled(wrapper, recordsOf(shape, sdk).length, shape.unread === true);
  return {
    application,
    provider: provider.requests.map((request) => provided(request, provider)),
    requestBytes: Number(provider.requests[0]?.headers["content-length"]),
  };
}

/** Registers a test per shape: a bare and a wrapped client are alike, and the records are exactly the expected ones. */
export function testContract<Client extends object, Sdk extends SdkVersion<Client>>(
  sdk: Sdk,
  shapes: readonly CallShape<Client, Sdk>[],
  makeWrapper: () => Wrapper,
): void {
  for (const shape of shapes) {
    if (shape.majors?.includes(sdk.major) === false) continue;
    // The collector also takes the time-outs of requests under way with it, so nothing else runs when it is asked.
    test(shape.name, { concurrent: shape.unread !== true }, async () => {
      const wrapper = makeWrapper();
      const [bare, wrapped] = await Promise.all([observe(shape, sdk), observe(shape, sdk, wrapper)]);
      expect(wrapped).toStrictEqual(bare);
      expect(wrapper.records.map(determined)).toStrictEqual(
        recordsOf(shape, sdk).map((record) => withInputEstimate(record, wrapped.requestBytes)),
      );
    });
  }
}

export const recordsOf = <Client, Sdk extends SdkVersion<Client>>(
  { records }: CallShape<Client, Sdk>,
  { major }: Sdk,
) => (typeof records === "function" ? records(major) : records);

/** Where usage is estimated, four bytes of the request count as a token of input. */
export const withInputEstimate = (record: ExpectedRecord, requestBytes: number): ExpectedRecord =>
  record.usageSource === "estimated"
    ? { ...record, usage: { inputTokens: Math.ceil(requestBytes / 4), ...record.usage } }
    : record;

async function outcomeOf(call: () => unknown): Promise<unknown> {
  try {
    return { returned: await call() };
  } catch (thrown) {
    return { thrown };
  }
}

/** How often is looked for records that are missing. */
const LOOKS = 100;

async function settled({ records }: Wrapper, count: number, unread: boolean): Promise<void> {
  for (let look = 0; look < LOOKS && records.length < count; look++) {
    await pause(Math.min(look, 20));
    if (unread) globalThis.gc!();
  }
}

/** Which of these is said of an answer that was left depends on whether the SDK or the collector does what first. */
const LEFT: readonly unknown[] = ["aborted", "cancelled", "unread"];

export const determined = (record: RequestRecord): ExpectedRecord => ({
  operation: record.operation,
  requestedModel: record.requestedModel,
  respondedModel: record.respondedModel,
  outcome: record.outcome,
  errorType: LEFT.includes(record.errorType) ? "left" : record.errorType,
  attempts: record.attempts,
  usage: record.usage,
  usageSource: record.usageSource,
});

function provided(request: SeenRequest, { url }: LocalProvider): unknown {
  const headers = { ...request.headers };
  headers.host = "provider";
  // Forms are divided by a random text.
  if (headers["content-type"]?.startsWith("multipart/")) headers["content-type"] = "multipart/form-data";
  return visible({ ...request, headers }, url);
}
