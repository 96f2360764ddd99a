import { describe, expect, test } from "vitest";

import type { Fault } from "../../examples/local-provider/fault.ts";
import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { BudgetExceededError, createMeter } from "../../src/index.ts";
import type { Usage } from "../../src/model/usage.ts";
import { testThroughGateway, type GatewayDifference } from "../serve/through-gateway.ts";
import {
  observe,
  testContract,
  type CallShape,
  type ExpectedRecord,
  type SdkVersion,
  type Wrapper,
} from "./contract.ts";
import { abandoned, completed, estimated, failed } from "./expected.ts";
import { meteredBy } from "./metered.ts";

type Fetch = typeof globalThis.fetch;

/** One version of an SDK, and how it is used for what all SDKs can do. */
export interface EssentialSdk<Client extends object> extends SdkVersion<Client> {
  /** Asks for an answer of twelve words. */
  ask(client: Client, signal?: AbortSignal): unknown;
  /** The same as a stream; undefined for an SDK, or an API, that has none. */
  readonly stream?: (client: Client, signal?: AbortSignal) => unknown;
  readonly operation: string;
  readonly model: string;
  /** The usage of the answer. */
  readonly usage: Usage;
  /** The usage of the streamed answer, where it is another; undefined says that it is estimated. */
  readonly streamedUsage?: Usage | undefined;
  /** What is known of a stream whose first four events were sent. */
  readonly leftUsage: Usage;
  /** Whether each event of a stream states the usage so far. */
  readonly leftReported?: boolean;
  /** How the application ends a stream besides leaving it. */
  readonly abort?: (client: Client) => void;
  /** Whether answers name no model. */
  readonly answersNoModel?: boolean;
  /** The events that the application takes before it leaves. */
  readonly leftAfter?: number;
  /** Writes of the held stream. */
  readonly heldAfter?: number;
  /** How often the SDK sends a call that is answered 429; Infinity where only time limits it. @default 1 */
  readonly attempts?: number;
  /** How often it sends a call whose connection breaks. @default {@link attempts} */
  readonly connectionAttempts?: number;
  /** Whether a stream that is left is not cancelled, so that only the collector tells. */
  readonly leavesToCollector?: boolean;
  /** Whether it makes its answers anew where nothing of ours can see them. */
  readonly answersAnew?: boolean;
  /** Whether its methods return promises of a class of its own. */
  readonly ownPromises?: boolean;
  /** Whether its calls cannot be given a signal. */
  readonly takesNoSignal?: boolean;
  /** Asks with a deadline of the SDK's own, of 60 ms, and no other attempt. */
  readonly askInTime?: (client: Client) => unknown;
  /** What a gateway sees otherwise than a wrapped client does, by the names of shapes. */
  readonly throughGateway?: Readonly<Record<string, GatewayDifference<Client>>>;
  /** Replaces what a client makes its exchanges with. */
  exchanging(client: Client, change: (fetch: Fetch) => Fetch): Client;
}

async function listOf<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

const RATE_LIMITED: Fault = { status: 429, retryAfterMilliseconds: 1 };

type Shape<Client extends object> = CallShape<Client, EssentialSdk<Client>>;

const answerOf = <Client extends object>(
  { operation, model, answersNoModel = false }: EssentialSdk<Client>,
  usage: Usage | undefined,
): ExpectedRecord => ({
  ...completed(operation, model, usage),
  respondedModel: answersNoModel ? undefined : model,
});

/** What every SDK is held to. */
function essentialShapes<Client extends object>(sdk: EssentialSdk<Client>): Shape<Client>[] {
  const { operation, model, usage, attempts = 1, connectionAttempts = attempts } = sdk;
  const answer = answerOf(sdk, usage);
  const ask: Shape<Client>["call"] = (client) => sdk.ask(client);
  const shape = (
    name: string,
    faults: readonly Fault[],
    records: readonly ExpectedRecord[],
    call: Shape<Client>["call"] = ask,
  ): Shape<Client> => ({ name, faults, records, call });
  const retried = (count: number, errorType: string): ExpectedRecord =>
    count > 1 ? { ...answer, attempts: 2 } : failed(operation, model, errorType);
  return [
    shape("the client itself", [], [], (client) => [
      client.constructor.name,
      Object.keys(client),
      Object.getOwnPropertySymbols(client),
    ]),
    shape("an answer", [], [answer]),
    shape("an answer, as the promise that it is", [], [answer], async (client) => {
      const promise = sdk.ask(client) as Promise<unknown>;
      return [promise.constructor.name, Object.keys(promise), await promise];
    }),
    shape("several answers at a time", [], [answer, answer, answer], (client) =>
      Promise.all([1, 2, 3].map(async () => (await sdk.ask(client), "done"))),
    ),
    shape("an answer that is gzipped", [{ gzip: true }], [answer]),
    shape("an answer in small pieces", [{ writeBytes: [7, 1, 30] }], [answer]),
    shape("400", [{ status: 400 }], [failed(operation, model, "http_400")]),
    shape("429, then an answer", [RATE_LIMITED], [retried(attempts, "http_429")]),
    shape(
      "a connection dropped before the headers, then an answer",
      [{ drop: "before_headers" }],
      [retried(connectionAttempts, "connection")],
    ),
    shape(
      "HTML with status 200",
      [{ body: "<html>Bad gateway</html>", contentType: "text/html" }],
      [failed(operation, model, "malformed")],
    ),
    ...streamShapes(sdk),
  ];
}

