import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, describe, expect, test } from "vitest";

import { createMeter, type RequestRecord } from "../../../src/index.ts";
import { fixture } from "../fixtures.ts";

/** Answers each path with the fixture that its query names, and with Bedrock's headers where the query says so. */
const server = createServer((request, response) => {
  const { searchParams } = new URL(request.url!, "http://localhost");
  const { bytes, contentType } = fixture("bedrock", searchParams.get("answer")!);
  const counts = searchParams.has("counted")
    ? { "x-amzn-bedrock-input-token-count": "11", "x-amzn-bedrock-output-token-count": "6" }
    : {};
  request.resume().on("end", () => response.writeHead(200, { "content-type": contentType, ...counts }).end(bytes));
});
server.listen(0, "127.0.0.1");
await once(server, "listening");
afterAll(() => server.close());

/** The one record that a POST to Bedrock makes, answered from here. */
async function recordOf(path: string, answer: string, { counted = false, body = "{}" } = {}): Promise<RequestRecord> {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const local = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fetch = meter.fetch({
    fetch: (_url, init) => globalThis.fetch(`${local}/?answer=${answer}${counted ? "&counted" : ""}`, init),
  });
  const response = await fetch(`https://bedrock-runtime.eu-west-3.amazonaws.com${path}`, { method: "POST", body });
  const read = Buffer.from(await response.arrayBuffer());
  expect(read).toStrictEqual(fixture("bedrock", answer).bytes);
  await meter.flush();
  expect(records).toHaveLength(1);
  return records[0]!;
}

const CLAUDE = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
const model = (id: string): string => `/model/${encodeURIComponent(id)}`;
const WITH_CACHE = { inputTokens: 21, cacheReadTokens: 1000, cacheWriteTokens: 75, outputTokens: 6 };

describe("a call of Bedrock", () => {
  test.for([
    ["Converse", `${model(CLAUDE)}/converse`, "converse.json", WITH_CACHE],
    ["ConverseStream", `${model(CLAUDE)}/converse-stream`, "converse-stream.bin", WITH_CACHE],
    [
      "InvokeModel",
      `${model(CLAUDE)}/invoke`,
      "invoke-anthropic.json",
      { inputTokens: 25, cacheReadTokens: 1000, cacheWriteTokens: 5, outputTokens: 15 },
    ],
    [
      "InvokeModelWithResponseStream",
      `${model(CLAUDE)}/invoke-with-response-stream`,
      "invoke-stream-anthropic.bin",
      { inputTokens: 25, cacheReadTokens: 1000, cacheWriteTokens: 5, outputTokens: 15 },
    ],
  ] as const)("by %s is one record with its usage", async ([, path, answer, usage]) => {
    expect(await recordOf(path, answer)).toMatchObject({
      provider: "aws.bedrock",
      operation: "chat",
      requestedModel: CLAUDE,
      model: "claude-sonnet-4.5",
      outcome: "completed",
      usageSource: "reported",
      usage,
    });
  });

  test.for([
    [
      "Nova",
      "amazon.nova-lite-v1:0",
      "invoke-nova.json",
      { inputTokens: 9, cacheReadTokens: 30, cacheWriteTokens: 0, outputTokens: 6 },
    ],
    ["Meta", "meta.llama3-70b-instruct-v1:0", "invoke-meta.json", { inputTokens: 17, outputTokens: 6 }],
    ["Titan", "amazon.titan-text-express-v1", "invoke-titan.json", { inputTokens: 8, outputTokens: 6 }],
    ["gpt-oss", "openai.gpt-oss-120b-1:0", "invoke-openai.json", { inputTokens: 70, outputTokens: 26 }],
    [
      "Mistral, which only the headers count",
      "mistral.mistral-7b-instruct-v0:2",
      "invoke-mistral.json",
      { inputTokens: 11, outputTokens: 6 },
    ],
    [
      "Cohere, which only the headers count",
      "cohere.command-r-v1:0",
      "invoke-cohere.json",
      { inputTokens: 11, outputTokens: 6 },
    ],
  ] as const)("reads the body of %s", async ([, id, answer, usage]) => {
    const record = await recordOf(`${model(id)}/invoke`, answer, { counted: true });
    expect(record).toMatchObject({ operation: "chat", requestedModel: id, usageSource: "reported", usage });
    expect(record.usage).toStrictEqual(usage);
  });

  test("of an embedding model is one of embeddings", async () => {
    const path = `${model("amazon.titan-embed-text-v2:0")}/invoke`;
    expect(await recordOf(path, "invoke-titan-embed.json")).toMatchObject({
      operation: "embeddings",
      usage: { inputTokens: 7 },
    });
  });

  test("whose body and headers count nothing has no usage", async () => {
    const path = `${model("cohere.command-r-v1:0")}/invoke`;
    expect(await recordOf(path, "invoke-cohere.json")).toMatchObject({
      usage: undefined,
      usageSource: "missing",
      unattributedReason: "no_usage",
    });
  });

  test("through a prompt router is one of the model that it chose", async () => {
    const router = "arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1";
    expect(await recordOf(`${model(router)}/converse`, "converse-prompt-router.json")).toMatchObject({
      requestedModel: "default-prompt-router/anthropic.claude:1",
      respondedModel: "us.anthropic.claude-3-5-haiku-20241022-v1:0",
    });
  });

  test.for([
    [
      "an ARN that is encoded",
      encodeURIComponent(`arn:aws:bedrock:eu-west-3:111122223333:inference-profile/${CLAUDE}`),
      CLAUDE,
    ],
    ["an ARN that is not encoded", `arn:aws:bedrock:eu-west-3:111122223333:inference-profile/${CLAUDE}`, CLAUDE],
    [
      "a profile of the application's own",
      encodeURIComponent("arn:aws:bedrock:eu-west-3:111122223333:application-inference-profile/a1b2c3"),
      "application-inference-profile/a1b2c3",
    ],
    ["an id that is not encoded", CLAUDE, CLAUDE],
    ["a percent sign that encodes nothing", "50%model", "50%model"],
  ])("names its model by %s, and never an account", async ([, inPath, named]) => {
    expect((await recordOf(`/model/${inPath}/converse`, "converse.json")).requestedModel).toBe(named);
  });
});

test("counting tokens on Bedrock does not count as a request", async () => {
  const meter = createMeter();
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json({ inputTokens: 9 })) });
  await (
    await fetch(`https://bedrock-runtime.eu-west-3.amazonaws.com${model(CLAUDE)}/count-tokens`, {
      method: "POST",
      body: "{}",
    })
  ).json();
  await meter.flush();
  expect(meter.totals().labelSets).toStrictEqual([]);
});
