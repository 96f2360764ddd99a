import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { ConfigurationError, createMeter } from "../../src/index.ts";
import * as mistral from "./mistral/sdk.ts";
import * as openai from "./openai/sdk.ts";
import { mistralVersions, openaiVersions } from "./versions.ts";
import { visible } from "./visible.ts";

/** What the tests below do with a client of any SDK. */
interface Usable {
  readonly name: string;
  readonly client: (provider: LocalProvider) => object;
  readonly ask: (client: object) => Promise<unknown>;
  readonly stream: (client: object, tokens: number) => Promise<AsyncIterable<unknown>>;
}

const usable: readonly Usable[] = [
  ...(await openaiVersions()).map((sdk): Usable => {
    const completions = (client: object) => (client as ReturnType<typeof sdk.client>).chat.completions;
    return {
      name: sdk.name,
      client: (provider) => sdk.client(provider),
      ask: async (client) => completions(client).create(openai.QUESTION),
      stream: async (client, tokens) =>
        completions(client).create({ ...openai.STREAMED_QUESTION, max_completion_tokens: tokens }),
    };
  }),
  ...(await mistralVersions()).map((sdk): Usable => {
    const chat = (client: object) => (client as ReturnType<typeof sdk.client>).chat;
    return {
      name: sdk.name,
      client: (provider) => sdk.client(provider),
      ask: (client) => chat(client).complete(mistral.QUESTION),
      stream: (client, tokens) => chat(client).stream({ ...mistral.QUESTION, maxTokens: tokens }),
    };
  }),
];

/** A meter that counts its records. */
function countingMeter() {
  const meter = createMeter();
  let count = 0;
  meter.on("request", () => (count += 1));
  return { meter, counted: async () => (await meter.flush(), count) };
}

/** What a wrapper could have changed of a client: its own functions, and its options with all that is in them. */
function stateOf(client: object, { url }: LocalProvider) {
  const { _options: options, ...own } = client as Record<string, unknown>;
  const functions = Object.entries(own).filter(([, value]) => typeof value === "function");
  return { keys: Object.getOwnPropertyNames(client), functions, options: visible(options, url) };
}

describe.for(usable)("$name", ({ client: makeClient, ask, stream }) => {
  test("wrapping gives back the same object, and twice is once", async () => {
    await using provider = await startLocalProvider();
    const { meter, counted } = countingMeter();
    const client = makeClient(provider);
    expect(meter.wrap(meter.wrap(client))).toBe(client);
    await ask(client);
    expect(await counted()).toBe(1);
  });

  test("unwrapping puts everything back", async () => {
    await using provider = await startLocalProvider();
    const { meter, counted } = countingMeter();
    const client = makeClient(provider);
    const before = stateOf(client, provider);
    expect(meter.unwrap(meter.wrap(client))).toBe(client);
    expect(stateOf(client, provider)).toStrictEqual(before);
    await ask(client);
    expect(await counted()).toBe(0);
    meter.wrap(client);
    await ask(client);
    expect(await counted()).toBe(1);
  });

  test("a meter that is closed leaves the client working", async () => {
    await using provider = await startLocalProvider();
    const { meter } = countingMeter();
    const client = meter.wrap(makeClient(provider));
    const begun = ask(client);
    await meter.close();
    await begun;
    await ask(client);
    expect(provider.requests.length).toBe(2);
  });

  test("the application sees the first token when the provider sends it", async () => {
    await using provider = await startLocalProvider({ chunkIntervalMilliseconds: 40 });
    const { meter } = countingMeter();
    const client = meter.wrap(makeClient(provider));
    for await (const _event of await stream(client, 8)) {
      expect(provider.requests[0]!.chunksSent).toBeLessThanOrEqual(2);
      break;
    }
  });

  test("nothing is read ahead of the application", async () => {
    const events = 800;
    await using provider = await startLocalProvider();
    const sentBy = async (client: object): Promise<number> => {
      provider.enqueue({ commentBytes: 64 * 1024 });
      for await (const _event of await stream(client, events)) {
        // The rest, 50 MB, has time to come if anybody reads it.
        await pause(250);
        break;
      }
      await provider.idle();
      return provider.requests.at(-1)!.chunksSent;
    };
    const { meter } = countingMeter();
    // What the system's own buffers take in is a tenth of it.
    expect(await sentBy(makeClient(provider))).toBeLessThan(events / 4);
    expect(await sentBy(meter.wrap(makeClient(provider)))).toBeLessThan(events / 4);
  });
});

test.for(await openaiVersions())("a client of $name that is closed to changes is refused, and works", async (sdk) => {
  await using provider = await startLocalProvider();
  for (const close of [Object.freeze, Object.seal, Object.preventExtensions]) {
    const { meter, counted } = countingMeter();
    const client = sdk.client(provider);
    close(client);
    expect(() => meter.wrap(client)).toThrow(ConfigurationError);
    expect(() => meter.wrap(client)).toThrow("expected a client that can be observed in place");
    await client.chat.completions.create(openai.QUESTION);
    expect(await counted()).toBe(0);
  }
});