function streamShapes<Client extends object>(sdk: EssentialSdk<Client>): Shape<Client>[] {
  const { stream, operation, model, leftAfter = 4, heldAfter = 4 } = sdk;
  if (!stream) return [];
  const answer = streamedAnswerOf(sdk);
  const opened = async (client: Client, signal?: AbortSignal) =>
    (await stream(client, signal)) as AsyncIterable<unknown>;
  const { outcome, errorType } = abandoned(operation, model);
  const left = {
    ...(sdk.leftReported ? answerOf(sdk, sdk.leftUsage) : estimated(answerOf(sdk, undefined), sdk.leftUsage)),
    outcome,
    errorType,
  };
  const whole = async (client: Client) => listOf(await opened(client));
  return [
    { name: "a stream", call: whole, records: [answer] },
    {
      name: "a stream, as the object that it is",
      call: async (client) => {
        const events = await opened(client);
        return [events.constructor.name, Object.keys(events), await listOf(events)];
      },
      records: [answer],
    },
    { name: "a stream that is gzipped", faults: [{ gzip: true }], call: whole, records: [answer] },
    { name: "a stream split anywhere", faults: [{ writeBytes: [1, 13, 7] }], call: whole, records: [answer] },
    {
      name: "a stream left by break",
      faults: [{ holdAfter: heldAfter }],
      call: async (client) => {
        const seen = [];
        for await (const event of await opened(client)) {
          seen.push(event);
          if (seen.length === leftAfter) break;
        }
        sdk.abort?.(client);
        return seen;
      },
      records: [left],
      unread: sdk.leavesToCollector === true,
    },
    sdk.attempts === Infinity
      ? {
          name: "429 of a stream twice, then an answer",
          faults: [RATE_LIMITED, RATE_LIMITED],
          call: whole,
          records: [{ ...answer, attempts: 3 }],
        }
      : {
          name: "429 of a stream, to the end",
          faults: Array<Fault>(sdk.attempts ?? 1).fill(RATE_LIMITED),
          call: whole,
          records: [failed(operation, model, "http_429", sdk.attempts ?? 1)],
        },
  ];
}

function gatewayDifferences<Client extends object>(
  sdk: EssentialSdk<Client>,
): Record<string, GatewayDifference<Client>> {
  const { attempts = 1, connectionAttempts = attempts, leavesToCollector = false } = sdk;
  return {
    // Where the provider does not answer, the gateway does: a client that tries again is as it was.
    ...(connectionAttempts === 1 && { "a connection dropped before the headers, then an answer": { answers: 502 } }),
    // What nobody reads has passed all the same.
    ...(leavesToCollector && { "a stream left by break": { records: [streamedAnswerOf(sdk)] } }),
  };
}

/** What is recorded of a stream to its end. */
function streamedAnswerOf<Client extends object>(sdk: EssentialSdk<Client>): ExpectedRecord {
  const usage = "streamedUsage" in sdk ? sdk.streamedUsage : sdk.usage;
  return usage ? answerOf(sdk, usage) : estimated(answerOf(sdk, undefined), { outputTokens: 12 });
}

/** A proxy all the way down whose methods are async functions. */
function asyncProxy<Target extends object>(target: Target): Target {
  return new Proxy(target, {
    get(object, name) {
      const value: unknown = Reflect.get(object, name, object);
      if (typeof value === "function") {
        return async (...parameters: unknown[]) => (await Reflect.apply(value, object, parameters)) as unknown;
      }
      return typeof value === "object" && value !== null ? asyncProxy(value) : value;
    },
  });
}

