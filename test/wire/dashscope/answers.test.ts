import { describe, expect, test } from "vitest";

import { answering } from "../answering.ts";

const API = "https://dashscope-intl.aliyuncs.com/api/v1";
const CHAT = `${API}/services/aigc/text-generation/generation`;
const MULTIMODAL = `${API}/services/aigc/multimodal-generation/generation`;
const ASKED = { model: "qwen-plus", input: { messages: [{ role: "user", content: "Who are you?" }] } };

const answer = (content: string, usage: object, finish_reason = "stop") => ({
  request_id: "r-1",
  output: { choices: [{ finish_reason, message: { role: "assistant", content } }] },
  usage,
});
const event = (data: object): string => `id:1\nevent:result\n:HTTP_STATUS/200\ndata:${JSON.stringify(data)}\n\n`;

describe("an answer of DashScope's own API", () => {
  test("counts its tokens: cached ones inside the input, reasoning inside the output", async () => {
    const usage = {
      ...{ input_tokens: 100, output_tokens: 50, total_tokens: 150 },
      prompt_tokens_details: { cached_tokens: 60, cache_creation_input_tokens: 10 },
      output_tokens_details: { reasoning_tokens: 30 },
    };
    const { recordOf } = answering(answer("Qwen.", usage));
    expect(await recordOf(CHAT, ASKED)).toMatchObject({
      ...{ provider: "alibaba", operation: "chat", outcome: "completed", usageSource: "reported" },
      requestedModel: "qwen-plus",
      usage: { inputTokens: 30, cacheReadTokens: 60, cacheWriteTokens: 10, outputTokens: 20, reasoningTokens: 30 },
      rawUsage: usage,
    });
  });

  test("in a stream counts the running totals of the last event", async () => {
    const { recordOf } = answering([
      event(answer("I", { input_tokens: 11, output_tokens: 1 }, "null")),
      event(answer("I am", { input_tokens: 11, output_tokens: 2 }, "null")),
      event(answer("I am Qwen.", { input_tokens: 11, output_tokens: 5 })),
    ]);
    expect(await recordOf(CHAT, ASKED)).toMatchObject({
      ...{ outcome: "completed", usageSource: "reported", usage: { inputTokens: 11, outputTokens: 5 } },
    });
  });

  test("that is left keeps the totals that were seen", async () => {
    const { post, settled } = answering([event(answer("I am", { input_tokens: 11, output_tokens: 2 }, "null"))]);
    const reader = (await post(CHAT, ASKED)).body!.getReader();
    await reader.read();
    await reader.cancel();
    expect(await settled()).toMatchObject([{ outcome: "abandoned", usage: { inputTokens: 11, outputTokens: 2 } }]);
  });

  test("that makes images at once counts them", async () => {
    const { recordOf } = answering({
      output: { choices: [{ finish_reason: "stop", message: { content: [{ image: "https://x/y.png" }] } }] },
      usage: { width: 1328, height: 1328, image_count: 1 },
    });
    expect(await recordOf(MULTIMODAL, { model: "qwen-image-plus", input: {} })).toMatchObject({ usage: { images: 1 } });
  });

  test.for([
    ["embeddings/text-embedding/text-embedding", "embeddings", { total_tokens: 26 }, { inputTokens: 26 }],
    ["embeddings/multimodal-embedding/multimodal-embedding", "embeddings", { input_tokens: 9 }, { inputTokens: 9 }],
    ["rerank/text-rerank/text-rerank", "rerank", { total_tokens: 79 }, { inputTokens: 79 }],
  ] as const)("of %s counts what it has read", async ([path, operation, stated, usage]) => {
    const { recordOf } = answering({ output: {}, usage: stated });
    expect(await recordOf(`${API}/services/${path}`, { model: "m", input: {} })).toMatchObject({ operation, usage });
  });

  test("of an application counts each of its models", async () => {
    const models = [
      { model_id: "qwen-plus", input_tokens: 70, output_tokens: 20 },
      { model_id: "qwen-max", input_tokens: 30, output_tokens: 5 },
    ];
    const { recordOf } = answering({ output: { text: "Hello", finish_reason: "stop" }, usage: { models } });
    const record = await recordOf(`${API}/apps/a1b2/completion`, { input: { prompt: "Hello" } });
    expect(record.usage).toStrictEqual({ inputTokens: 100, outputTokens: 25 });
    expect(record.usageByModel).toStrictEqual({
      "qwen-plus": { inputTokens: 70, outputTokens: 20 },
      "qwen-max": { inputTokens: 30, outputTokens: 5 },
    });
  });

  test("that is an error in a stream has failed", async () => {
    const { recordOf } = answering([
      `id:1\nevent:error\n:HTTP_STATUS/400\ndata:${JSON.stringify({ code: "DataInspectionFailed", message: "no" })}\n\n`,
    ]);
    expect(await recordOf(CHAT, ASKED)).toMatchObject({ outcome: "failed" });
  });
});

