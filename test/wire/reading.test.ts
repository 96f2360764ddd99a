import fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

import type { Ending } from "../../src/transport/body-tap.ts";
import { Excerpt } from "../../src/transport/excerpt.ts";
import { audio } from "../../src/wire/openai/audio.ts";
import { assistantRuns, chatCompletions } from "../../src/wire/openai/chat-completions.ts";
import { conversations } from "../../src/wire/mistral/conversations.ts";
import type { Dialect } from "../../src/wire/dialect.ts";
import { embeddings } from "../../src/wire/openai/embeddings.ts";
import { images } from "../../src/wire/openai/images.ts";
import { ocr } from "../../src/wire/mistral/ocr.ts";
import { readBody } from "../../src/wire/read-body.ts";
import type { JsonObject } from "../../src/wire/json.ts";
import type { Reading } from "../../src/wire/reading.ts";
import { ContentWatch, endsStream } from "../../src/wire/stream-progress.ts";
import { responses } from "../../src/wire/openai/responses.ts";
import { serverSentEvents } from "../../src/wire/server-sent-events.ts";
import { silent } from "../../src/wire/silent.ts";

const JSON_TYPE = "application/json";
const EVENT_STREAM = "text/event-stream; charset=utf-8";

function excerptOf(...chunks: readonly (string | Uint8Array)[]): Excerpt {
  const excerpt = new Excerpt();
  for (const chunk of chunks) excerpt.add(Buffer.from(chunk));
  return excerpt;
}

const eventsOf = (...data: readonly unknown[]): string =>
  data.map((item) => `data: ${typeof item === "string" ? item : JSON.stringify(item)}\n\n`).join("");

const namedEventsOf = (...data: readonly { type: string }[]): string =>
  data.map((item) => `event: ${item.type}\ndata: ${JSON.stringify(item)}\n\n`).join("");

/** Cuts a text into chunks as they might come over a connection. */
function cut(text: string, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  return Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );
}

const readStream = (dialect: Dialect, text: string, ending: Ending = "complete", size = 1400): Reading =>
  readBody(dialect, ending, { excerpt: excerptOf(...cut(text, size)) }, EVENT_STREAM);

/** The reading of an answer, which is the same however the application asked for it. */
function readJson(dialect: Dialect, answer: unknown): Reading {
  const text = JSON.stringify(answer);
  const [first, ...others] = [
    readBody(dialect, "complete", { json: answer }, JSON_TYPE),
    readBody(dialect, "complete", { text }, JSON_TYPE),
    readBody(dialect, "complete", { text: JSON.stringify(answer, null, 2) }, JSON_TYPE),
    readBody(dialect, "complete", { excerpt: excerptOf(...cut(text, 7)) }, JSON_TYPE),
  ];
  for (const other of others) expect(other).toStrictEqual(first);
  return first;
}

const CHAT_USAGE = { prompt_tokens: 4, completion_tokens: 12, total_tokens: 16 };
const CHAT = { inputTokens: 4, outputTokens: 12 };