/** Registers the essential tests of one SDK version: bare against wrapped, exact records, and bad wrappers caught. */
export function testEssentials<Client extends object>(sdk: EssentialSdk<Client>): void {
  describe(`a wrapped client of ${sdk.name}`, () => {
    const shapes = essentialShapes(sdk);
    testContract(sdk, shapes, meteredBy);
    testThroughGateway(sdk, shapes, { differences: { ...gatewayDifferences(sdk), ...sdk.throughGateway } });
    testWrapping(sdk);
    testBudgets(sdk);
    testDeadlines(sdk);

    const answer = { ...shapes.find(({ name }) => name === "an answer")!, records: [] };
    const fetching = (change: (fetch: Fetch) => Fetch): Wrapper => ({
      wrap: (client) => sdk.exchanging(client as unknown as Client, change) as unknown as typeof client,
      records: [],
    });

    test("the contract notices a wrapper that adds a header", async () => {
      const wrapper = fetching((fetch) => (input, init) => {
        const request = new Request(input, init);
        request.headers.set("x-meter", "1");
        return fetch(request);
      });
      const [bare, wrapped] = await Promise.all([observe(answer, sdk), observe(answer, sdk, wrapper)]);
      expect(wrapped.provider).not.toStrictEqual(bare.provider);
    });

    test("the contract notices a wrapper that changes the answer", async () => {
      const wrapper = fetching((fetch) => async (input, init) => {
        const response = await fetch(input, init);
        const text = await response.text();
        return new Response(text.replaceAll("1", "7"), response);
      });
      const [bare, wrapped] = await Promise.all([observe(answer, sdk), observe(answer, sdk, wrapper)]);
      expect(wrapped.application).not.toStrictEqual(bare.application);
    });

    test("the contract notices a wrapper that makes an attempt of its own", async () => {
      const refused = { ...shapes.find(({ name }) => name === "400")!, records: [] };
      const wrapper = fetching((fetch) => async (input, init) => {
        const again = input instanceof Request ? input.clone() : input;
        const response = await fetch(input, init);
        return response.ok ? response : fetch(again, init);
      });
      const [bare, wrapped] = await Promise.all([observe(refused, sdk), observe(refused, sdk, wrapper)]);
      expect(wrapped.provider).not.toStrictEqual(bare.provider);
    });

    test.skipIf(!sdk.ownPromises)("the contract notices a proxy of async methods", async () => {
      const promise = { ...shapes.find(({ name }) => name === "an answer, as the promise that it is")!, records: [] };
      const wrapper: Wrapper = { wrap: asyncProxy, records: [] };
      const [bare, wrapped] = await Promise.all([observe(promise, sdk), observe(promise, sdk, wrapper)]);
      expect(wrapped.application).not.toStrictEqual(bare.application);
    });
  });
}

/** Wrapping is in place, counts once, and can be taken back. */
function testWrapping<Client extends object>(sdk: EssentialSdk<Client>): void {
  test("wrapping gives back the same object, twice is once, and unwrapping ends it", async () => {
    await using provider = await startLocalProvider();
    const { wrap, meter, counted } = countingMeter();
    const client = sdk.client(provider);
    await sdk.ask(client);
    const before = functionsOf(client);
    expect(wrap(wrap(client))).toBe(client);
    await sdk.ask(client);
    expect(await counted()).toBe(1);
    expect(meter.unwrap(client)).toBe(client);
    expect(functionsOf(client)).toStrictEqual(before);
    await sdk.ask(client);
    expect([await counted(), provider.requests.length]).toStrictEqual([1, 3]);
  });

  test(`footprintOf() ${sdk.answersAnew ? "does not know what it returned" : "knows the very object that it returned, to which nothing was added"}`, async () => {
    await using provider = await startLocalProvider();
    const { wrap, meter } = countingMeter();
    const answer = (await sdk.ask(wrap(sdk.client(provider)))) as object;
    const central = meter.footprintOf(answer)?.co2eGrams?.central;
    if (sdk.answersAnew) expect(central).toBeUndefined();
    else expect(central).toBeGreaterThan(0);
    expect(meter.footprintOf({ ...answer })).toBeUndefined();
    const bare = (await sdk.ask(sdk.client(provider))) as object;
    expect(Reflect.ownKeys(answer)).toStrictEqual(Reflect.ownKeys(bare));
  });

  test("over a metered fetch of the same meter it counts once", async () => {
    await using provider = await startLocalProvider();
    const { wrap, meter, counted } = countingMeter();
    const client = wrap(sdk.exchanging(sdk.client(provider), (fetch) => meter.fetch({ fetch })));
    await sdk.ask(client);
    expect([await counted(), provider.requests.length]).toStrictEqual([1, 1]);
  });

  test("unwrapping leaves what others have patched in the meantime, and counts nothing more", async () => {
    await using provider = await startLocalProvider();
    const { wrap, meter, counted } = countingMeter();
    const client = wrap(sdk.client(provider));
    let patched = 0;
    sdk.exchanging(client, (fetch) => (input, init) => {
      patched++;
      return fetch(input, init);
    });
    await sdk.ask(client);
    meter.unwrap(client);
    await sdk.ask(client);
    expect([patched, await counted(), provider.requests.length]).toStrictEqual([2, 1, 2]);
  });
}

