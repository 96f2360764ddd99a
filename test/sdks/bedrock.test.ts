import {
  BedrockRuntime,
  ConverseCommand,
  ConverseStreamCommand,
  InvokeModelCommand,
  InvokeModelWithResponseStreamCommand,
} from "@aws-sdk/client-bedrock-runtime";
import { EventStreamCodec } from "@smithy/core/event-streams";
import { HttpResponse, type HttpRequest } from "@smithy/core/protocols";
import { Readable } from "node:stream";
import { describe, expect, test } from "vitest";

import { createMeter, type RequestRecord } from "../../src/index.ts";
import { TIME_IS_OVER } from "../clients/essentials.ts";
import { visible } from "../clients/visible.ts";

const MODEL = "eu.anthropic.claude-sonnet-4-5-20250929-v1:0";
const messages = [{ role: "user" as const, content: [{ text: "Say something short." }] }];
const USAGE = { inputTokens: 5, outputTokens: 7, totalTokens: 12, cacheReadInputTokens: 2 };

type Answer = (request: HttpRequest) => HttpResponse;

const json = (body: object, statusCode = 200): HttpResponse =>
  new HttpResponse({
    statusCode,
    headers: { "content-type": "application/json" },
    body: Readable.from([Buffer.from(JSON.stringify(body))]),
  });

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes).toString("utf8"),
  (text) => Buffer.from(text),
);

const events = (all: readonly (readonly [type: string, body: object])[]): HttpResponse => {
  const frames = all.map(([type, body]) =>
    codec.encode({
      headers: {
        ":message-type": { type: "string", value: "event" },
        ":event-type": { type: "string", value: type },
        ":content-type": { type: "string", value: "application/json" },
      },
      body: Buffer.from(JSON.stringify(body)),
    }),
  );
  const headers = { "content-type": "application/vnd.amazon.eventstream" };
  return new HttpResponse({ statusCode: 200, headers, body: Readable.from(frames) });
};

/** A client whose exchanges a function answers. */
function clientOf(answers: readonly Answer[]) {
  const requests: HttpRequest[] = [];
  const client = new BedrockRuntime({
    region: "eu-west-3",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler: {
      handle(request: HttpRequest) {
        requests.push(request);
        return Promise.resolve({ response: answers[Math.min(requests.length, answers.length) - 1]!(request) });
      },
    } as never,
  });
  return { client, requests };
}

const converse = () =>
  json({ output: { message: { role: "assistant", content: [{ text: "Hi" }] } }, stopReason: "end_turn", usage: USAGE });
const converseStream = () =>
  events([
    ["messageStart", { role: "assistant" }],
    ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: "A" } }],
    ["contentBlockDelta", { contentBlockIndex: 0, delta: { text: " model" } }],
    ["messageStop", { stopReason: "end_turn" }],
    ["metadata", { usage: USAGE, metrics: { latencyMs: 3 } }],
  ]);
const message = { type: "message", model: "claude", usage: { input_tokens: 5, output_tokens: 7 } };
const chunk = (event: object) => ["chunk", { bytes: Buffer.from(JSON.stringify(event)).toString("base64") }] as const;
const invokeStream = () =>
  events([
    chunk({ type: "message_start", message: { ...message, usage: { input_tokens: 5, output_tokens: 1 } } }),
    chunk({ type: "content_block_delta", delta: { type: "text_delta", text: "A" } }),
    chunk({ type: "message_delta", usage: { output_tokens: 7 } }),
    chunk({ type: "message_stop", "amazon-bedrock-invocationMetrics": { inputTokenCount: 5, outputTokenCount: 7 } }),
  ]);
const throttled = () => json({ message: "slow down", __type: "ThrottlingException" }, 429);

const body = JSON.stringify({ anthropic_version: "bedrock-2023-05-31", max_tokens: 10, messages: [] });

interface Shape {
  readonly name: string;
  readonly answers: readonly Answer[];
  readonly call: (client: BedrockRuntime) => Promise<unknown>;
  readonly record: Partial<RequestRecord>;
}

const read = async (stream: AsyncIterable<unknown> | undefined, most = Infinity): Promise<unknown[]> => {
  const list: unknown[] = [];
  for await (const item of stream!) if (list.push(item) >= most) break;
  return list;
};