describe("a JSON answer", () => {
  test.for([
    ["chat", chatCompletions, { model: "gpt-4o", choices: [], usage: CHAT_USAGE }, CHAT],
    ["chat, usage first", chatCompletions, { usage: CHAT_USAGE, model: "gpt-4o", choices: [{ text: "a" }] }, CHAT],
    ["embeddings", embeddings, { data: [], model: "gpt-4o", usage: { prompt_tokens: 8 } }, { inputTokens: 8 }],
    ["OCR", ocr, { pages: [], model: "gpt-4o", usage_info: { pages_processed: 3 } }, { pages: 3 }],
    [
      "conversations, which name the model with each output",
      conversations,
      { conversation_id: "conv_1", outputs: [{ type: "tool" }, { model: "gpt-4o" }], usage: CHAT_USAGE },
      CHAT,
    ],
  ] as const)("of %s", ([, dialect, answer, usage]) => {
    expect(readJson(dialect, answer)).toMatchObject({
      usage,
      usageSource: "reported",
      respondedModel: "gpt-4o",
      status: undefined,
      jobId: undefined,
      finished: true,
      error: undefined,
    });
  });

  test("keeps the provider's own usage", () => {
    const usage = { ...CHAT_USAGE, service_tier: "flex", prompt_tokens_details: null };
    expect(readJson(chatCompletions, { model: "m", usage }).rawUsage).toStrictEqual(usage);
  });

  test.for([
    ["usage as text", { usage: { prompt_tokens: "4", completion_tokens: "12" } }],
    ["usage as a list", { usage: [4, 12] }],
    ["usage that is null", { usage: null }],
    ["no usage", {}],
    ["usage only in a tool call", { choices: [{ arguments: { usage: CHAT_USAGE } }] }],
  ] as const)("with %s is missing its usage", ([, answer]) => {
    const reading = readJson(chatCompletions, { model: "m", ...answer });
    expect(reading).toMatchObject({ usage: undefined, usageSource: "missing", finished: true, error: undefined });
  });

  test("of moderation states no usage", () => {
    expect(readJson(silent, { model: "omni", results: [] })).toMatchObject({
      usage: undefined,
      respondedModel: "omni",
    });
  });

  test("of images counts them, with and without tokens", () => {
    const data = [{ b64_json: "AAAA" }, { b64_json: '"b64_json"' }];
    const tokens = { input_tokens: 3, output_tokens: 200 };
    expect(readJson(images, { data }).usage).toStrictEqual({ images: 2 });
    expect(readJson(images, { data, usage: tokens }).usage).toStrictEqual({
      images: 2,
      inputTokens: 3,
      outputTokens: 200,
    });
  });

  test.for([
    ["queued", { status: "queued", usage: null }, undefined],
    [
      "completed",
      { status: "completed", usage: { input_tokens: 5, output_tokens: 7 } },
      { inputTokens: 5, outputTokens: 7 },
    ],
  ] as const)("of a response in the background that is %s says so", ([status, fields, usage]) => {
    const answer = { id: "resp_1", object: "response", background: true, model: "m", ...fields };
    expect(readJson(responses, answer)).toMatchObject({ jobId: "resp_1", status, usage });
  });

  test("of a response that nobody works on any longer has no job", () => {
    const answer = { id: "resp_1", object: "response", background: false, status: "completed", model: "m" };
    expect(readJson(responses, answer)).toMatchObject({ jobId: undefined, status: "completed" });
  });

  test.for(["thread.run", "batch"])("of a %s has a job", (object) => {
    const answer = { id: "job_1", object, status: "in_progress", usage: null };
    expect(readJson(assistantRuns, answer)).toMatchObject({ jobId: "job_1", status: "in_progress" });
  });

  test("of 10 MB is looked at from both of its ends", () => {
    const answer = JSON.stringify({ id: "a", model: "m", data: ["A".repeat(10_000_000)], usage: CHAT_USAGE });
    const reading = readBody(chatCompletions, "complete", { excerpt: excerptOf(...cut(answer, 65536)) }, JSON_TYPE);
    expect(reading).toMatchObject({ respondedModel: "m", usage: CHAT, usageSource: "reported", error: undefined });
    expect(readBody(chatCompletions, "complete", { text: answer }, JSON_TYPE)).toStrictEqual(reading);
  });

  test("of 10 MB without usage is not malformed", () => {
    const answer = JSON.stringify({ model: "m", data: ["A".repeat(10_000_000)] });
    const reading = readBody(images, "complete", { excerpt: excerptOf(...cut(answer, 65536)) }, JSON_TYPE);
    expect(reading).toMatchObject({ respondedModel: "m", usage: undefined, error: undefined });
  });

  test("of a long finished response has its usage, and no job that goes on", () => {
    const usage = { input_tokens: 5, output_tokens: 7 };
    const answer = {
      object: "response",
      id: "r",
      background: true,
      status: "completed",
      text: "A".repeat(99_999),
      usage,
    };
    const excerpt = excerptOf(...cut(JSON.stringify(answer), 16384));
    expect(readBody(responses, "complete", { excerpt }, JSON_TYPE)).toMatchObject({
      usage: { inputTokens: 5, outputTokens: 7 },
      jobId: undefined,
      finished: true,
    });
  });
});

