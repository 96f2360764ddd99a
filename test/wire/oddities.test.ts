import { describe, expect, test } from "vitest";

import type { RequestRecord, UsageSource } from "../../src/index.ts";
import { metered } from "./metered.ts";

const json = (body: unknown) => () => Promise.resolve(Response.json(body));
const events = (data: readonly unknown[], contentType = "text/event-stream", end = "data: [DONE]\n\n") => {
  const text = data.map((item) => `data: ${JSON.stringify(item)}\n\n`).join("") + end;
  return () => {
    const body = new Response(text).body!;
    return Promise.resolve(new Response(body, { headers: contentType === "" ? {} : { "content-type": contentType } }));
  };
};
/** A body that comes in pieces of so many bytes. */
function inPieces(text: string, pieceBytes: number): ReadableStream<Uint8Array> {
  const bytes = Buffer.from(text);
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += pieceBytes) controller.enqueue(bytes.subarray(at, at + pieceBytes));
      controller.close();
    },
  });
}

const chunk = (delta: object | null, more: object = {}, choice: object = {}) => ({
  model: "m",
  choices: delta ? [{ index: 0, delta, ...choice }] : [],
  ...more,
});

const CHAT = { model: "m", messages: [{ role: "user", content: "hello" }], stream: true };
const URL_OF_CHAT = "https://llm.example.com/v1/chat/completions";
const INPUT = Math.ceil(JSON.stringify(CHAT).length / 4);

async function recordOf(fetch: () => Promise<Response>, body: object | string = CHAT, url = URL_OF_CHAT) {
  const { post, settled } = metered({ fetch });
  const response = await post(url, body);
  await response.text();
  const records = await settled();
  expect(records).toHaveLength(1);
  return records[0]!;
}

describe("usage in the stream of an OpenAI-compatible host", () => {
  test.for([
    [
      "in the last choice, as Moonshot has it",
      chunk({}, {}, { finish_reason: "stop", usage: { prompt_tokens: 10, completion_tokens: 79, total_tokens: 89 } }),
      { inputTokens: 10, outputTokens: 79 },
    ],
    [
      "in llama.cpp's timings",
      chunk({}, { timings: { prompt_n: 3, cache_n: 7, predicted_n: 79 } }),
      { inputTokens: 3, cacheReadTokens: 7, outputTokens: 79 },
    ],
    [
      "in llama.cpp's timings, beside an empty usage",
      chunk({}, { usage: {}, timings: { prompt_n: 3, cache_n: 7, predicted_n: 79 } }),
      { inputTokens: 3, cacheReadTokens: 7, outputTokens: 79 },
    ],
    [
      "under x_groq",
      chunk({}, { x_groq: { usage: { prompt_tokens: 10, completion_tokens: 79 } } }),
      { inputTokens: 10, outputTokens: 79 },
    ],
  ] as const)("%s", async ([, last, usage]) => {
    const record = await recordOf(events([chunk({ role: "assistant" }), chunk({ content: "a" }), last]));
    expect(record).toMatchObject({ usage, usageSource: "reported", outcome: "completed" });
  });

  test.for(["", "text/plain; charset=utf-8", "application/octet-stream", "application/json"])(
    "is read whatever the content type (%j)",
    async (contentType) => {
      const usage = { prompt_tokens: 5, completion_tokens: 20 };
      const words = Array.from({ length: 20 }, () => chunk({ content: "word " }));
      expect(await recordOf(events([...words, chunk(null, { usage })], contentType))).toMatchObject({
        usage: { inputTokens: 5, outputTokens: 20 },
        usageSource: "reported",
      });
      expect(await recordOf(events(words, contentType))).toMatchObject({
        usage: { inputTokens: INPUT, outputTokens: 20 },
        usageSource: "estimated",
      });
    },
  );
});

