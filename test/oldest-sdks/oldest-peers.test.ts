import { createOpenAI } from "@ai-sdk/openai";
import { BedrockRuntimeClient, InvokeModelCommand } from "@aws-sdk/client-bedrock-runtime";
import { ChatOpenAI } from "@langchain/openai";
import * as prometheusClient from "@prometheus-io/client";
import { HttpResponse, type HttpRequest } from "@smithy/protocol-http";
import { generateText, streamText, wrapLanguageModel } from "ai";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import * as promClient from "prom-client";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { startLocalProvider, type LocalProvider } from "../../examples/local-provider/local-provider.ts";
import { footprintMiddleware } from "../../src/ai-sdk.ts";
import { redisBudgetStoreAt } from "../../src/budgets/stores/redis/redis-store.ts";
import type { PrometheusRegistry } from "../../src/exporters/prometheus/registry.ts";
import { createMeter, type RequestRecord } from "../../src/index.ts";
import { FootprintCallbackHandler } from "../../src/langchain.ts";
import { budgetStoreContract } from "../../src/testing.ts";
import { startRedis, type RedisServer } from "../servers/redis-server.ts";

const MODEL = "gpt-4o-mini";
const prompt = "Say something short.";
const counted = {
  outcome: "completed",
  respondedModel: MODEL,
  usage: { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 },
};

let provider: LocalProvider;
beforeAll(async () => {
  provider = await startLocalProvider();
});
afterAll(() => provider.close());

function recording() {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  return { meter, settled: async (): Promise<RequestRecord[]> => (await meter.flush(), records) };
}

describe("the oldest AI SDK that is supported", () => {
  const modelOf = (meter: ReturnType<typeof createMeter>) =>
    wrapLanguageModel({
      model: createOpenAI({ apiKey: "a key", baseURL: provider.openaiBaseURL }).chat(MODEL),
      middleware: footprintMiddleware(meter),
    });

  test("an answer and a stream are counted", async () => {
    const { meter, settled } = recording();
    await generateText({ model: modelOf(meter), prompt });
    let streamed = "";
    for await (const piece of streamText({ model: modelOf(meter), prompt }).textStream) streamed += piece;
    expect(streamed).toMatch(/^A model answers/);
    expect(await settled()).toMatchObject([counted, counted]);
  });
});

describe("the oldest LangChain that is supported", () => {
  test("an answer and a stream are counted", async () => {
    const { meter, settled } = recording();
    const model = new ChatOpenAI({
      apiKey: "a key",
      model: MODEL,
      configuration: { baseURL: provider.openaiBaseURL },
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- LangChain takes any object with these methods
      callbacks: [new FootprintCallbackHandler(meter)],
    });
    await model.invoke(prompt);
    for await (const chunk of await model.stream(prompt)) expect(chunk).toBeDefined();
    expect(await settled()).toMatchObject([counted, counted]);
  });
});

describe("the oldest client of Bedrock that is supported", () => {
  test("an answer is counted", async () => {
    const { meter, settled } = recording();
    const answer = { type: "message", model: "claude", usage: { input_tokens: 5, output_tokens: 7 } };
    const handle = (_request: HttpRequest) => {
      const headers = { "content-type": "application/json" };
      const body = Readable.from([Buffer.from(JSON.stringify(answer))]);
      return Promise.resolve({ response: new HttpResponse({ statusCode: 200, headers, body }) });
    };
    const client = meter.wrap(
      new BedrockRuntimeClient({
        region: "eu-west-3",
        credentials: { accessKeyId: "a", secretAccessKey: "b" },
        requestHandler: { handle } as never,
      }),
    );
    const { body } = await client.send(new InvokeModelCommand({ modelId: "anthropic.claude-v2", body: "{}" }));
    expect(JSON.parse(await text(Readable.from([body])))).toStrictEqual(answer);
    expect(await settled()).toMatchObject([
      { outcome: "completed", provider: "aws.bedrock", usage: { inputTokens: 5, outputTokens: 7 } },
    ]);
  });
});

/** Of either package; their types know nothing of each other. */
interface Client {
  readonly Registry: new () => PrometheusRegistry & { metrics(): Promise<string> };
  readonly Counter: new (options: object) => { inc(by: number): void };
}

describe.for<[name: string, client: Client]>([
  ["prom-client", promClient as never],
  ["@prometheus-io/client", prometheusClient as never],
])("the oldest %s that is supported", ([, { Counter, Registry }]) => {
  test("a registry has our metrics beside the application's", async () => {
    const registry = new Registry();
    new Counter({ name: "app_total", help: "The application's.", registers: [registry] }).inc(3);
    const meter = createMeter({ registry });
    meter.record({
      provider: "openai",
      operation: "chat",
      model: "gpt-4o",
      usage: { inputTokens: 10, outputTokens: 20 },
    });
    const lines = (await registry.metrics()).split("\n");
    expect(lines).toContain("app_total 3");
    // A new series is held at 0 at first, so that a rate sees what it begins with.
    expect(lines).toContain(
      `llm_footprint_tokens_total{token_type="output",provider="openai",model="gpt-4o",operation="chat"} 0`,
    );
    await meter.close();
    expect(await registry.metrics()).not.toContain("llm_footprint_");
  });
});

describe("the oldest redis that is supported", () => {
  let server: RedisServer;
  let client: ReturnType<typeof createClient>;
  beforeAll(async () => {
    server = await startRedis();
    client = createClient({ url: server.url });
    await client.connect();
  });
  afterAll(async () => {
    client.destroy();
    await server[Symbol.asyncDispose]();
  });
  let stores = 0;
  budgetStoreContract(
    "the budget store",
    (now) => {
      stores += 1;
      return redisBudgetStoreAt({ client, prefix: `test-${stores}` }, now);
    },
    { describe, test },
  );
});