describe("a body that is not a JSON answer", () => {
  test.for([
    ["HTML", "<html>Bad gateway</html>", "text/html; charset=utf-8"],
    ["JSON that is cut off", '{"id":"a","model":', JSON_TYPE],
    ["nothing", "", JSON_TYPE],
  ] as const)("%s is malformed when read to its end", ([, text, contentType]) => {
    const excerpt = text === "" ? undefined : excerptOf(text);
    expect(readBody(chatCompletions, "complete", { text }, contentType).error).toBe("malformed");
    expect(readBody(chatCompletions, "complete", { excerpt }, contentType).error).toBe("malformed");
    for (const ending of ["cancelled", "broken", "unread"] as const) {
      const reading = readBody(chatCompletions, ending, { excerpt }, contentType);
      expect([reading.error, reading.finished]).toStrictEqual([undefined, false]);
    }
  });

  test.for([
    ["subtitles", "1\n00:00:00,000 --> 00:00:02,500\nHello.", "text/plain; charset=utf-8"],
    ["sound", "ID3\u0004", "audio/mpeg"],
    ["text in braces", "{laughs} Hello.", "text/plain"],
  ] as const)("%s is an answer without usage", ([, text, contentType]) => {
    expect(readBody(audio, "complete", { text }, contentType)).toMatchObject({
      usage: undefined,
      finished: true,
      error: undefined,
    });
  });

  test("JSON without a content type is JSON", () => {
    const text = JSON.stringify({ model: "m", usage: CHAT_USAGE });
    expect(readBody(chatCompletions, "complete", { text }, "").usage).toStrictEqual(CHAT);
  });

  test.for([null, 7, "text", [], true])("%j is an answer without usage", (json) => {
    expect(readBody(chatCompletions, "complete", { json }, JSON_TYPE)).toMatchObject({
      usage: undefined,
      error: undefined,
    });
  });
});

const word = (content: string) => ({ model: "m", choices: [{ index: 0, delta: { content } }] });
const ROLE = { model: "m", choices: [{ index: 0, delta: { role: "assistant", content: "" } }] };
const STOP = { model: "m", choices: [{ index: 0, delta: {}, finish_reason: "stop" }] };
const LAST = { model: "m", choices: [], usage: CHAT_USAGE };

