import { describe, expect, test } from "vitest";

import { BudgetExceededError, createMeter, type MeterOptions, type RequestRecord } from "../../../src/index.ts";

interface Sent {
  readonly path: string;
  readonly body: unknown;
}

/** A metered fetch whose only budget has no room for anything but the replacement, and what it has sent. */
function degrading(replacement: ReturnType<NonNullable<MeterOptions["degrade"]>>) {
  const meter = createMeter({
    budgets: [{ name: "none", criterion: "tokens", limit: 100, window: "day", mode: "refuse" }],
    degrade: () => replacement,
  });
  const sent: Sent[] = [];
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({
    fetch: async (input, init) => {
      const request = new Request(input, init);
      sent.push({ path: new URL(request.url).pathname, body: await request.json() });
      return Response.json({});
    },
  });
  const post = async (url: string, body: object, headers: Record<string, string> = {}) => {
    const init = { method: "POST", headers: { "content-type": "application/json", ...headers } };
    await (await fetch(url, { ...init, body: JSON.stringify(body) })).json();
    await meter.flush();
  };
  return { meter, post, sent, records };
}

const MESSAGES = [{ role: "user", content: [{ text: "Why is the sky blue?" }] }];
const BEDROCK = "https://bedrock-runtime.eu-west-3.amazonaws.com/model";
const LARGE = encodeURIComponent("eu.anthropic.claude-opus-4-5-20251101-v1:0");
const SMALL = "eu.anthropic.claude-haiku-4-5-20251001-v1:0";
const VERTEX = "https://europe-west9-aiplatform.googleapis.com/v1/projects/p/locations/europe-west9/publishers";

describe("where the path names the model, what a budget chooses instead is sent", () => {
  test.for([
    ["Converse", `${BEDROCK}/${LARGE}/converse`, SMALL, `/model/${encodeURIComponent(SMALL)}/converse`],
    [
      "ConverseStream",
      `${BEDROCK}/${LARGE}/converse-stream`,
      SMALL,
      `/model/${encodeURIComponent(SMALL)}/converse-stream`,
    ],
    ["InvokeModel", `${BEDROCK}/${LARGE}/invoke`, SMALL, `/model/${encodeURIComponent(SMALL)}/invoke`],
    [
      "Mistral on Vertex AI",
      `${VERTEX}/mistralai/models/mistral-large:rawPredict`,
      "mistral-small",
      "/v1/projects/p/locations/europe-west9/publishers/mistralai/models/mistral-small:rawPredict",
    ],
    [
      "Claude on Vertex AI",
      `${VERTEX}/anthropic/models/claude-opus-4-5:streamRawPredict`,
      "claude-haiku-4-5",
      "/v1/projects/p/locations/europe-west9/publishers/anthropic/models/claude-haiku-4-5:streamRawPredict",
    ],
    [
      "Replicate",
      "https://api.replicate.com/v1/models/meta/meta-llama-3-70b-instruct/predictions",
      "meta/meta-llama-3-8b-instruct",
      "/v1/models/meta/meta-llama-3-8b-instruct/predictions",
    ],
    [
      "Hugging Face",
      "https://router.huggingface.co/hf-inference/models/google/gemma-3-27b-it",
      "google/gemma-3-1b-it",
      "/hf-inference/models/google/gemma-3-1b-it",
    ],
  ] as const)("%s", async ([, url, model, path]) => {
    const { post, sent, records } = degrading({ model, maximumOutputTokens: 20 });
    const body = { messages: MESSAGES, inferenceConfig: { maxTokens: 5000 }, max_tokens: 5000, inputs: "a" };
    await post(url, body, { authorization: "Bearer a key" });
    expect(sent.map((one) => one.path)).toStrictEqual([path]);
    expect(records).toMatchObject([{ requestedModel: model }]);
  });
});

describe("what cannot be replaced is refused, not sent as it was", () => {
  test("a model that a signed path names", async () => {
    const { post, sent, meter } = degrading({ model: SMALL });
    const body = { messages: MESSAGES, inferenceConfig: { maxTokens: 5000 } };
    const signed = { authorization: "AWS4-HMAC-SHA256 Credential=x" };
    await expect(post(`${BEDROCK}/${LARGE}/converse`, body, signed)).rejects.toThrow(BudgetExceededError);
    expect([sent, meter.budgets()[0]?.reserved]).toStrictEqual([[], 0]);
  });

  test("a deployment of Azure's, unless a shorter answer has room", async () => {
    const url = "https://r.openai.azure.com/openai/deployments/large/chat/completions";
    const body = { messages: [{ role: "user", content: "a" }], max_tokens: 5000 };
    const other = degrading({ model: "small" });
    await expect(other.post(url, body)).rejects.toThrow(BudgetExceededError);
    const shorter = degrading({ model: "small", maximumOutputTokens: 20 });
    await shorter.post(url, body);
    expect(other.sent).toStrictEqual([]);
    expect(shorter.sent).toStrictEqual([
      { path: "/openai/deployments/large/chat/completions", body: { ...body, max_tokens: 20 } },
    ]);
  });
});
