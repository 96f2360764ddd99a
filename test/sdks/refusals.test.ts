import { createAnthropic } from "@ai-sdk/anthropic";
import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { BedrockRuntime } from "@aws-sdk/client-bedrock-runtime";
import { Cerebras } from "@cerebras/cerebras_cloud_sdk";
import { GoogleGenAI } from "@google/genai";
import { InferenceClient } from "@huggingface/inference";
import { ChatOpenAI } from "@langchain/openai";
import { Mistral } from "@mistralai/mistralai";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { generateText } from "ai";
import { CohereClientV2 } from "cohere-ai";
import { Groq } from "groq-sdk";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { Portkey } from "portkey-ai";
import Replicate from "replicate";
import { Together } from "together-ai";
import { afterEach, describe, expect, test } from "vitest";

import { FAMILIES } from "../../src/wire/families.ts";
import { temporaryFolder } from "../journal/temporary-folder.ts";
import { serving, stopAll } from "../serve/serving.ts";

afterEach(stopAll);

const TEXT = "Say something short.";
const messages = [{ role: "user" as const, content: TEXT }];
const model = "a-model";

interface Sdk {
  readonly name: string;
  /** Of the upstream, and its name. */
  readonly family: string;
  /** By the upstream's address: a call, and one whose answer is to be a stream. */
  readonly calls: (url: string) => readonly (() => PromiseLike<unknown>)[];
  readonly error: string;
  /** How often it asks where a budget has no room. */
  readonly attempts: number;
  /** Where its errors leave out what the server says. */
  readonly isSilent?: boolean;
}

interface Chat {
  readonly chat: { readonly completions: { create(body: object): PromiseLike<unknown> } };
}

/** Of a client like OpenAI's; their types differ. */
const chatOf = ({ chat }: { readonly chat: { readonly completions: object } }): (() => PromiseLike<unknown>)[] => {
  const completions = chat.completions as Chat["chat"]["completions"];
  return [{}, { stream: true }].map((more) => () => completions.create({ model, messages, ...more }));
};

/** Reads a stream to its end: some begin to ask only then. */
async function read(stream: unknown): Promise<void> {
  for await (const event of (await stream) as AsyncIterable<unknown>) expect(event).toBeDefined();
}