describe("a stream", () => {
  test.for([
    ["OpenAI's last chunk", chatCompletions, eventsOf(ROLE, word("Hi"), STOP, LAST, "[DONE]"), CHAT],
    ["usage: null in all others", chatCompletions, eventsOf({ ...word("Hi"), usage: null }, LAST, "[DONE]"), CHAT],
    ["Mistral's last chunk", chatCompletions, eventsOf(word("Hi"), { ...STOP, usage: CHAT_USAGE }, "[DONE]"), CHAT],
    [
      "Groq's x_groq",
      chatCompletions,
      eventsOf(word("Hi"), { ...STOP, x_groq: { usage: CHAT_USAGE } }, "[DONE]"),
      CHAT,
    ],
    [
      "running totals, of which the last counts",
      chatCompletions,
      eventsOf({ ...word("Hi"), usage: { ...CHAT_USAGE, completion_tokens: 1 } }, { ...word("!"), usage: CHAT_USAGE }),
      CHAT,
    ],
    [
      "Responses",
      responses,
      namedEventsOf(
        {
          type: "response.created",
          ...{ response: { object: "response", model: "m", status: "in_progress", usage: null } },
        },
        { type: "response.output_text.delta", ...{ delta: "Hi" } },
        {
          type: "response.completed",
          ...{
            response: {
              object: "response",
              model: "m",
              status: "completed",
              usage: { input_tokens: 4, output_tokens: 12 },
            },
          },
        },
      ),
      CHAT,
    ],
    [
      "a transcript",
      audio,
      namedEventsOf(
        { type: "transcript.text.delta", ...{ delta: "Hi" } },
        { type: "transcript.text.done", ...{ text: "Hi", model: "m", usage: { input_tokens: 4, output_tokens: 12 } } },
      ),
      CHAT,
    ],
    [
      "Mistral's transcription",
      audio,
      namedEventsOf({ type: "transcription.done", ...{ text: "Hi", model: "m", usage: CHAT_USAGE } }),
      CHAT,
    ],
    [
      "a conversation",
      conversations,
      namedEventsOf(
        { type: "message.output.delta", ...{ content: "Hi", model: "m" } },
        { type: "conversation.response.done", ...{ usage: CHAT_USAGE } },
      ),
      CHAT,
    ],
    [
      "an assistant's run",
      assistantRuns,
      namedEventsOf({
        type: "thread.run.completed",
        ...{ object: "thread.run", status: "completed", model: "m", usage: CHAT_USAGE },
      }),
      CHAT,
    ],
    [
      "an image",
      images,
      namedEventsOf(
        { type: "image_generation.partial_image", ...{ b64_json: "AA", model: "m" } },
        { type: "image_generation.completed", ...{ b64_json: "AAAA", usage: { input_tokens: 4, output_tokens: 12 } } },
      ),
      { ...CHAT, images: 1 },
    ],
  ] as const)("tells its usage by %s", ([, dialect, text, usage]) => {
    expect(readStream(dialect, text)).toMatchObject({
      usage,
      usageSource: "reported",
      respondedModel: "m",
      error: undefined,
    });
  });

  test.for([
    [chatCompletions, eventsOf(word("Hi"), "[DONE]"), true],
    [chatCompletions, eventsOf(word("Hi"), STOP), false],
    [responses, namedEventsOf({ type: "response.incomplete" }), true],
    [responses, eventsOf({ type: "response.completed" }), true],
    [responses, namedEventsOf({ type: "response.output_item.done" }), false],
    [conversations, namedEventsOf({ type: "conversation.response.done" }), true],
    [images, namedEventsOf({ type: "image_edit.completed" }), true],
    [images, namedEventsOf({ type: "image_edit.partial_image" }), false],
    [audio, namedEventsOf({ type: "speech.audio.done" }), true],
  ] as const)("is seen to its end by its terminal event (%#)", ([dialect, text, finished]) => {
    expect(readStream(dialect, text, "cancelled").finished).toBe(finished);
  });

  test.for([
    ["OpenAI's", `event: error\n${eventsOf({ error: { message: "Overloaded" } })}`],
    ["an unnamed", eventsOf({ error: { code: 502 } })],
    ["a worded", eventsOf({ error: "Overloaded" })],
    ["Responses'", eventsOf({ type: "error", code: "server_error" })],
    ["vLLM's", eventsOf({ object: "error", message: "Overloaded" })],
  ] as const)("fails with %s error event, and what came before it is estimated", ([, error]) => {
    const reading = readStream(chatCompletions, eventsOf(ROLE, word("one"), word("two")) + error);
    expect(reading).toMatchObject({
      error: "stream_error",
      finished: true,
      respondedModel: "m",
      usage: { outputTokens: 2 },
      usageSource: "estimated",
    });
  });

  test("fails with a conversation's error event", () => {
    const text = namedEventsOf({ type: "conversation.response.error", ...{ message: "no", code: 500 } });
    expect(readStream(conversations, text).error).toBe("stream_error");
  });

  test.for([1400, 16384, 65536])("has the usage of a last event of 200 KB, in chunks of %i", (size) => {
    const response = { object: "response", model: "m", status: "in_progress", background: true, id: "resp_1" };
    const output = [{ text: "word ".repeat(40_000) }];
    const text = namedEventsOf(
      { type: "response.created", ...{ response } },
      ...Array.from({ length: 300 }, () => ({ type: "response.output_text.delta", delta: "word " })),
      {
        type: "response.completed",
        ...{
          response: {
            ...response,
            status: "completed",
            output,
            usage: { input_tokens: 4, output_tokens: 12 },
            user: null,
          },
        },
      },
    );
    expect(readStream(responses, text, "complete", size)).toMatchObject({
      usage: CHAT,
      usageSource: "reported",
      respondedModel: "m",
      finished: true,
      jobId: undefined,
    });
  });
});

