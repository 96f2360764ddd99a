import type OpenAI from "openai";
import { describe, expect, test } from "vitest";

import type { Fault } from "../../examples/local-provider/fault.ts";
import { createMeter } from "../../src/index.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import { observe, type Wrapper } from "./contract.ts";
import { azure } from "./openai/clients.ts";
import { listOf, listUntilError, MODEL, STREAMED_QUESTION, type OpenAISdk, type OpenAIShape } from "./openai/sdk.ts";
import { openaiVersions } from "./versions.ts";

/** A meter that asks for usage on the application's behalf. */
function asking(): Wrapper {
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => records.push(record));
  const wrap = <Client extends object>(client: Client): Client => {
    const { host } = new URL((client as unknown as OpenAI).baseURL);
    return meter.wrap(client, { includeUsage: [host] });
  };
  return { wrap, records };
}

const USAGE = { inputTokens: 4, cacheReadTokens: 0, outputTokens: 12, reasoningTokens: 0 };
const TOOL = { type: "function" as const, function: { name: "weather" } };

interface Case {
  readonly name: string;
  readonly client?: NonNullable<OpenAIShape["client"]>;
  readonly call: OpenAIShape["call"];
  readonly fault?: Fault;
  readonly usage?: RequestRecord["usage"];
}

const stream: OpenAIShape["call"] = async (client) =>
  listUntilError(await client.chat.completions.create(STREAMED_QUESTION));

/** Streams whose application did not ask for usage, and must not see that the meter did. */
const cases: readonly Case[] = [
  { name: "a stream", call: stream },
  { name: "a gzipped stream", call: stream, fault: { gzip: true } },
  { name: "split events", call: stream, fault: { writeBytes: [1, 13, 7] } },
  { name: "several events at once", call: stream, fault: { eventsPerWrite: 5 } },
  { name: "CRLF line ends", call: stream, fault: { lineEnd: "\r\n" } },
  { name: "comments between events", call: stream, fault: { commentBytes: 20 } },
  { name: "no [DONE]", call: stream, fault: { omitDone: true } },
  { name: "Azure's first chunk, which has no choice either", client: azure, call: stream },
  {
    name: "several choices",
    call: async (client) => listOf(await client.chat.completions.create({ ...STREAMED_QUESTION, n: 2 })),
    usage: { ...USAGE, outputTokens: 24 },
  },
  {
    name: "a tool call",
    call: async (client) => listOf(await client.chat.completions.create({ ...STREAMED_QUESTION, tools: [TOOL] })),
    usage: { ...USAGE, outputTokens: 2 },
  },
  {
    name: "tee",
    call: async (client) => {
      const [left, right] = (await client.chat.completions.create(STREAMED_QUESTION)).tee();
      return Promise.all([listOf(left), listOf(right)]);
    },
  },
  {
    name: "toReadableStream",
    call: async (client) => {
      const readable = (await client.chat.completions.create(STREAMED_QUESTION)).toReadableStream();
      return Buffer.concat(await listOf(readable as AsyncIterable<Uint8Array>)).toString();
    },
  },
  {
    name: "the stream helper",
    call: (client, { sdk }) =>
      sdk.helpers(client).stream({ model: MODEL, messages: STREAMED_QUESTION.messages }).finalChatCompletion(),
  },
  {
    name: "legacy completions",
    call: async (client) =>
      listOf(await client.completions.create({ model: "davinci-002", prompt: "Once upon a time", stream: true })),
    usage: { inputTokens: 4, outputTokens: 12 },
  },
  {
    name: "a 429 before it",
    call: stream,
    fault: { status: 429, retryAfterMilliseconds: 1 },
  },
];

describe.for(await openaiVersions())("usage that the meter asks for, with $name", (sdk: OpenAISdk) => {
  test.concurrent.for(cases)("$name", async ({ fault, usage = USAGE, ...rest }) => {
    const shape: OpenAIShape = { ...rest, faults: fault ? [fault] : [], records: [{}] as never };
    const wrapper = asking();
    const [bare, asked] = await Promise.all([observe(shape, sdk), observe(shape, sdk, wrapper)]);
    expect(asked.application).toStrictEqual(bare.application);
    expect(wrapper.records.map((record) => record.usage)).toStrictEqual([usage]);
  });
});