const usage = { inputTokens: 5, cacheReadTokens: 2, outputTokens: 7 };
const shapes: readonly Shape[] = [
  {
    name: "Converse",
    answers: [converse],
    call: (client) => client.send(new ConverseCommand({ modelId: MODEL, messages })),
    record: { outcome: "completed", usage, attempts: 1 },
  },
  {
    name: "Converse of the aggregated client",
    answers: [converse],
    call: (client) => client.converse({ modelId: MODEL, messages }),
    record: { outcome: "completed", usage, attempts: 1 },
  },
  {
    name: "Converse after a refusal",
    answers: [throttled, converse],
    call: async (client) => {
      const { $metadata, ...answer } = await client.send(new ConverseCommand({ modelId: MODEL, messages }));
      // How long the SDK waits is random.
      return { ...answer, attempts: $metadata.attempts };
    },
    record: { outcome: "completed", usage, attempts: 2 },
  },
  {
    name: "Converse with an error",
    answers: [() => json({ message: "no", __type: "ValidationException" }, 400)],
    call: (client) =>
      client
        .send(new ConverseCommand({ modelId: MODEL, messages }))
        .catch((error: unknown) => [(error as Error).name, (error as Error).message]),
    record: { outcome: "failed", errorType: "http_400", usage: undefined, attempts: 1 },
  },
  {
    name: "ConverseStream",
    answers: [converseStream],
    call: async (client) => read((await client.send(new ConverseStreamCommand({ modelId: MODEL, messages }))).stream),
    record: { outcome: "completed", usage, attempts: 1 },
  },
  {
    name: "ConverseStream left by break",
    answers: [converseStream],
    call: async (client) =>
      read((await client.send(new ConverseStreamCommand({ modelId: MODEL, messages }))).stream, 3),
    record: { outcome: "abandoned", errorType: "cancelled", usage: { outputTokens: 2 }, usageSource: "estimated" },
  },
  {
    name: "InvokeModel",
    answers: [() => json(message)],
    call: async (client) => {
      const answer = await client.send(new InvokeModelCommand({ modelId: MODEL, body }));
      return answer.body.transformToString();
    },
    record: { outcome: "completed", usage: { inputTokens: 5, outputTokens: 7 } },
  },
  {
    name: "InvokeModelWithResponseStream",
    answers: [invokeStream],
    call: async (client) =>
      read((await client.send(new InvokeModelWithResponseStreamCommand({ modelId: MODEL, body }))).body),
    record: { outcome: "completed", usage: { inputTokens: 5, outputTokens: 7 } },
  },
];

describe("a wrapped client of @aws-sdk/client-bedrock-runtime 3", () => {
  test.for(shapes)("$name", async ({ answers, call, record }) => {
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (settled) => records.push(settled));
    const [bare, wrapped] = [clientOf(answers), clientOf(answers)];
    expect(meter.wrap(wrapped.client)).toBe(wrapped.client);
    const [seenBare, seen] = [await call(bare.client), await call(wrapped.client)];
    expect(visible(seen, "")).toStrictEqual(visible(seenBare, ""));
    expect(wrapped.requests.map(({ body: sent, path }) => [sent as unknown, path])).toStrictEqual(
      bare.requests.map(({ body: sent, path }) => [sent as unknown, path]),
    );
    await meter.flush();
    expect(records).toHaveLength(1);
    expect(records[0]).toMatchObject({
      provider: "aws.bedrock",
      endpoint: "bedrock-runtime.eu-west-3.amazonaws.com",
      requestedModel: MODEL,
      operation: "chat",
      ...record,
    });
    await meter.close();
  });

  test("unwrapped, counts nothing", async () => {
    const meter = createMeter();
    const { client } = clientOf([converse]);
    meter.unwrap(meter.wrap(client));
    await client.converse({ modelId: MODEL, messages });
    expect(meter.totals().overall.requests.completed).toBe(0);
  });

  test.for([
    ["a deadline of the application is a timeout", TIME_IS_OVER, ["failed", "timeout"]],
    ["an application that leaves has abandoned its call", undefined, ["abandoned", "aborted"]],
  ] as const)("%s", async ([, reason, ended]) => {
    const controller = new AbortController();
    const records: RequestRecord[] = [];
    const meter = createMeter();
    meter.on("request", (record) => records.push(record));
    // As the SDK's own handlers end an exchange.
    const handle = (_request: HttpRequest, { abortSignal }: { readonly abortSignal: AbortSignal }) =>
      new Promise<never>((_resolve, reject) => {
        const error = Object.assign(new Error("Request aborted"), { name: "AbortError" });
        abortSignal.addEventListener("abort", () => reject(error));
        controller.abort(reason);
      });
    const credentials = { accessKeyId: "a", secretAccessKey: "b" };
    const client = new BedrockRuntime({ region: "eu-west-3", credentials, requestHandler: { handle } as never });
    meter.wrap(client);
    const command = new ConverseCommand({ modelId: MODEL, messages });
    await expect(client.send(command, { abortSignal: controller.signal })).rejects.toThrow("Request aborted");
    await meter.flush();
    expect(records.map(({ outcome, errorType }) => [outcome, errorType])).toStrictEqual([ended]);
    await meter.close();
  });

  test("a budget without room refuses before anything is sent, and gets back what a fired signal leaves", async () => {
    const meter = createMeter({
      budgets: [{ name: "few", criterion: "requests", limit: 1, window: "day", mode: "refuse" }],
    });
    const { client, requests } = clientOf([converse]);
    meter.wrap(client);
    const abortSignal = AbortSignal.abort();
    await client.send(new ConverseCommand({ modelId: MODEL, messages }), { abortSignal }).catch(() => undefined);
    expect(meter.budgets()[0]?.reserved).toBe(0);
    const sent = requests.length;
    await client.converse({ modelId: MODEL, messages });
    await expect(client.converse({ modelId: MODEL, messages })).rejects.toThrow('budget "few" has no room');
    expect(requests.length - sent).toBe(1);
    await meter.close();
  });
});