const task = (task_status: string, more: object = {}) => ({
  request_id: "r-2",
  output: { task_id: "t-1", task_status },
  ...more,
});

describe("a task of DashScope", () => {
  const VIDEO = {
    model: "wan2.6-t2v",
    input: { prompt: "a cat" },
    parameters: { size: "1280*720", duration: 10, prompt_extend: true },
  };

  test("is one request, counted when a poll says that it has ended, with its video", async () => {
    const usage = { duration: 15, input_video_duration: 5, output_video_duration: 10, video_count: 1, SR: 720 };
    const { post, poll, settled } = answering(
      task("PENDING"),
      task("RUNNING"),
      task("SUCCEEDED", { usage }),
      task("SUCCEEDED", { usage }),
    );
    await (await post(`${API}/services/aigc/video-generation/video-synthesis`, VIDEO)).text();
    await poll(`${API}/tasks/t-1`);
    expect(await settled()).toStrictEqual([]);
    for (let polls = 0; polls < 2; polls++) await poll(`${API}/tasks/t-1`);
    expect(await settled()).toMatchObject([
      {
        ...{ operation: "videos", outcome: "completed", requestedModel: "wan2.6-t2v", usageSource: "reported" },
        usage: { videos: 1, videoSeconds: 10, videoMegapixelSeconds: 10 * 1.28 * 0.72 },
      },
    ]);
    expect(await settled()).toHaveLength(1);
  });

  test.for([
    ["its older names", { video_count: 1, video_duration: 5, video_ratio: "standard" }, 5],
    ["a size of its own", { video_count: 1, duration: 5, size: "832*480" }, (5 * 832 * 480) / 921_600],
  ] as const)("states its video under %s", async ([, usage, seconds]) => {
    const { post, poll, settled } = answering(task("PENDING"), task("SUCCEEDED", { usage }));
    await (await post(`${API}/services/aigc/image2video/video-synthesis`, VIDEO)).text();
    await poll(`${API}/tasks/t-1`);
    const [record] = await settled();
    expect(record!.usage).toMatchObject({ videos: 1, videoSeconds: 5 });
    expect(record!.usage!.videoMegapixelSeconds).toBeCloseTo(seconds * 0.9216, 9);
  });

  test("that makes images counts them, and one that reads a sound its seconds", async () => {
    const { post, poll, settled } = answering(
      task("PENDING"),
      task("SUCCEEDED", { usage: { image_count: 4 } }),
      task("PENDING"),
      task("SUCCEEDED", { usage: { duration: 9 } }),
    );
    await (await post(`${API}/services/aigc/text2image/image-synthesis`, { model: "wan2.2-t2i-flash" })).text();
    await poll(`${API}/tasks/t-1`);
    await (await post(`${API}/services/audio/asr/transcription`, { model: "fun-asr" })).text();
    await poll(`${API}/tasks/t-1`);
    expect(await settled()).toMatchObject([
      { operation: "images", usage: { images: 4 } },
      { operation: "transcriptions", usage: { audioSeconds: 9 } },
    ]);
  });

  test("that fails has failed", async () => {
    const failed = {
      request_id: "r",
      output: { task_id: "t-1", task_status: "FAILED", code: "InternalError.Timeout" },
    };
    const { post, poll, settled } = answering(task("PENDING"), failed);
    await (await post(`${API}/services/aigc/video-generation/video-synthesis`, VIDEO)).text();
    await poll(`${API}/tasks/t-1`);
    expect(await settled()).toMatchObject([{ outcome: "failed", errorType: "provider_error" }]);
  });
});

test("counting the tokens of a text, and files, run no model of DashScope", async () => {
  const { post, settled } = answering({ usage: { input_tokens: 7 } }, { data: {} });
  await (await post(`${API}/tokenizer`, ASKED)).text();
  await (await post(`${API}/files`, {})).text();
  expect(await settled()).toStrictEqual([]);
});

test("the other APIs of its hosts are read as they are", async () => {
  const usage = { prompt_tokens: 9, completion_tokens: 2, prompt_tokens_details: { cache_creation_input_tokens: 4 } };
  const compatible = answering({ model: "qwen-plus", choices: [], usage });
  const record = await compatible.recordOf("https://dashscope.aliyuncs.com/compatible-mode/v1/chat/completions", ASKED);
  expect(record.usage).toStrictEqual({ inputTokens: 5, cacheWriteTokens: 4, outputTokens: 2 });
  const anthropic = answering({ type: "message", model: "qwen-plus", usage: { input_tokens: 9, output_tokens: 2 } });
  const message = await anthropic.recordOf("https://dashscope.aliyuncs.com/apps/anthropic/v1/messages", ASKED);
  expect(message).toMatchObject({ provider: "alibaba", usage: { inputTokens: 9, outputTokens: 2 } });
});
