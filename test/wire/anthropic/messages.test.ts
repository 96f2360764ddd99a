import { describe, expect, test } from "vitest";

import { messages } from "../../../src/wire/anthropic/messages.ts";
import { readBody } from "../../../src/wire/read-body.ts";
import { fixture, readChunks, readEveryCut } from "../fixtures.ts";

const WITH_CACHE = { inputTokens: 25, cacheReadTokens: 1000, cacheWriteTokens: 5, outputTokens: 15 };
const MODEL = "claude-sonnet-4-5-20250929";

describe("an answer of the Messages API", () => {
  test.for([
    ["with a cache", "message.json", WITH_CACHE],
    [
      "with thinking, which is inside its output",
      "message-thinking.json",
      { inputTokens: 25, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 10, reasoningTokens: 30 },
    ],
    ["of aimock", "aimock-message.json", { inputTokens: 25, outputTokens: 15 }],
  ] as const)("%s states its usage, however it is read", ([, name, usage]) => {
    const { bytes, contentType } = fixture("anthropic", name);
    const text = bytes.toString();
    const readings = [
      readBody(messages, "complete", { json: JSON.parse(text) }, contentType),
      readBody(messages, "complete", { text }, contentType),
      readChunks(messages, { bytes, contentType }, { chunkBytes: 7 }),
    ];
    for (const reading of readings) expect(reading).toStrictEqual(readings[0]);
    expect(readings[0]).toMatchObject({ usageSource: "reported", finished: true, error: undefined });
    expect(readings[0]!.usage).toStrictEqual(usage);
  });

  test("adds up what it wrote to the cache by lifetime, where the sum is not stated", () => {
    const usage = {
      input_tokens: 1,
      output_tokens: 2,
      cache_creation: { ephemeral_5m_input_tokens: 3, ephemeral_1h_input_tokens: 4 },
    };
    expect(readBody(messages, "complete", { json: { usage } }, "application/json").usage).toStrictEqual({
      inputTokens: 1,
      cacheWriteTokens: 7,
      outputTokens: 2,
    });
  });

  test("that is an error in a 200 is a failure", () => {
    const json = { type: "error", error: { type: "overloaded_error", message: "Overloaded" }, request_id: "req_1" };
    expect(readBody(messages, "complete", { json }, "application/json").error).toBe("provider_error");
  });
});

const STREAMS = [
  ["with a cache", "stream.sse", WITH_CACHE],
  [
    "whose last count of the input is larger, and null or 0 where it repeats nothing",
    "stream-cumulative.sse",
    { ...WITH_CACHE, inputTokens: 2025 },
  ],
  [
    "with thinking and a tool whose arguments look like usage",
    "stream-tool-thinking.sse",
    { inputTokens: 472, cacheReadTokens: 0, cacheWriteTokens: 0, outputTokens: 39, reasoningTokens: 50 },
  ],
  ["of aimock", "aimock-message.sse", { inputTokens: 25, outputTokens: 15 }],
] as const;

describe.for(STREAMS)("a stream of the Messages API %s", ([, name, usage]) => {
  const stream = fixture("anthropic", name);

  test.for([1, 7, 100, 100_000])("states its usage in chunks of %i bytes", (chunkBytes) => {
    const reading = readChunks(messages, stream, { chunkBytes });
    expect(reading).toMatchObject({ usageSource: "reported", finished: true, error: undefined });
    expect(reading.usage).toStrictEqual(usage);
  });

  test("that is left after any byte has its input as soon as it was stated, and never more output than there was", () => {
    const text = stream.bytes.toString();
    const begun = text.indexOf("\n", text.indexOf("message_start\ndata"));
    const inputStated = text.indexOf("\n", begun + 1);
    for (const [length, reading] of readEveryCut(messages, stream).entries()) {
      expect(reading.error).toBeUndefined();
      if (length >= inputStated) expect(reading.usage, `${length} bytes`).toHaveProperty("inputTokens");
      for (const [name_, amount] of Object.entries(reading.usage ?? {})) {
        expect(amount, `${name_} after ${length} bytes`).toBeLessThanOrEqual((usage as Record<string, number>)[name_]!);
      }
      if (reading.usage?.outputTokens === undefined) expect(reading.finished).toBe(false);
    }
  });

  test("keeps its input where so much came between that only both ends were kept", () => {
    const text = stream.bytes.toString();
    const at = text.indexOf("event: content_block_stop");
    const delta = `event: content_block_delta\ndata: ${JSON.stringify({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: "word " } })}\n\n`;
    const long = Buffer.from(text.slice(0, at) + delta.repeat(1000) + text.slice(at));
    expect(long.length).toBeGreaterThan(100_000);
    const reading = readChunks(messages, { bytes: long, contentType: stream.contentType });
    expect(reading.usage).toStrictEqual(usage);
    expect(reading).toMatchObject({ usageSource: "reported", finished: true });
  });
});

test("a stream of the Messages API that is left has its input reported, its output estimated, and its model", () => {
  const { bytes, contentType } = fixture("anthropic", "stream.sse");
  const left = bytes.subarray(0, bytes.indexOf("event: content_block_stop"));
  expect(readChunks(messages, { bytes: left, contentType }, { ending: "cancelled" })).toMatchObject({
    usage: { ...WITH_CACHE, outputTokens: 6 },
    usageSource: "estimated",
    respondedModel: MODEL,
    finished: false,
  });
});

test("a stream of the Messages API that is left before its first word has its input alone", () => {
  const { bytes, contentType } = fixture("anthropic", "stream.sse");
  const left = bytes.subarray(0, bytes.indexOf("event: content_block_delta"));
  const { outputTokens: _, ...input } = WITH_CACHE;
  const reading = readChunks(messages, { bytes: left, contentType }, { ending: "cancelled" });
  expect(reading.usage).toStrictEqual(input);
});

test("a stream of the Messages API that ends in an error is a failure with the input that it read", () => {
  expect(readChunks(messages, fixture("anthropic", "stream-error.sse"))).toMatchObject({
    error: "stream_error",
    usage: { inputTokens: 25, outputTokens: 2 },
    usageSource: "estimated",
  });
});
