import { InferenceClient } from "@huggingface/inference";
import { CohereClient, CohereClientV2 } from "cohere-ai";
import * as cohere7 from "cohere-ai-7";
import { Ollama } from "ollama";
import { Portkey } from "portkey-ai";
import { expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import { createMeter } from "../../src/index.ts";
import { completed, failed } from "../clients/expected.ts";
import { exchangingBySlot, testEssentials, type EssentialSdk } from "../clients/essentials.ts";

const TEXT = "Say something short.";
const messages = [{ role: "user" as const, content: TEXT }];
const OPENAI_USAGE = { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 };

type Fetch = typeof globalThis.fetch;

const ollama: EssentialSdk<Ollama> = {
  major: 0,
  name: "ollama 0.6",
  operation: "chat",
  model: "llama3.2",
  usage: { inputTokens: 4, outputTokens: 12 },
  leftUsage: { outputTokens: 4 },
  abort: (client) => client.abort(),
  takesNoSignal: true,
  client: (provider) => new Ollama({ host: `${provider.url}/ollama` }),
  ask: (client) => client.chat({ model: "llama3.2", messages }),
  stream: (client) => client.chat({ model: "llama3.2", messages, stream: true }),
  exchanging: exchangingBySlot,
};
testEssentials(ollama);

/** Every part of a client holds its options by itself. */
function exchangingByOptions<Client extends object>(client: Client, change: (fetch: Fetch) => Fetch): Client {
  const visit = (part: object): void => {
    for (const [name, value] of Object.entries(part) as [string, unknown][]) {
      if (typeof value !== "object" || value === null) continue;
      if (name !== "_options") {
        visit(value);
        continue;
      }
      const options = value as { fetch?: Fetch };
      options.fetch = change(options.fetch ?? fetch);
    }
  };
  visit(client);
  return client;
}

const DROPPED = "a connection dropped before the headers, then an answer";

const cohere = {
  model: "command-a-03-2025",
  operation: "chat",
  usage: { inputTokens: 64, cacheReadTokens: 0, outputTokens: 13 },
  answersNoModel: true,
  leftUsage: { outputTokens: 2 },
  attempts: 3,
  connectionAttempts: 1,
  throughGateway: {
    // Unlike a connection that breaks, a 502 is tried again.
    [DROPPED]: {
      triesAlike: false,
      records: [
        failed("chat", "command-a-03-2025", "connection"),
        {
          ...completed("chat", "command-a-03-2025", { inputTokens: 64, cacheReadTokens: 0, outputTokens: 13 }),
          respondedModel: undefined,
        },
      ],
    },
  },
  exchanging: exchangingByOptions,
};

const cohereV2 = (major: number, Client: typeof CohereClientV2): EssentialSdk<CohereClientV2> => ({
  ...cohere,
  major,
  name: `CohereClientV2 of cohere-ai ${major}`,
  client: (provider) => new Client({ token: "a key", environment: provider.cohereBaseURL }),
  ask: (client, abortSignal) => client.chat({ model: cohere.model, messages }, { ...(abortSignal && { abortSignal }) }),
  askInTime: (client) => client.chat({ model: cohere.model, messages }, { timeoutInSeconds: 0.06, maxRetries: 0 }),
  stream: (client) => client.chatStream({ model: cohere.model, messages }),
});
testEssentials(cohereV2(8, CohereClientV2));
testEssentials(cohereV2(7, cohere7.CohereClientV2 as unknown as typeof CohereClientV2));

const cohereV1 = (major: number, Client: typeof CohereClient): EssentialSdk<CohereClient> => ({
  ...cohere,
  major,
  // Its events have other beginnings.
  leftUsage: { outputTokens: 3 },
  name: `CohereClient of cohere-ai ${major}`,
  client: (provider) => new Client({ token: "a key", environment: provider.cohereBaseURL }),
  ask: (client, abortSignal) =>
    client.chat({ model: cohere.model, message: TEXT }, { ...(abortSignal && { abortSignal }) }),
  askInTime: (client) => client.chat({ model: cohere.model, message: TEXT }, { timeoutInSeconds: 0.06, maxRetries: 0 }),
  stream: (client) => client.chatStream({ model: cohere.model, message: TEXT }),
});
testEssentials(cohereV1(8, CohereClient));
testEssentials(cohereV1(7, cohere7.CohereClient as unknown as typeof CohereClient));

// Made when it is first read, after wrapping.
test.for([
  [8, CohereClient],
  [7, cohere7.CohereClient as unknown as typeof CohereClient],
] as const)("what v2 of a CohereClient of cohere-ai %i returns has a footprint", async ([, Client]) => {
  await using provider = await startLocalProvider();
  const meter = createMeter();
  const client = meter.wrap(new Client({ token: "a key", environment: provider.cohereBaseURL }));
  const answer = await client.v2.chat({ model: cohere.model, messages });
  expect(meter.footprintOf(answer)?.co2eGrams?.central).toBeGreaterThan(0);
  expect(meter.totals().overall.requests.completed).toBe(1);
});

const huggingFace: EssentialSdk<InferenceClient> = {
  major: 4,
  name: "@huggingface/inference 4",
  operation: "chat",
  model: "meta-llama/Llama-3.3-70B-Instruct",
  usage: OPENAI_USAGE,
  streamedUsage: undefined,
  leftUsage: { outputTokens: 3 },
  leavesToCollector: true,
  client: (provider) => new InferenceClient("hf_key", { endpointUrl: provider.openaiBaseURL.replace(/\/v1$/, "") }),
  ask: (client, signal) => client.chatCompletion({ model: huggingFace.model, messages }, { ...(signal && { signal }) }),
  stream: (client) => client.chatCompletionStream({ model: huggingFace.model, messages }),
  exchanging(client, change) {
    const { defaultOptions } = client as unknown as { defaultOptions: { fetch?: Fetch } };
    defaultOptions.fetch = change(defaultOptions.fetch ?? fetch);
    return client;
  },
};
testEssentials(huggingFace);

const portkey: EssentialSdk<Portkey> = {
  major: 3,
  name: "portkey-ai 3",
  operation: "chat",
  model: "gpt-4o",
  usage: OPENAI_USAGE,
  streamedUsage: undefined,
  leftUsage: { outputTokens: 3 },
  connectionAttempts: 2,
  takesNoSignal: true,
  ownPromises: true,
  answersAnew: true,
  client: (provider) =>
    new Portkey({ apiKey: "a key", Authorization: "Bearer a key", baseURL: provider.openaiBaseURL }),
  ask: (client) => client.chat.completions.create({ model: portkey.model, messages }),
  stream: (client) => client.chat.completions.create({ model: portkey.model, messages, stream: true }),
  exchanging: exchangingBySlot,
};
testEssentials(portkey);
