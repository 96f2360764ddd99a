import { buffer } from "node:stream/consumers";

import { afterAll, describe, expect, test } from "vitest";

import { startLocalProvider } from "../../../examples/local-provider/local-provider.ts";
import { metered } from "../metered.ts";

const provider = await startLocalProvider();
afterAll(() => provider.close());

const url = (call: string): string => `${provider.geminiBaseURL}/v1beta/models/${call}`;
const ASKED = { contents: [{ role: "user", parts: [{ text: "Say one word." }] }] };
const MODEL = "gemini-2.5-flash";
const client = () => metered({ provider: "gcp.gemini" });

describe("Gemini, through a metered fetch", () => {
  test("names the model by the path and the answer, and counts thoughts beside the output", async () => {
    const { post, settled } = client();
    const generationConfig = { maxOutputTokens: 5, thinkingConfig: { thinkingBudget: 64 } };
    await (await post(url("gemini-2.5-flash:generateContent"), { ...ASKED, generationConfig })).json();
    expect(await settled()).toMatchObject([
      {
        provider: "gcp.gemini",
        requestedModel: "gemini-2.5-flash",
        respondedModel: "gemini-2.5-flash",
        operation: "generate_content",
        outcome: "completed",
        usage: { inputTokens: 4, outputTokens: 5, reasoningTokens: 64 },
        usageSource: "reported",
      },
    ]);
  });

  test.for(["?alt=sse", ""])("counts a stream by its last totals (%j)", async (query) => {
    const { post, settled } = client();
    const response = await post(url(`gemini-2.5-flash:streamGenerateContent${query}`), {
      ...ASKED,
      cachedContent: "c",
    });
    expect((await buffer(response.body!)).length).toBeGreaterThan(100);
    expect(await settled()).toMatchObject([
      {
        outcome: "completed",
        usage: { inputTokens: 2, cacheReadTokens: 2, outputTokens: 12 },
        usageSource: "reported",
        timeToFirstTokenSeconds: expect.any(Number) as number,
      },
    ]);
  });

  test("counts an array that is parsed at once as the stream that it is", async () => {
    const { post, settled } = client();
    const chunks = (await (await post(url("gemini-2.5-flash:streamGenerateContent"), ASKED)).json()) as unknown[];
    expect(chunks).toHaveLength(12);
    expect(await settled()).toMatchObject([{ usage: { inputTokens: 4, outputTokens: 12 }, usageSource: "reported" }]);
  });

  test.for(["?alt=sse", ""])("has what was stated so far when a stream is left (%j)", async (query) => {
    provider.enqueue({ holdAfter: 3 });
    const { post, settled } = client();
    const response = await post(url(`gemini-2.5-flash:streamGenerateContent${query}`), ASKED);
    const reader = response.body!.getReader();
    let text = "";
    while (text.split("usageMetadata").length <= 3) text += Buffer.from((await reader.read()).value).toString();
    await reader.cancel();
    expect(await settled()).toMatchObject([
      { outcome: "abandoned", usage: { inputTokens: 4, outputTokens: 3 }, usageSource: "reported" },
    ]);
  });

  test.for(["?alt=sse", ""])("is a failure where an error comes in a stream (%j)", async (query) => {
    provider.enqueue({ errorEventAfter: 2 });
    const { post, settled } = client();
    await (await post(url(`gemini-2.5-flash:streamGenerateContent${query}`), ASKED)).text();
    expect(await settled()).toMatchObject([
      { outcome: "failed", errorType: "stream_error", usage: { inputTokens: 4, outputTokens: 2 } },
    ]);
  });

  test("counts embeddings, and the predictions of Vertex AI", async () => {
    const { post, settled } = client();
    const content = { parts: [{ text: "one two three" }] };
    await (await post(url("gemini-embedding-001:embedContent"), { content })).json();
    await (await post(url("gemini-embedding-001:batchEmbedContents"), { requests: [{ content }] })).json();
    const vertex = `${provider.geminiBaseURL}/v1/projects/p/locations/europe-west1/publishers/google/models`;
    await (
      await post(`${vertex}/text-embedding-005:predict`, { instances: [{ content: "one two" }, { content: "three" }] })
    ).json();
    await (
      await post(`${vertex}/imagen-4.0-generate-001:predict`, {
        instances: [{ prompt: "a cat" }],
        parameters: { sampleCount: 2 },
      })
    ).json();
    expect(await settled()).toMatchObject([
      { operation: "embeddings", requestedModel: "gemini-embedding-001", usage: { inputTokens: 3 } },
      // Several at once state nothing.
      {
        operation: "embeddings",
        usageSource: "estimated",
        usage: { inputTokens: Math.ceil(JSON.stringify({ requests: [{ content }] }).length / 4) },
      },
      { operation: "embeddings", requestedModel: "text-embedding-005", usage: { inputTokens: 3 } },
      { operation: "images", requestedModel: "imagen-4.0-generate-001", usage: { images: 2 } },
    ]);
  });

  test("does not count as a request where tokens are only counted", async () => {
    const { post, settled } = client();
    expect(await (await post(url("gemini-2.5-flash:countTokens"), ASKED)).json()).toStrictEqual({ totalTokens: 4 });
    expect(await settled()).toStrictEqual([]);
  });

  test("asks another model for less, by its path and its body, where a budget has no room for the first", async () => {
    const seen = provider.requests.length;
    const { post, settled } = metered(
      { provider: "gcp.gemini" },
      {
        budgets: [
          { name: "cap", criterion: "requests", limit: 1, window: "day", mode: "refuse", match: { model: MODEL } },
        ],
        degrade: () => ({ model: "gemini-2.5-flash-lite", maximumOutputTokens: 3 }),
      },
    );
    const generationConfig = { temperature: 0, max_output_tokens: 20 };
    for (let call = 0; call < 2; call++)
      await (await post(url(`${MODEL}:generateContent`), { ...ASKED, generationConfig })).json();
    expect(provider.requests.slice(seen).map(({ url: address, body }) => [address, body])).toStrictEqual([
      [`/gemini/v1beta/models/${MODEL}:generateContent`, { ...ASKED, generationConfig }],
      [
        "/gemini/v1beta/models/gemini-2.5-flash-lite:generateContent",
        { ...ASKED, generationConfig: { temperature: 0, max_output_tokens: 3 } },
      ],
    ]);
    expect((await settled()).map(({ requestedModel }) => requestedModel)).toStrictEqual([
      MODEL,
      "gemini-2.5-flash-lite",
    ]);
  });
});