describe("cutting a stream anywhere never changes its reading", () => {
  const answers = fc.array(fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }), { maxLength: 40 });
  const sizes = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1 });

  const chunksOf = (text: string, lengths: readonly number[]): Buffer[] => {
    const bytes = Buffer.from(text);
    const chunks: Buffer[] = [];
    for (let start = 0; start < bytes.length;) {
      const length = lengths[chunks.length % lengths.length]!;
      chunks.push(bytes.subarray(start, start + length));
      start += length;
    }
    return chunks;
  };

  test.for(["with usage", "without usage", "left before its end"])("%s", (kind) => {
    fc.assert(
      fc.property(answers, sizes, fc.constantFrom("\n", "\r\n", "\r"), (words, lengths, lineEnd) => {
        const ends = { "with usage": [STOP, LAST, "[DONE]"], "without usage": [STOP, "[DONE]"] }[kind] ?? [];
        const text = eventsOf(ROLE, ...words.map(word), ...ends).replaceAll("\n", lineEnd);
        const whole = readBody(chatCompletions, "complete", { text }, EVENT_STREAM);
        const excerpt = excerptOf(...chunksOf(text, lengths));
        expect(readBody(chatCompletions, "complete", { excerpt }, EVENT_STREAM)).toStrictEqual(whole);
      }),
    );
  });
});

describe("without usage the output is estimated", () => {
  const estimate = (dialect: Dialect, text: string, size?: number): Reading =>
    readStream(dialect, text, "cancelled", size);

  test("as a token per event that carries output", () => {
    const reading = estimate(
      chatCompletions,
      eventsOf(ROLE, word("A"), word(" short"), word(" answer"), STOP, "[DONE]"),
    );
    expect([reading.usage, reading.usageSource, reading.rawUsage]).toStrictEqual([
      { outputTokens: 3 },
      "estimated",
      undefined,
    ]);
  });

  test("as a token per four characters where events carry more than eight each", () => {
    expect(estimate(chatCompletions, eventsOf(word("a".repeat(8)), word("b".repeat(8)))).usage).toStrictEqual({
      outputTokens: 2,
    });
    expect(estimate(chatCompletions, eventsOf(word("a".repeat(9)), word("b".repeat(9)))).usage).toStrictEqual({
      outputTokens: 5,
    });
    expect(estimate(chatCompletions, eventsOf(word("a".repeat(4000)))).usage).toStrictEqual({ outputTokens: 1000 });
  });

  test.for([
    ["reasoning", { reasoning_content: "thinks" }],
    ["reasoning, by its other name", { reasoning: "thinks" }],
    ["a refusal", { refusal: "no" }],
    ["arguments of a tool", { tool_calls: [{ function: { arguments: "{" } }] }],
    ["parts of text", { content: [{ type: "text", text: "Hi" }] }],
    ["parts of thought", { content: [{ type: "thinking", thinking: [{ type: "text", text: "Hm" }] }] }],
  ])("from %s", ([, delta]) => {
    expect(estimate(chatCompletions, eventsOf({ choices: [{ delta }] })).usage).toStrictEqual({ outputTokens: 1 });
  });

  test("from the text of a legacy completion", () => {
    expect(estimate(chatCompletions, eventsOf({ choices: [{ text: "Hi" }] })).usage).toStrictEqual({ outputTokens: 1 });
  });

  test("from deltas of Responses and of conversations", () => {
    const deltas = namedEventsOf(
      { type: "response.created" },
      { type: "response.output_text.delta", ...{ delta: "Hi" } },
      { type: "response.function_call_arguments.delta", ...{ delta: "{" } },
      { type: "response.output_text.done", ...{ text: "Hi" } },
    );
    expect(estimate(responses, deltas).usage).toStrictEqual({ outputTokens: 2 });
    expect(
      estimate(conversations, namedEventsOf({ type: "message.output.delta", ...{ content: "Hi" } })).usage,
    ).toStrictEqual({
      outputTokens: 1,
    });
  });

  test("as missing where nothing came", () => {
    expect(estimate(chatCompletions, eventsOf(ROLE))).toMatchObject({ usage: undefined, usageSource: "missing" });
  });

  test.for([1000, 20_000])("within 1 %% of the %i tokens of a stream that was not kept whole", (tokens) => {
    const text = eventsOf(ROLE, ...Array.from({ length: tokens }, () => word(" word")));
    const { usage } = estimate(chatCompletions, text, 150);
    expect(Math.abs(usage!.outputTokens! / tokens - 1)).toBeLessThan(0.01);
  });
});