describe("several answers of one request, each of which states its usage, as Moonshot's streams do", () => {
  const last = (index: number, completion_tokens: number) => ({
    model: "m",
    choices: [
      { index, delta: {}, finish_reason: "stop", usage: { prompt_tokens: 10, cached_tokens: 4, completion_tokens } },
    ],
  });
  const words = (index: number, count: number) =>
    Array.from({ length: count }, () => ({ model: "m", choices: [{ index, delta: { content: "word " } }] }));
  const asked = { ...CHAT, n: 2 };

  test.for([
    ["one after the other", [...words(0, 7), last(0, 7), ...words(1, 5), last(1, 5)]],
    ["by turns", [...words(0, 3), ...words(1, 5), ...words(0, 4), last(1, 5), last(0, 7)]],
    ["both in one event", [...words(0, 7), { model: "m", choices: [...last(0, 7).choices, ...last(1, 5).choices] }]],
    [
      "and then in all",
      [last(0, 7), last(1, 5), chunk(null, { usage: { prompt_tokens: 10, cached_tokens: 4, completion_tokens: 12 } })],
    ],
  ] as const)("add up to what was written, and have read their input once: %s", async ([, data]) => {
    expect(await recordOf(events(data), asked)).toMatchObject({
      usage: { inputTokens: 6, cacheReadTokens: 4, outputTokens: 12 },
      usageSource: "reported",
      outcome: "completed",
    });
  });

  test("add up in an answer that is not streamed", async () => {
    const body = { model: "m", choices: [...last(0, 7).choices, ...last(1, 5).choices] };
    expect(await recordOf(json(body), { ...asked, stream: false })).toMatchObject({
      usage: { inputTokens: 6, cacheReadTokens: 4, outputTokens: 12 },
      usageSource: "reported",
    });
  });

  test("are estimated where the end of one is too far from the stream's to be kept", async () => {
    const data = [...words(0, 7), last(0, 7), ...words(1, 5000), last(1, 5000)];
    const text = await (await events(data)()).text();
    const headers = { "content-type": "text/event-stream" };
    const { post, settled } = metered({
      fetch: () => Promise.resolve(new Response(inPieces(text, 1400), { headers })),
    });
    for await (const _ of (await post(URL_OF_CHAT, asked)).body!);
    const [{ usage, usageSource } = {} as Partial<RequestRecord>] = await settled();
    expect(usageSource).toBe("estimated");
    expect(usage).toMatchObject({ inputTokens: 6, cacheReadTokens: 4 });
    expect(Math.abs(usage!.outputTokens! / 5007 - 1)).toBeLessThan(0.01);
  });
});

test("a stream whose last usage is empty has that which was stated before", async () => {
  const stated = { prompt_tokens: 5, completion_tokens: 20, total_tokens: 25 };
  const empty = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
  const usages = [empty, stated, stated, empty];
  const stream = [chunk({ content: "a" }), ...usages.map((usage) => chunk(null, { usage }))];
  expect(await recordOf(events(stream))).toMatchObject({
    usage: { inputTokens: 5, outputTokens: 20 },
    usageSource: "reported",
    rawUsage: stated,
  });
});

test("a stream whose usage counts no output, though there was some, is estimated", async () => {
  const usage = { prompt_tokens: 5, completion_tokens: 0, total_tokens: 5 };
  const first = chunk({ role: "assistant" }, { usage });
  const words = Array.from({ length: 20 }, () => chunk({ content: "word " }));
  expect(await recordOf(events([first, ...words]))).toMatchObject({
    usage: { inputTokens: 5, outputTokens: 20 },
    usageSource: "estimated",
    outcome: "completed",
  });
  expect(await recordOf(events([first]))).toMatchObject({
    usage: { inputTokens: 5, outputTokens: 0 },
    usageSource: "reported",
  });
});

describe("a stream without usage is estimated", () => {
  test.for([
    [
      "by the arguments of a function call",
      '{"a":1}'.split("").map((text) => ({ function_call: { arguments: text } })),
      7,
    ],
    ["by the transcript of its sound", [{ audio: { id: "a", transcript: "Hello there, you" } }], 4],
    ["by its sound, at 20 tokens a second", [{ audio: { data: "A".repeat(48_000 * (4 / 3)) } }], 20],
  ] as const)("%s", async ([, deltas, outputTokens]) => {
    const record = await recordOf(events([chunk({ role: "assistant" }), ...deltas.map((delta) => chunk(delta))]));
    expect(record).toMatchObject({ usage: { inputTokens: INPUT, outputTokens }, usageSource: "estimated" });
  });
});

test("a stream that is left after its first event, before any content, has its input estimated", async () => {
  const prompt = "word ".repeat(8000);
  const first = `data: ${JSON.stringify(chunk({ role: "assistant", content: "" }))}\n\n`;
  const body = new ReadableStream<Uint8Array>({ start: (controller) => controller.enqueue(Buffer.from(first)) });
  const fetch = () => Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  const { post, settled } = metered({ fetch });
  const asked = { ...CHAT, messages: [{ role: "user", content: prompt }] };
  const reader = (await post(URL_OF_CHAT, asked)).body!.getReader();
  await reader.read();
  await reader.cancel();
  expect(await settled()).toMatchObject([
    {
      outcome: "abandoned",
      usageSource: "estimated" satisfies UsageSource,
      usage: { inputTokens: Math.ceil(JSON.stringify(asked).length / 4) },
    },
  ]);
});