/** As the reason of the platform's own deadlines is called. */
export const TIME_IS_OVER = new DOMException("The operation was aborted due to timeout", "TimeoutError");

/** Time that has run out is a failure, whoever has set it; an application that leaves has abandoned its call. */
function testDeadlines<Client extends object>(sdk: EssentialSdk<Client>): void {
  const recorded = async (ask: (client: Client, provider: LocalProvider) => unknown) => {
    await using provider = await startLocalProvider({ fault: () => ({ latencyMilliseconds: 5000 }) });
    const { wrap, records } = meteredBy();
    await outcomeOf(() => ask(wrap(sdk.client(provider)), provider));
    await expect.poll(() => records.length).toBe(1);
    return records.map(({ outcome, errorType }) => [outcome, errorType]);
  };
  const firedWith = (reason: unknown) =>
    recorded(async (client, provider) => {
      const controller = new AbortController();
      const ended = outcomeOf(() => sdk.ask(client, controller.signal));
      await expect.poll(() => provider.requests.length).toBe(1);
      controller.abort(reason);
      await ended;
    });

  test.skipIf(sdk.ask.length < 2)("a deadline of the application is a timeout, and leaving is not", async () => {
    expect(await firedWith(TIME_IS_OVER)).toStrictEqual([["failed", "timeout"]]);
    expect(await firedWith(undefined)).toStrictEqual([["abandoned", "aborted"]]);
  });

  const { askInTime } = sdk;
  if (askInTime)
    test("a deadline of the SDK's own is a timeout", async () => {
      expect(await recorded(askInTime)).toStrictEqual([["failed", "timeout"]]);
    });
}

/** Budgets stand before every SDK. */
function testBudgets<Client extends object>(sdk: EssentialSdk<Client>): void {
  const budget = (limit: number) =>
    createMeter({ budgets: [{ name: "few", criterion: "requests", limit, window: "day", mode: "refuse" }] });

  test("a budget without room refuses before anything is sent, once", async () => {
    await using provider = await startLocalProvider();
    const meter = budget(1);
    const client = meter.wrap(sdk.client(provider));
    await sdk.ask(client);
    const error: unknown = await outcomeOf(() => sdk.ask(client));
    // Some SDKs keep only the words of what is thrown below them.
    expect((error as Error).message + causesOf(error).join()).toContain('budget "few" has no room');
    await meter.flush();
    expect([provider.requests.length, meter.totals().overall.requests.completed]).toStrictEqual([1, 1]);
    expect(meter.budgets()[0]).toMatchObject({ used: { central: 1 }, reserved: 0 });
    await meter.close();
  });

  test.skipIf(sdk.takesNoSignal)(
    "a call whose signal has fired before gives back at once what was granted",
    async () => {
      await using provider = await startLocalProvider();
      const meter = budget(1);
      const client = meter.wrap(sdk.client(provider));
      const ends: unknown[] = [];
      for (let call = 0; call < 3; call++) ends.push(await outcomeOf(() => sdk.ask(client, AbortSignal.abort())));
      expect(ends.every((error) => error instanceof Error && !(error instanceof BudgetExceededError))).toBe(true);
      expect([provider.requests.length, meter.budgets()[0]?.reserved]).toStrictEqual([0, 0]);
      await sdk.ask(client);
      await meter.flush();
      expect(meter.totals().overall.requests).toStrictEqual({ completed: 1, abandoned: 0, failed: 0 });
      await meter.close();
    },
  );
}

/** What a wrapper could have left on a client: the names and functions on itself and on its options. */
const functionsOf = (client: object): unknown =>
  [client, ...["_options", "defaultOptions"].map((name) => (client as Record<string, object>)[name] ?? {})].map(
    (part) => [
      Object.getOwnPropertyNames(part),
      Object.entries(part).filter(([, value]) => typeof value === "function"),
    ],
  );

async function outcomeOf(call: () => unknown): Promise<unknown> {
  try {
    return await call();
  } catch (error) {
    return error;
  }
}

const causesOf = (error: unknown): unknown[] => (error instanceof Error ? [error, ...causesOf(error.cause)] : []);

function countingMeter() {
  const meter = createMeter();
  let count = 0;
  meter.on("request", () => (count += 1));
  return { meter, wrap: meter.wrap, counted: async () => (await meter.flush(), count) };
}

/** What most SDKs make their exchanges with. */
export function exchangingBySlot<Client extends object>(client: Client, change: (fetch: Fetch) => Fetch): Client {
  const slot = client as { fetch: Fetch };
  slot.fetch = change(slot.fetch);
  return client;
}