const SDKS: readonly Sdk[] = [
  {
    name: "openai",
    family: "openai",
    calls: (url) => chatOf(new OpenAI({ apiKey: "k", baseURL: `${url}/v1` })),
    error: "RateLimitError",
    attempts: 1,
  },
  {
    name: "groq-sdk",
    family: "openai",
    calls: (url) => chatOf(new Groq({ apiKey: "k", baseURL: url })),
    error: "RateLimitError",
    attempts: 1,
  },
  {
    name: "together-ai",
    family: "openai",
    calls: (url) => chatOf(new Together({ apiKey: "k", baseURL: `${url}/v1` })),
    error: "RateLimitError",
    attempts: 1,
  },
  {
    name: "@cerebras/cerebras_cloud_sdk",
    family: "openai",
    calls: (url) => chatOf(new Cerebras({ apiKey: "k", baseURL: url, warmTCPConnection: false })),
    error: "RateLimitError",
    attempts: 1,
  },
  {
    name: "portkey-ai",
    family: "openai",
    calls: (url) => chatOf(new Portkey({ apiKey: "k", Authorization: "Bearer k", baseURL: `${url}/v1` })),
    error: "RateLimitError",
    attempts: 1,
  },
  {
    name: "@anthropic-ai/sdk",
    family: "anthropic",
    calls: (url) => {
      const client = new Anthropic({ apiKey: "k", baseURL: url });
      return [false, true].map((stream) => () => client.messages.create({ model, max_tokens: 9, messages, stream }));
    },
    error: "RateLimitError",
    attempts: 1,
  },
  {
    name: "@mistralai/mistralai",
    family: "mistral",
    calls: (url) => {
      const client = new Mistral({ apiKey: "k", serverURL: url });
      return [() => client.chat.complete({ model, messages }), () => client.chat.stream({ model, messages })];
    },
    error: "SDKError",
    attempts: 1,
  },
  {
    name: "@google/genai",
    family: "gemini",
    calls: (url) => {
      const { models } = new GoogleGenAI({ apiKey: "k", httpOptions: { baseUrl: url } });
      const asked = { model, contents: TEXT };
      return [() => models.generateContent(asked), () => read(models.generateContentStream(asked))];
    },
    error: "ApiError",
    attempts: 1,
  },
  {
    name: "cohere-ai without retries",
    family: "cohere",
    calls: (url) => {
      const client = new CohereClientV2({ token: "k", environment: url });
      const once = { maxRetries: 0 };
      return [() => client.chat({ model, messages }, once), () => client.chatStream({ model, messages }, once)];
    },
    error: "TooManyRequestsError",
    attempts: 1,
  },
  {
    name: "ollama",
    family: "ollama",
    calls: (host) => {
      const client = new Ollama({ host });
      return [() => client.chat({ model, messages }), () => client.chat({ model, messages, stream: true })];
    },
    error: "ResponseError",
    attempts: 1,
  },
  {
    name: "replicate, which tries five times more after any 429",
    family: "replicate",
    calls: (url) => {
      const client = new Replicate({ auth: "k", baseUrl: `${url}/v1` });
      return [() => client.predictions.create({ model: "meta/llama", input: { prompt: TEXT } })];
    },
    error: "ApiError",
    attempts: 6,
  },
  {
    name: "@huggingface/inference",
    family: "openai",
    calls: (url) => {
      const client = new InferenceClient("hf_key", { endpointUrl: url });
      return [() => client.chatCompletion({ model, messages })];
    },
    error: "InferenceClientProviderApiError",
    attempts: 1,
    isSilent: true,
  },
  {
    name: "@aws-sdk/client-bedrock-runtime, which is asked to try twice",
    family: "bedrock",
    calls: (endpoint) => {
      const client = new BedrockRuntime({
        ...{ region: "eu-west-1", endpoint, maxAttempts: 2, requestHandler: new NodeHttpHandler() },
        ...{ token: { token: "k" }, authSchemePreference: ["httpBearerAuth"] },
      });
      const asked = { modelId: model, messages: [{ role: "user" as const, content: [{ text: TEXT }] }] };
      return [() => client.converse(asked), () => client.converseStream(asked)];
    },
    error: "ThrottlingException",
    attempts: 2,
  },
  ...(["openai", "anthropic"] as const).map((family) => ({
    name: `the AI SDK for ${family}, which is asked to try twice`,
    family,
    calls: (url: string) => {
      const options = { apiKey: "k", baseURL: `${url}/v1` };
      const asked = family === "openai" ? createOpenAI(options).chat(model) : createAnthropic(options)(model);
      return [() => generateText({ model: asked, prompt: TEXT, maxRetries: 1 })];
    },
    error: "RetryError",
    attempts: 2,
  })),
  {
    name: "LangChain",
    family: "openai",
    calls: (url) => {
      const client = new ChatOpenAI({ apiKey: "k", model, configuration: { baseURL: `${url}/v1` } });
      return [() => client.invoke(TEXT), () => client.stream(TEXT)];
    },
    error: "RateLimitError",
    attempts: 1,
  },
];

async function gatewayOf(name: string, options: Parameters<typeof serving>[0] = {}) {
  const family = FAMILIES.find((each) => each.name === name);
  // Nobody listens there.
  const upstreams = [{ name, url: "http://127.0.0.1:9", family }];
  return serving({ upstreams, ...options });
}

const errorOf = (call: () => PromiseLike<unknown>): Promise<Error> =>
  Promise.resolve()
    .then(call)
    .then(
      () => new Error("answered"),
      (error: unknown) => error as Error,
    );

describe.for(SDKS)("$name", ({ family, calls, error: name, attempts, isSilent }) => {
  test("raises its own error with the gateway's words where a budget has no room", async () => {
    const budgets = join(temporaryFolder(), "budgets.yaml");
    writeFileSync(budgets, "- { name: one, criterion: requests, limit: 1, window: day, mode: refuse }\n");
    const { url, meter, records } = await gatewayOf(family, { budgets });
    meter.record({ provider: "openai", operation: "chat", model, usage: { inputTokens: 1, outputTokens: 1 } });
    const refused = async () =>
      Number(/^llm_footprint_budget_requests_total\{.*decision="refused".* (\d+)$/m.exec(await meter.metrics())?.[1]);
    let before = 0;
    for (const call of calls(`${url}/${family}`)) {
      const error = await errorOf(call);
      expect(error.constructor.name).toBe(name);
      if (!isSilent) expect(error.message).toMatch(/budget \\?"one\\?" has no room/);
      expect((await refused()) - before).toBe(attempts);
      before += attempts;
    }
    // Only what the budget had counted before.
    expect(records).toHaveLength(1);
  }, 60_000);

  test("raises its own error with the gateway's words where the access token is missing, and does not ask again", async () => {
    const { url, records } = await gatewayOf(family, { token: "a token" });
    for (const call of calls(`${url}/${family}`)) {
      const error = await errorOf(call);
      expect(error).toBeInstanceOf(Error);
      if (!isSilent) expect(error.message).toContain("llm-footprint: expected the token in x-footprint-token");
    }
    expect(records).toStrictEqual([]);
  });
});
