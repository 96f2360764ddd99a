import { expect, test } from "vitest";

import type { Fault } from "../../examples/local-provider/fault.ts";
import type { LocalProvider } from "../../examples/local-provider/local-provider.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import { isObject } from "../../src/wire/json.ts";
import type { ApiFamily } from "../../src/wire/family.ts";
import {
  determined,
  observe,
  recordsOf,
  withInputEstimate,
  type CallShape,
  type ExpectedRecord,
  type SdkVersion,
  type Wrapper,
} from "../clients/contract.ts";
import { abandoned, failed } from "../clients/expected.ts";
import { serving, stopAll } from "./serving.ts";

/** What a gateway sees otherwise than a wrapped client does, by the names of shapes. */
export interface GatewayDifference<Client> {
  /** Another call, where the shape's own depends on how the answer's bytes are cut into chunks. */
  readonly call?: (client: Client) => unknown;
  /** What is recorded, where it cannot be told from what a wrapped client records. */
  readonly records?: readonly ExpectedRecord[];
  /** The status with which the gateway answers where the provider did not. */
  readonly answers?: number;
  /** Whether the client tries again after an answer of the gateway's just where it does after a broken connection. @default true */
  readonly triesAlike?: boolean;
}

/** Registers a test per shape: a client is alike with and without a gateway between, and the records are exact. */
export function testThroughGateway<Client extends object, Sdk extends SdkVersion<Client>>(
  sdk: Sdk,
  shapes: readonly CallShape<Client, Sdk>[],
  {
    family,
    differences = {},
    disclose = false,
  }: {
    family?: ApiFamily;
    differences?: Readonly<Record<string, GatewayDifference<Client>>>;
    /** Whether the gateway says in its answers what they took. @default false */
    disclose?: boolean;
  } = {},
): void {
  for (const shape of shapes) {
    if (shape.majors?.includes(sdk.major) === false) continue;
    const {
      records = relayedRecords(shape, sdk),
      answers,
      triesAlike = true,
      ...changes
    } = differences[shape.name] ?? {};
    const relayedShape = { ...shape, ...changes, records };
    test(`${shape.name}, through a gateway${disclose ? " that discloses what it took" : ""}`, async () => {
      try {
        const wrapper = gatewayBetween(family, disclose);
        const [bare, relayed] = await Promise.all([
          observe({ ...shape, ...changes }, sdk),
          observe(relayedShape, sdk, wrapper),
        ]);
        // Nothing can be added to a compressed stream, so that it asks for another.
        const [asked, askedBare] = [relayed, bare].map(({ provider }) => (disclose ? anyEncoding(provider) : provider));
        if (triesAlike) expect(asked).toStrictEqual(askedBare);
        if (!triesAlike) expect(asked).not.toStrictEqual(askedBare);
        else if (answers === undefined) expect(ofAnswer(relayed.application)).toStrictEqual(ofAnswer(bare.application));
        else expect(JSON.stringify(relayed.application)).toMatch(/llm-footprint: the upstream local|gateway_error/);
        expect(wrapper.records.map(determined)).toStrictEqual(
          records.map((record) => withInputEstimate(record, relayed.requestBytes)),
        );
      } finally {
        await stopAll();
      }
    });
  }
}

/** A gateway before the provider, whose addresses it takes the place of; the client itself stays bare. */
function gatewayBetween(
  family: ApiFamily | undefined,
  disclose: boolean,
): Wrapper & { readonly between: NonNullable<Wrapper["between"]> } {
  const records: RequestRecord[] = [];
  return {
    wrap: (client) => client,
    records,
    async between(provider) {
      const upstream = { name: "local", url: provider.url, provider: "local", family };
      const gateway = await serving({ upstreams: [upstream], disclose });
      gateway.meter.on("request", (record) => records.push(record));
      return Object.fromEntries(
        Object.entries(provider).map(([name, value]: [string, unknown]) => [
          name,
          typeof value === "string" ? value.replace(provider.url, `${gateway.url}/local`) : value,
        ]),
      ) as unknown as LocalProvider;
    },
  };
}

/** A gateway cannot know which attempts are of one request: each is one of its own. */
function relayedRecords<Client, Sdk extends SdkVersion<Client>>(
  shape: CallShape<Client, Sdk>,
  sdk: Sdk,
): ExpectedRecord[] {
  return recordsOf(shape, sdk).flatMap((record) => {
    const { operation, requestedModel = "", attempts } = record;
    const failures = Array.from({ length: attempts - 1 }, (_, attempt) =>
      unsuccessful(operation, requestedModel, shape.faults?.[attempt] ?? {}),
    );
    return [...failures, { ...record, attempts: 1 }];
  });
}

/** A client that is out of patience leaves, as any that leaves. */
function unsuccessful(operation: string, model: string, { status, latencyMilliseconds }: Fault): ExpectedRecord {
  if (latencyMilliseconds !== undefined) return { ...abandoned(operation, model), respondedModel: undefined };
  return failed(operation, model, status === undefined ? "connection" : `http_${status}`);
}

/**
 * Headers of the connection, which is the gateway's, and what it adds: the date (RFC 9110 §6.6.1), its signature, and what
 * an answer took.
 */
const OF_CONNECTION: ReadonlySet<string> = new Set(["keep-alive", "date", "via", "x-energy-data"]);

const DISCLOSURE = /^: energy \{.*\}\n\n/gm;

const anyEncoding = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (name, each: unknown) => (name === "accept-encoding" ? "any" : each));

const isBytes = (value: unknown): value is { readonly bytes: string } => isObject(value) && "bytes" in value;
const bytesOf = ({ bytes }: { readonly bytes: string }): Buffer => Buffer.from(bytes, "base64");

function ofAnswer(value: unknown): unknown {
  // How bytes are cut into chunks is up to the network.
  if (Array.isArray(value) && value.length > 0 && value.every(isBytes))
    return Buffer.concat(value.map(bytesOf)).toString().replaceAll(DISCLOSURE, "");
  if (typeof value === "string") return value.replaceAll(DISCLOSURE, "");
  if (Array.isArray(value)) return value.map(ofAnswer);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, item]: [string, unknown]) =>
      OF_CONNECTION.has(name) ? [] : [[name, ofAnswer(item)]],
    ),
  );
}
