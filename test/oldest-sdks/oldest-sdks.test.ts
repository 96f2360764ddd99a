import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { createMeter, type RequestRecord } from "../../src/index.ts";

/* eslint-disable @typescript-eslint/no-unsafe-call, @typescript-eslint/no-unsafe-member-access, @typescript-eslint/no-unsafe-return
   -- The oldest versions have other types than the newest, of which the root's packages are. */
/** What an SDK exports and returns. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Any = any;

interface OldSdk {
  readonly package: string;
  readonly client: (sdk: Any, provider: LocalProvider) => object;
  readonly ask: (client: Any) => Promise<unknown>;
  /** Reads a stream to its end; undefined where the version has none. */
  readonly stream?: (client: Any) => Promise<unknown>;
  readonly usage: RequestRecord["usage"];
}

const MODEL = "a-model";
const TEXT = "Say something short.";
const messages = [{ role: "user", content: TEXT }];
const OPENAI_USAGE = { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 };
const ANTHROPIC_USAGE = { inputTokens: 4, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 12 };

async function read(stream: unknown): Promise<void> {
  for await (const event of (await stream) as AsyncIterable<unknown>) expect(event).toBeDefined();
}

const chatCompletions = {
  ask: (client: Any) => client.chat.completions.create({ model: MODEL, messages }) as Promise<unknown>,
  stream: (client: Any) => read(client.chat.completions.create({ model: MODEL, messages, stream: true })),
  usage: OPENAI_USAGE,
};

const SDKS: readonly OldSdk[] = [
  {
    ...chatCompletions,
    package: "openai",
    client: ({ OpenAI }, { openaiBaseURL }) => new OpenAI({ apiKey: "a key", baseURL: openaiBaseURL }),
  },
  {
    ...chatCompletions,
    package: "groq-sdk",
    client: ({ Groq }, { url }) => new Groq({ apiKey: "a key", baseURL: url }),
  },
  {
    ...chatCompletions,
    package: "together-ai",
    client: ({ Together }, { openaiBaseURL }) => new Together({ apiKey: "a key", baseURL: openaiBaseURL }),
  },
  {
    ...chatCompletions,
    package: "@cerebras/cerebras_cloud_sdk",
    client: ({ Cerebras }, { url }) => new Cerebras({ apiKey: "a key", baseURL: url, warmTCPConnection: false }),
  },
  {
    ...chatCompletions,
    package: "portkey-ai",
    client: ({ Portkey }, { openaiBaseURL }) =>
      new Portkey({ apiKey: "a key", Authorization: "Bearer a key", baseURL: openaiBaseURL }),
  },
  {
    package: "@anthropic-ai/sdk",
    client: ({ Anthropic }, { anthropicBaseURL }) => new Anthropic({ apiKey: "a key", baseURL: anthropicBaseURL }),
    ask: (client) => client.messages.create({ model: MODEL, max_tokens: 100, messages }) as Promise<unknown>,
    stream: (client) => read(client.messages.create({ model: MODEL, max_tokens: 100, messages, stream: true })),
    usage: ANTHROPIC_USAGE,
  },
  {
    package: "@google/genai",
    client: ({ GoogleGenAI }, { geminiBaseURL }) =>
      new GoogleGenAI({ apiKey: "a key", httpOptions: { baseUrl: geminiBaseURL } }),
    ask: (client) => client.models.generateContent({ model: MODEL, contents: TEXT }) as Promise<unknown>,
    stream: (client) => read(client.models.generateContentStream({ model: MODEL, contents: TEXT })),
    usage: { inputTokens: 4, outputTokens: 12 },
  },
  {
    package: "@mistralai/mistralai",
    client: ({ Mistral }, { mistralServerURL }) => new Mistral({ apiKey: "a key", serverURL: mistralServerURL }),
    ask: (client) => client.chat.complete({ model: MODEL, messages }) as Promise<unknown>,
    stream: (client) => read(client.chat.stream({ model: MODEL, messages })),
    usage: { inputTokens: 4, outputTokens: 12 },
  },
  {
    package: "@openrouter/sdk",
    client: ({ OpenRouter }, { openaiBaseURL }) => new OpenRouter({ apiKey: "a key", serverURL: openaiBaseURL }),
    ask: (client) => client.chat.send({ chatRequest: { model: MODEL, messages } }) as Promise<unknown>,
    stream: (client) => read(client.chat.send({ chatRequest: { model: MODEL, messages, stream: true } })),
    usage: OPENAI_USAGE,
  },
  {
    package: "cohere-ai",
    client: ({ CohereClient }, { cohereBaseURL }) => new CohereClient({ token: "a key", environment: cohereBaseURL }),
    ask: (client) => client.chat({ model: MODEL, message: TEXT }) as Promise<unknown>,
    stream: (client) => read(client.chatStream({ model: MODEL, message: TEXT })),
    usage: { inputTokens: 64, cacheReadTokens: 0, outputTokens: 13 },
  },
  {
    package: "ollama",
    client: ({ Ollama }, { url }) => new Ollama({ host: `${url}/ollama` }),
    ask: (client) => client.chat({ model: MODEL, messages }) as Promise<unknown>,
    stream: (client) => read(client.chat({ model: MODEL, messages, stream: true })),
    usage: { inputTokens: 4, outputTokens: 12 },
  },
  {
    package: "@huggingface/inference",
    client: ({ InferenceClient }, { openaiBaseURL }) =>
      new InferenceClient("hf_key", { endpointUrl: openaiBaseURL.replace(/\/v1$/, "") }),
    ask: (client) => client.chatCompletion({ model: MODEL, messages }) as Promise<unknown>,
    stream: (client) => read(client.chatCompletionStream({ model: MODEL, messages })),
    usage: OPENAI_USAGE,
  },
  {
    package: "replicate",
    client: ({ default: Replicate }, { replicateBaseURL }) =>
      new Replicate({ auth: "a key", baseUrl: replicateBaseURL }),
    ask: (client) =>
      client.predictions.create({
        model: "meta/meta-llama-3-8b-instruct",
        input: { prompt: TEXT },
        wait: true,
      }) as Promise<unknown>,
    usage: { inputTokens: 4, outputTokens: 12 },
  },
  {
    package: "@azure-rest/ai-inference",
    client: ({ default: ModelClient }, { openaiBaseURL }) =>
      ModelClient(openaiBaseURL, { key: "a key" }, { allowInsecureConnection: true }) as object,
    ask: (client) => client.path("/chat/completions").post({ body: { model: MODEL, messages } }) as Promise<unknown>,
    usage: OPENAI_USAGE,
  },
];