test("a stream of Responses that is left at its last event is completed, though nothing names its events", async () => {
  const response = { id: "r", model: "m", object: "response", output: [], status: "completed" };
  const last = { response: { ...response, usage: { input_tokens: 5, output_tokens: 2 } }, sequence_number: 2 };
  const text = [
    { delta: "Hi", sequence_number: 1, type: "response.output_text.delta" },
    { ...last, type: "response.completed" },
  ].map((event) => `data: ${JSON.stringify(event)}\n\n`);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => text.forEach((event) => controller.enqueue(Buffer.from(event))),
  });
  const fetch = () => Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } }));
  const { post, settled } = metered({ fetch });
  const asked = { model: "m", input: "hello", stream: true };
  const reader = (await post("https://llm.example.com/v1/responses", asked)).body!.getReader();
  for (const _ of text) await reader.read();
  await reader.cancel();
  expect(await settled()).toMatchObject([
    { outcome: "completed", usage: { inputTokens: 5, outputTokens: 2 }, usageSource: "reported" },
  ]);
});

test.for([
  [204, null],
  [200, null],
  [200, ""],
] as const)("an answer of status %i without a body (%j) ends at once", async ([status, body]) => {
  const { post, settled } = metered({ fetch: () => Promise.resolve(new Response(body, { status })) });
  const response = await post(URL_OF_CHAT, CHAT);
  if (body === "") await response.text();
  expect(await settled()).toMatchObject([{ outcome: "completed", usageSource: "missing" }]);
});

describe("an answer that is an error, though its status is 200, is a failure", () => {
  test.for([
    { error: { message: "Provider returned error", code: 429 } },
    { error: "overloaded" },
    // vLLM's, and FastChat's.
    { object: "error", message: "The model is not here", type: "NotFoundError", code: 404 },
    // FastAPI's.
    { detail: "Not Found" },
    { detail: [{ type: "missing", loc: ["body", "model"], msg: "Field required" }] },
    // Z.ai's, Cloudflare's, MiniMax's and Baidu's.
    { code: 500, msg: "404 NOT_FOUND", success: false },
    { result: null, success: false, errors: [{ code: 7000, message: "No route for that URI" }], messages: [] },
    { choices: null, usage: { total_tokens: 0 }, base_resp: { status_code: 1008, status_msg: "insufficient balance" } },
    { error_code: 336_002, error_msg: "Invalid JSON", id: "as-1" },
    {
      model: "m",
      choices: [{ finish_reason: "error", error: { code: 502 } }],
      usage: { prompt_tokens: 1, completion_tokens: 0 },
    },
    { model: "m", choices: [{ finish_reason: "error" }], usage: { prompt_tokens: 1, completion_tokens: 0 } },
  ])("%j", async (body) => {
    expect(await recordOf(json(body), { ...CHAT, stream: false })).toMatchObject({
      outcome: "failed",
      errorType: "provider_error",
    });
    expect(await recordOf(events([chunk({ content: "a" }), body]))).toMatchObject({
      outcome: "failed",
      errorType: "stream_error",
    });
  });
});

test.for([
  { model: "m", choices: [{ message: { content: "Hi" } }], base_resp: { status_code: 0, status_msg: "" } },
  { model: "m", choices: [{ message: { content: "Hi" } }], success: true, detail: "a word" },
  { model: "m", choices: [{ message: { content: "Hi" } }], error: null, error_code: 0 },
])("an answer that says that nothing is wrong with it is completed: %j", async (body) => {
  const usage = { prompt_tokens: 5, completion_tokens: 2 };
  expect(await recordOf(json({ ...body, usage }), { ...CHAT, stream: false })).toMatchObject({
    outcome: "completed",
    usage: { inputTokens: 5, outputTokens: 2 },
  });
});

describe("an answer in an envelope of a gateway", () => {
  const answer = { model: "m-1", choices: [], usage: { prompt_tokens: 5, completion_tokens: 20 } };
  const read = { respondedModel: "m-1", usage: { inputTokens: 5, outputTokens: 20 }, usageSource: "reported" };

  test.for([
    { code: 0, msg: "success", data: answer },
    { result: answer, success: true, errors: [], messages: [] },
  ])("is read: %j", async (body) => {
    expect(await recordOf(json(body), { ...CHAT, stream: false })).toMatchObject({ ...read, outcome: "completed" });
    expect(await recordOf(events([chunk({ content: "a" }), body]))).toMatchObject({ ...read, outcome: "completed" });
  });
});

