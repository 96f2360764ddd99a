import { GoogleGenAI } from "@google/genai";
import * as google1 from "google-genai-1";
import * as google2 from "google-genai-2";
import { expect, test } from "vitest";

import { startLocalProvider } from "../../examples/local-provider/local-provider.ts";
import { testEssentials, type EssentialSdk } from "../clients/essentials.ts";
import { meteredBy } from "../clients/metered.ts";

type Fetch = typeof globalThis.fetch;
type ApiCall = (url: string, init: RequestInit, ...rest: unknown[]) => Promise<Response>;

const MODEL = "gemini-2.5-flash";
const contents = "Say something short.";

/** The versions fetch in a method of their own, which is given the fetch or has one. */
function exchangingByApiCall(client: GoogleGenAI, change: (fetch: Fetch) => Fetch): GoogleGenAI {
  const { apiClient } = client as unknown as { apiClient: { apiCall: ApiCall } };
  const { apiCall } = apiClient;
  apiClient.apiCall = (url, init, ...rest) =>
    change(((input: string, given: RequestInit) => apiCall.call(apiClient, input, given, ...rest)) as Fetch)(url, init);
  return client;
}

const google = (major: number, Client: typeof GoogleGenAI): EssentialSdk<GoogleGenAI> => ({
  major,
  name: `@google/genai ${major}`,
  operation: "generate_content",
  model: MODEL,
  usage: { inputTokens: 4, outputTokens: 12 },
  leftUsage: { inputTokens: 4, outputTokens: 4 },
  leftReported: true,
  leavesToCollector: true,
  // Version 1 does not look whether a signal has fired before.
  takesNoSignal: major === 1,
  client: (provider) => new Client({ apiKey: "a key", httpOptions: { baseUrl: provider.geminiBaseURL } }),
  ask: (client, abortSignal) =>
    client.models.generateContent({ model: MODEL, contents, ...(abortSignal && { config: { abortSignal } }) }),
  askInTime: (client) =>
    client.models.generateContent({ model: MODEL, contents, config: { httpOptions: { timeout: 60 } } }),
  stream: (client) => client.models.generateContentStream({ model: MODEL, contents }),
  exchanging: exchangingByApiCall,
});

testEssentials(google(3, GoogleGenAI));
testEssentials(google(2, google2.GoogleGenAI as unknown as typeof GoogleGenAI));
testEssentials(google(1, google1.GoogleGenAI as unknown as typeof GoogleGenAI));

test("interactions of @google/genai 3 are counted, and no more once it is unwrapped", async () => {
  await using provider = await startLocalProvider();
  const { wrap, records } = meteredBy();
  const client = wrap(new GoogleGenAI({ apiKey: "a key", httpOptions: { baseUrl: provider.geminiBaseURL } }));
  await client.interactions.create({ model: MODEL, input: contents });
  await expect.poll(() => records.length).toBe(1);
  expect(records[0]).toMatchObject({ operation: "interactions", outcome: "completed", usageSource: "reported" });
});
