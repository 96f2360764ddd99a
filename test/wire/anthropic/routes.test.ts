import { describe, expect, test } from "vitest";

import { createMeter, type RequestRecord } from "../../../src/index.ts";

const ANSWER = { model: "claude-sonnet-4-5", usage: { input_tokens: 25, output_tokens: 15 } };

/** The records of a POST through a metered fetch. */
async function recordsOf(url: string, body: object = { model: "claude-sonnet-4-5" }): Promise<RequestRecord[]> {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(ANSWER)) });
  await (await fetch(url, { method: "POST", body: JSON.stringify(body) })).json();
  await meter.flush();
  return records;
}

const VERTEX = "https://europe-west9-aiplatform.googleapis.com/v1/projects/p/locations/europe-west9/publishers";

describe("Anthropic's Messages are read", () => {
  test.for([
    ["https://api.anthropic.com/v1/messages", "anthropic"],
    ["https://api.anthropic.com/v1/messages?beta=true", "anthropic"],
    [`${VERTEX}/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`, "gcp.vertex_ai"],
    [`${VERTEX}/anthropic/models/claude-sonnet-4-5@20250929:streamRawPredict`, "gcp.vertex_ai"],
    [
      "https://aiplatform.eu.rep.googleapis.com/v1/projects/p/locations/eu/publishers/anthropic/models/claude-sonnet-4-5:rawPredict",
      "gcp.vertex_ai",
    ],
    ["https://my.services.ai.azure.com/anthropic/v1/messages", "azure.ai.inference"],
    ["https://bedrock-mantle.us-east-1.api.aws/anthropic/v1/messages", "aws.bedrock"],
    ["https://aws-external-anthropic.us-east-1.api.aws/v1/messages", "anthropic"],
    ["https://openrouter.ai/api/v1/messages", "openrouter"],
    ["https://api.deepseek.com/anthropic/v1/messages", "deepseek"],
  ] as const)("at %s", async ([url, provider]) => {
    expect(await recordsOf(url)).toMatchObject([
      { provider, operation: "chat", usage: { inputTokens: 25, outputTokens: 15 } },
    ]);
  });
});

test("the model of Messages on Vertex AI stands in the path", async () => {
  const url = `${VERTEX}/anthropic/models/claude-sonnet-4-5@20250929:rawPredict`;
  expect(await recordsOf(url, { anthropic_version: "vertex-2023-10-16" })).toMatchObject([
    { requestedModel: "claude-sonnet-4-5@20250929" },
  ]);
});

test.for([
  "https://api.anthropic.com/v1/messages/count_tokens",
  `${VERTEX}/anthropic/models/count-tokens:rawPredict`,
  "https://api.anthropic.com/v1/files",
  "https://api.anthropic.com/v1/messages/batches/msgbatch_1/cancel",
  "https://api.openai.com/v1/threads/thread_1/messages",
])("a POST to %s uses no model", async (url) => {
  expect(await recordsOf(url)).toStrictEqual([]);
});

test("messages to a host that no provider is known of are requests where they name a model", async () => {
  expect(await recordsOf("https://chat.example.com/v1/messages")).toHaveLength(1);
  expect(await recordsOf("https://chat.example.com/v1/messages", { to: "a", text: "b" })).toStrictEqual([]);
});

test("Mistral's models on Vertex AI are read as Mistral's", async () => {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const usage = { prompt_tokens: 4, completion_tokens: 12, total_tokens: 16 };
  const answer = { object: "chat.completion", model: "mistral-medium-2505", choices: [], usage };
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(answer)) });
  for (const call of ["rawPredict", "streamRawPredict"]) {
    await (
      await fetch(`${VERTEX}/mistralai/models/mistral-medium-2505:${call}`, { method: "POST", body: "{}" })
    ).json();
  }
  await meter.flush();
  const expected = {
    provider: "gcp.vertex_ai",
    operation: "chat",
    requestedModel: "mistral-medium-2505",
    usage: { inputTokens: 4, outputTokens: 12 },
  };
  expect(records).toMatchObject([expected, expected]);
});
