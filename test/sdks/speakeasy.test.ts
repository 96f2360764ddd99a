import { HTTPClient as AzureHttpClient, MistralAzure } from "@mistralai/mistralai-azure";
import { HTTPClient as GcpHttpClient, MistralGCP } from "@mistralai/mistralai-gcp";
import { HTTPClient as OpenRouterHttpClient, OpenRouter } from "@openrouter/sdk";

import { testEssentials, type EssentialSdk } from "../clients/essentials.ts";

type Fetch = typeof globalThis.fetch;

const messages = [{ role: "user" as const, content: "Say something short." }];
const RETRYING = {
  strategy: "backoff" as const,
  backoff: { initialInterval: 1, maxInterval: 1, exponent: 1, maxElapsedTime: 2000 },
  retryConnectionErrors: true,
};

/** These clients make their exchanges with the HTTP client that they were given. */
function exchangingByHttpClient<Client extends { readonly _options: object }>(
  client: Client,
  change: (fetch: Fetch) => Fetch,
): Client {
  const { httpClient } = client._options as { httpClient: { request: Fetch } };
  const { request } = httpClient;
  httpClient.request = change((input) => request.call(httpClient, input));
  return client;
}

/** A fetch for exchanges that go to another address. */
const sentTo = (address: (url: string) => string) =>
  (async (request: Request) => {
    const { method, headers, signal } = request;
    return fetch(address(request.url), { method, headers, body: await request.text(), signal });
  }) as Fetch;

const common = {
  operation: "chat",
  usage: { inputTokens: 4, outputTokens: 12 },
  leftUsage: { outputTokens: 3 },
  attempts: Infinity,
  answersAnew: true,
  exchanging: exchangingByHttpClient,
};

const azure: EssentialSdk<MistralAzure> = {
  ...common,
  major: 2,
  name: "@mistralai/mistralai-azure 2",
  model: "azureai",
  client: (provider) =>
    new MistralAzure({
      apiKey: "a key",
      endpoint: `${provider.mistralServerURL}/v1/`,
      // Azure has the API at another path.
      httpClient: new AzureHttpClient({ fetcher: sentTo((url) => url.replace("/models/", "/")) }),
      retryConfig: RETRYING,
    }),
  ask: (client, signal) =>
    client.chat.complete({ messages }, { retryCodes: ["429", "502"], ...(signal && { signal }) }),
  askInTime: (client) => client.chat.complete({ messages }, { timeoutMs: 60, retries: { strategy: "none" } }),
  stream: (client) => client.chat.stream({ messages }, { retryCodes: ["429", "502"] }),
};
testEssentials(azure);

const gcp: EssentialSdk<MistralGCP> = {
  ...common,
  major: 2,
  name: "@mistralai/mistralai-gcp 2",
  model: "mistral-large-2411",
  client(provider) {
    // The SDK takes no other address than Google's.
    const fetcher = sentTo((url) => {
      const streamed = url.endsWith(":streamRawPredict");
      return `${provider.mistralServerURL}/v1/chat/completions${streamed ? "?stream" : ""}`;
    });
    return new MistralGCP({
      apiKey: "a key",
      projectId: "a-project",
      region: "europe-west4",
      httpClient: new GcpHttpClient({ fetcher }),
      retryConfig: RETRYING,
    });
  },
  ask: (client, signal) =>
    client.chat.complete({ model: gcp.model, messages }, { retryCodes: ["429", "502"], ...(signal && { signal }) }),
  askInTime: (client) =>
    client.chat.complete({ model: gcp.model, messages }, { timeoutMs: 60, retries: { strategy: "none" } }),
  stream: (client) => client.chat.stream({ model: gcp.model, messages }, { retryCodes: ["429", "502"] }),
};
testEssentials(gcp);

const openrouter: EssentialSdk<OpenRouter> = {
  ...common,
  major: 1,
  name: "@openrouter/sdk 1",
  model: "openai/gpt-4o",
  usage: { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 },
  streamedUsage: undefined,
  client: (provider) =>
    new OpenRouter({
      apiKey: "a key",
      serverURL: provider.openaiBaseURL,
      httpClient: new OpenRouterHttpClient(),
      retryConfig: RETRYING,
    }),
  ask: (client, signal) =>
    client.chat.send(
      { chatRequest: { model: openrouter.model, messages } },
      { retryCodes: ["429", "502"], ...(signal && { signal }) },
    ),
  askInTime: (client) =>
    client.chat.send(
      { chatRequest: { model: openrouter.model, messages } },
      { timeoutMs: 60, retries: { strategy: "none" } },
    ),
  stream: (client) =>
    client.chat.send(
      { chatRequest: { model: openrouter.model, messages, stream: true } },
      { retryCodes: ["429", "502"] },
    ),
};
testEssentials(openrouter);