describe.for(SDKS)("the oldest $package that is supported", ({ package: name, client, ask, stream, usage }) => {
  const open = async () => {
    const provider = await startLocalProvider();
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (record) => records.push(record));
    const bare = client(await import(name), provider);
    const metered = meter.wrap(client(await import(name), provider), { provider: "local" });
    return {
      bare,
      metered,
      records,
      settle: () => meter.flush(),
      [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
    };
  };

  test("an answer is the same, and counted", async () => {
    await using opened = await open();
    const texts = [await ask(opened.bare), await ask(opened.metered)].map((answer) => JSON.stringify(answer).length);
    expect(texts[1]).toBe(texts[0]);
    await opened.settle();
    expect(opened.records.map((record) => [record.outcome, record.usage, record.usageSource])).toStrictEqual([
      ["completed", usage, "reported"],
    ]);
  });

  test.runIf(stream)("a stream is counted", async () => {
    await using opened = await open();
    await stream!(opened.metered);
    await opened.settle();
    expect(opened.records.map((record) => [record.outcome, record.usage?.outputTokens])).toStrictEqual([
      ["completed", usage!.outputTokens],
    ]);
  });
});

const manifestOf = async (path: string) =>
  JSON.parse(await readFile(join(import.meta.dirname, path), "utf8")) as Readonly<
    Record<string, Readonly<Record<string, string>>>
  >;

/** What `oldest-peers.test.ts` tests. */
const IN_OLDEST_PEERS = [
  "@aws-sdk/client-bedrock-runtime",
  "@langchain/core",
  "@prometheus-io/client",
  "ai",
  "prom-client",
  "redis",
];

test("these are the oldest versions that package.json allows", async () => {
  const { peerDependencies } = await manifestOf("../../package.json");
  const { devDependencies } = await manifestOf("package.json");
  const tested = [...SDKS.map(({ package: name }) => name), ...IN_OLDEST_PEERS];
  const bounds = tested.map((name): [string, string] => {
    const bound = /^>=(\S+)/.exec(peerDependencies![name]!)![1]!;
    return [
      name,
      bound
        .split(".")
        .concat("0", "0")
        .slice(0, Math.max(3, bound.split(".").length))
        .join("."),
    ];
  });
  expect(devDependencies).toMatchObject(Object.fromEntries(bounds));
});

test("any version of DuckDB is a peer: all have suffixes, which no range with a bound takes", async () => {
  const { peerDependencies } = await manifestOf("../../package.json");
  expect(peerDependencies!["@duckdb/node-api"]).toBe("*");
});