describe("content", () => {
  test("has come with the first event that carries some, wherever it was cut", () => {
    const text = eventsOf(ROLE, word("Hi"));
    for (let end = 1; end <= text.length; end++) {
      const watch = new ContentWatch(chatCompletions);
      const came = watch.seesContent(excerptOf(text.slice(0, end)), Buffer.from(text.slice(0, end)));
      expect(came, String(end)).toBe(end >= text.length - 2);
    }
  });

  test.for([1, 7, 64, 1000])(
    "is seen in chunks of %i bytes behind thousands of pings, of which none is read twice",
    (size) => {
      const text = `${": ping\n\n".repeat(2000)}${eventsOf(ROLE)}${"event: ping\ndata: {}\r\n\r\n".repeat(500)}${eventsOf(word("Hi"))}`;
      const read = vi.spyOn(serverSentEvents, "events");
      const excerpt = new Excerpt();
      const watch = new ContentWatch(chatCompletions);
      const seen = cut(text, size).map((chunk) => {
        excerpt.add(chunk);
        return watch.seesContent(excerpt, chunk);
      });
      expect([seen.indexOf(true), seen.length - seen.indexOf(true) <= Math.ceil(2 / size) + 1]).toStrictEqual([
        expect.any(Number),
        true,
      ]);
      const bytesRead = read.mock.calls.reduce((sum, [{ bytes }]) => sum + bytes.byteLength, 0);
      expect(bytesRead).toBeLessThan(12 * text.length);
      read.mockRestore();
    },
  );

  test("is seen where, and only where, an event carries some, whatever else stands in it", () => {
    const text = fc.oneof(fc.constantFrom("", "x", '"content":"x"', '"', "\\"), fc.string({ maxLength: 8 }));
    const optional = (value: fc.Arbitrary<unknown>) => fc.option(value, { nil: undefined });
    const delta = fc.record({
      role: optional(fc.constant("assistant")),
      content: optional(fc.oneof(text, fc.constant(null), fc.array(fc.record({ type: text, text }), { maxLength: 2 }))),
      reasoning: optional(text),
      tool_calls: optional(
        fc.array(fc.record({ function: fc.record({ name: text, arguments: text }) }), { maxLength: 2 }),
      ),
      audio: optional(fc.record({ data: text, transcript: text })),
    });
    const event = fc.record({
      model: text,
      choices: fc.array(fc.record({ index: fc.nat(3), delta, logprobs: fc.constant({ content: [] }) }), {
        maxLength: 2,
      }),
      note: optional(fc.record({ content: text })),
    });
    fc.assert(
      fc.property(event, fc.constantFrom(undefined, 1), (object, spaces) => {
        const data = JSON.stringify(object, undefined, spaces).replaceAll("\n", "");
        const bytes = Buffer.from(`data: ${data}\n\n`);
        const carries = chatCompletions.stream!.outputCharacters(JSON.parse(data) as JsonObject) !== undefined;
        expect(new ContentWatch(chatCompletions).seesContent(excerptOf(bytes.toString()), bytes)).toBe(carries);
      }),
      { numRuns: 500 },
    );
  });

  test.for([
    ["data: [DONE]\n\n", true],
    ["data:[DONE]\r\n\r\n", true],
    ["data: [DONE]", true],
    ['data: {"content":"data: [DONE]', false],
    ['data: {"list":[1]', false],
    ["data: [DONE]\n\ndata: x]", false],
  ] as const)("ends in %j: %s", ([end, ended]) => {
    expect(endsStream(excerptOf(...cut(eventsOf(word("Hi")) + end, 3)))).toBe(ended);
  });
});