describe("an interaction of Gemini, through a metered fetch", () => {
  const interactions = `${provider.geminiBaseURL}/v1beta/interactions`;
  const INTERACTION = { model: "gemini-3-flash-preview", input: "Say one word." };
  const USAGE = { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 5 };

  test.for([{}, { stream: true }])("counts its usage (%j)", async (more) => {
    const { post, settled } = client();
    await (await post(interactions, { ...INTERACTION, ...more })).text();
    expect(await settled()).toMatchObject([
      { operation: "interactions", requestedModel: INTERACTION.model, usage: USAGE, outcome: "completed" },
    ]);
  });

  test("in the background is one request, counted when a poll says that it has ended", async () => {
    const { post, fetch, settled } = client();
    const { id } = (await (await post(interactions, { ...INTERACTION, background: true })).json()) as { id: string };
    const poll = async () =>
      (await fetch(`${interactions}/${id}`, { headers: { "x-goog-api-key": "key" } })).json() as Promise<{
        status: string;
      }>;
    expect((await poll()).status).toBe("in_progress");
    expect(await settled()).toStrictEqual([]);
    expect((await poll()).status).toBe("completed");
    expect(await settled()).toMatchObject([{ usage: USAGE, outcome: "completed", attempts: 1 }]);
  });
});