describe("images", () => {
  const image = (type: string, usage?: object) => ({ type, b64_json: "AAAA", ...(usage && { usage }) });
  const usage = { input_tokens: 50, output_tokens: 1056, total_tokens: 1106 };

  test.for(["image_generation", "image_edit"])(
    "of a stream are counted one by one, each with its tokens (%s)",
    async (kind) => {
      const stream = [1, 2].flatMap(() => [image(`${kind}.partial_image`), image(`${kind}.completed`, usage)]);
      const body = { model: "gpt-image-1", prompt: "a cat", n: 2, stream: true };
      const url = `https://api.openai.com/v1/images/${kind === "image_edit" ? "edits" : "generations"}`;
      expect(await recordOf(events(stream, "text/event-stream", ""), body, url)).toMatchObject({
        operation: "images",
        outcome: "completed",
        usage: { images: 2, inputTokens: 100, outputTokens: 2112 },
        usageSource: "reported",
      });
    },
  );

  test.for([
    [{ url: "https://files.example/a.png" }, { url: "https://files.example/b.png" }],
    [{ b64_json: "AAAA" }, { b64_json: "AAAA" }],
    [
      { url: "https://files.example/a.png", b64_json: null },
      { url: "https://files.example/b.png", b64_json: null },
    ],
  ])("are counted whether they come as bytes or as addresses: %j", async (data) => {
    const body = { model: "gpt-image-1", prompt: "a cat", n: 2 };
    expect(
      await recordOf(json({ created: 1, data, usage }), body, "https://api.openai.com/v1/images/generations"),
    ).toMatchObject({ usage: { images: 2, inputTokens: 50, outputTokens: 1056 }, usageSource: "reported" });
  });

  test("of a stream are counted one by one where they are too large to be kept", async () => {
    const large = (type: string, stated?: object) => ({ ...image(type, stated), b64_json: "A".repeat(200_000) });
    const stream = [1, 2, 3].flatMap(() => [
      large("image_generation.partial_image"),
      large("image_generation.completed", usage),
    ]);
    const text = stream.map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`).join("");
    for (const [lineEnd, chunkBytes] of [
      ["\n", 1400],
      ["\r\n", 65_536],
      ["\n", 200_101],
    ] as const) {
      const body = inPieces(text.replaceAll("\n", lineEnd), chunkBytes);
      const { post, settled } = metered({
        fetch: () => Promise.resolve(new Response(body, { headers: { "content-type": "text/event-stream" } })),
      });
      const asked = { model: "gpt-image-1", prompt: "a cat", n: 3, stream: true, partial_images: 1 };
      const response = await post("https://api.openai.com/v1/images/generations", asked);
      for await (const _ of response.body!);
      expect(await settled()).toMatchObject([
        { outcome: "completed", usage: { images: 3, inputTokens: 150, outputTokens: 3168 }, usageSource: "reported" },
      ]);
    }
  });

  const call = { type: "image_generation_call", id: "ig", status: "completed", result: "AAAA" };
  const response = {
    id: "resp_1",
    object: "response",
    status: "completed",
    model: "gpt-5",
    output: [call, { type: "message", content: [] }, { ...call, status: "failed" }, call],
    usage: { input_tokens: 1820, output_tokens: 210, total_tokens: 2030 },
    tool_usage: { image_gen: { input_tokens: 50, output_tokens: 7024, total_tokens: 7074 } },
    tools: [{ type: "image_generation", model: "gpt-image-1.5" }],
  };
  const url = "https://api.openai.com/v1/responses";

  test("that a tool of Responses made are its own model's, with their tokens, whole and streamed", async () => {
    const divided = {
      usage: { images: 2, inputTokens: 1870, outputTokens: 7234 },
      usageByModel: {
        "gpt-5": { inputTokens: 1820, outputTokens: 210 },
        "gpt-image-1.5": { images: 2, inputTokens: 50, outputTokens: 7024 },
      },
      outcome: "completed",
      usageSource: "reported",
    };
    expect(await recordOf(json(response), { model: "gpt-5", input: "draw" }, url)).toMatchObject(divided);
    const created = { type: "response.created", response: { ...response, output: [], usage: null, tool_usage: null } };
    const stream = events([created, { type: "response.completed", response }], "text/event-stream", "");
    expect(await recordOf(stream, { model: "gpt-5", input: "draw", stream: true }, url)).toMatchObject(divided);
  });

  test("that no tool of Responses made divide nothing", async () => {
    const tool_usage = {
      image_gen: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
      web_search: { num_requests: 0 },
    };
    const record = await recordOf(json({ ...response, output: [], tool_usage }), { model: "gpt-5", input: "x" }, url);
    expect(record.usage).toStrictEqual({ inputTokens: 1820, outputTokens: 210 });
    expect(record.usageByModel).toBeUndefined();
  });
});

describe("a transcription", () => {
  const url = "https://api.groq.com/openai/v1/audio/transcriptions";
  test.for([
    [{ task: "transcribe", duration: 12.5, text: "x" }, { audioSeconds: 12.5 }],
    [{ duration: "12.5", text: "x" }, { audioSeconds: 12.5 }],
    [{ duration: 12.5, usage: { type: "duration", seconds: 13 } }, { audioSeconds: 13 }],
    [
      { duration: 12.5, usage: { type: "tokens", input_tokens: 7, output_tokens: 2 } },
      { inputTokens: 7, outputTokens: 2 },
    ],
    [{ duration: "a while", text: "x" }, undefined],
    [{ duration: "", text: "x" }, undefined],
    [{ duration: -1, text: "x" }, undefined],
  ] as const)("%j has %j", async ([body, usage]) => {
    expect((await recordOf(json(body), { model: "whisper-large-v3" }, url)).usage).toStrictEqual(usage);
  });
});

test.for([
  [{ results: [], usage: { total_tokens: 38 } }, { inputTokens: 38 }],
  [{ results: [], usage: { prompt_tokens: 38, completion_tokens: 0, total_tokens: 38 } }, { inputTokens: 38 }],
  [{ results: [], meta: { billed_units: { search_units: 1 }, tokens: { input_tokens: 38 } } }, { inputTokens: 38 }],
  [{ results: [], meta: { billed_units: { search_units: 1 } } }, undefined],
] as const)("rerank of an OpenAI-compatible host: %j has %j", async ([body, usage]) => {
  const record = await recordOf(
    json(body),
    { model: "rerank-2", query: "q", documents: ["a"] },
    "https://api.together.xyz/v1/rerank",
  );
  expect(record).toMatchObject({ operation: "rerank", provider: "together_ai" });
  expect(record.usage).toStrictEqual(usage);
});

describe("a response in the background is followed", () => {
  test.for([
    ["though the server repeats neither background nor object", {}],
    ["though the server has an object of its own", { object: "response.polling" }],
    ["where the server repeats both", { object: "response", background: true }],
  ] as const)("%s", async ([, more]) => {
    const usage = { input_tokens: 20, input_tokens_details: { cached_tokens: 4 }, output_tokens: 8, total_tokens: 28 };
    const states = [
      { status: "queued", usage: null },
      { status: "in_progress", usage: null },
      { status: "completed", usage },
    ];
    const fetch = () => Promise.resolve(Response.json({ id: "resp_1", model: "gpt-4o", ...more, ...states.shift() }));
    const client = metered({ fetch });
    await (
      await client.post("http://litellm:4000/v1/responses", { model: "gpt-4o", input: "x", background: true })
    ).json();
    for (let poll = 0; poll < 2; poll++) {
      expect(await client.settled()).toStrictEqual([]);
      await (await client.fetch("http://litellm:4000/v1/responses/resp_1")).json();
    }
    expect(await client.settled()).toMatchObject([
      { outcome: "completed", usage: { inputTokens: 16, cacheReadTokens: 4, outputTokens: 8 } },
    ]);
  });

  test("though the server answers with no more than an id", async () => {
    const usage = { input_tokens: 20, output_tokens: 8, total_tokens: 28 };
    const answers = [{ id: "resp_1" }, { id: "resp_1" }, { id: "resp_1", model: "gpt-4o", status: "completed", usage }];
    const client = metered({ fetch: () => Promise.resolve(Response.json(answers.shift())) });
    const url = "http://litellm:4000/v1/responses";
    await (await client.post(url, { model: "gpt-4o", input: "x", background: true })).json();
    for (let poll = 0; poll < 2; poll++) {
      expect(await client.settled()).toStrictEqual([]);
      await (await client.fetch(`${url}/resp_1`)).json();
    }
    expect(await client.settled()).toMatchObject([
      { outcome: "completed", usage: { inputTokens: 20, outputTokens: 8 } },
    ]);
  });
});
