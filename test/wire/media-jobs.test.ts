// cspell:ignore siliconflow
import { describe, expect, test } from "vitest";

import { answering } from "./answering.ts";

const HD = 1.28 * 0.72;

describe("a video of Bedrock's StartAsyncInvoke", () => {
  const URL_OF_BEDROCK = "https://bedrock-runtime.us-east-1.amazonaws.com/async-invoke";
  const STARTED = { invocationArn: "arn:aws:bedrock:us-east-1:123456789012:async-invoke/abc" };
  const nova = (modelInput: object) => ({ modelId: "amazon.nova-reel-v1:1", modelInput, outputDataConfig: {} });

  test.for([
    [
      "as long and large as Nova Reel was asked for",
      nova({
        taskType: "MULTI_SHOT_AUTOMATED",
        videoGenerationConfig: { durationSeconds: 120, fps: 24, dimension: "1280x720", seed: 1 },
      }),
      "amazon.nova-reel-v1:1",
      { videos: 1, videoSeconds: 120, videoMegapixelSeconds: 120 * HD },
    ],
    [
      "as long as Nova Reel's shots",
      nova({ multiShotManualParams: { shots: [{}, {}] }, videoGenerationConfig: { dimension: "1280x720" } }),
      "amazon.nova-reel-v1:1",
      { videos: 1, videoSeconds: 12, videoMegapixelSeconds: 12 * HD },
    ],
    [
      "of Luma, by the ARN of a profile",
      {
        modelId: "arn:aws:bedrock:us-west-2:123456789012:inference-profile/us.luma.ray-v2:0",
        modelInput: { prompt: "x", aspect_ratio: "16:9", duration: "5s", resolution: "720p" },
      },
      "us.luma.ray-v2:0",
      { videos: 1, videoSeconds: 5, videoMegapixelSeconds: 5 * HD },
    ],
  ] as const)("is estimated %s", async ([, body, model, usage]) => {
    const record = await answering(STARTED).recordOf(URL_OF_BEDROCK, body);
    expect(record).toMatchObject({ requestedModel: model, usageSource: "estimated", operation: "async_invoke" });
    expect(record.usage!.videoMegapixelSeconds).toBeCloseTo(usage.videoMegapixelSeconds, 9);
    expect(record.usage).toMatchObject({ videos: usage.videos, videoSeconds: usage.videoSeconds });
  });

  test("is not made by a model that embeds", async () => {
    const body = { modelId: "twelvelabs.marengo-embed-3-0-v1:0", modelInput: { inputType: "video" } };
    expect(await answering(STARTED).recordOf(URL_OF_BEDROCK, body)).toMatchObject({
      ...{ requestedModel: body.modelId, usage: {}, usageSource: "missing", unattributedReason: "no_usage" },
    });
  });
});

describe("a task of Runway", () => {
  const API = "https://api.dev.runwayml.com/v1";

  test("is estimated by the video that was asked for", async () => {
    const record = await answering({ id: "t-1" }).recordOf(`${API}/image_to_video`, {
      ...{ model: "gen4.5", promptText: "a cat", ratio: "1280:720", duration: 8 },
      promptImage: `data:image/png;base64,${"A".repeat(300_000)}`,
    });
    expect(record).toMatchObject({ provider: "runway", operation: "videos", requestedModel: "gen4.5" });
    expect(record.usage).toMatchObject({ videos: 1, videoSeconds: 8 });
    expect(record.usage!.videoMegapixelSeconds).toBeCloseTo(8 * HD, 9);
    expect(record.footprint?.energyJoules?.central).toBeGreaterThan(0);
  });

  test("counts its image, and asking after it nothing", async () => {
    const { recordOf, poll, settled } = answering(
      { id: "t-2" },
      { id: "t-2", status: "SUCCEEDED", output: ["https://x"] },
    );
    expect(await recordOf(`${API}/text_to_image`, { model: "gen4_image", promptText: "a cat" })).toMatchObject({
      ...{ operation: "images", usage: { images: 1 }, usageSource: "estimated" },
    });
    await poll(`${API}/tasks/t-2`);
    expect(await settled()).toHaveLength(1);
  });
});

const QUEUED = {
  ...{ status: "IN_QUEUE", request_id: "q-1", queue_position: 0 },
  response_url: "https://queue.fal.run/fal-ai/kling-video/requests/q-1",
};

describe("a request of fal", () => {
  const KLING = "fal-ai/kling-video/v2/master/text-to-video";

  test("is one request through the queue, counted when its result is fetched", async () => {
    const { post, poll, settled } = answering(
      QUEUED,
      { status: "COMPLETED", request_id: "q-1" },
      { video: { url: "https://v3.fal.media/x.mp4", file_size: 1 } },
    );
    await (await post(`https://queue.fal.run/${KLING}`, { prompt: "a cat", duration: "5", resolution: "720p" })).text();
    await poll("https://queue.fal.run/fal-ai/kling-video/requests/q-1/status");
    expect(await settled()).toStrictEqual([]);
    await poll("https://queue.fal.run/fal-ai/kling-video/requests/q-1");
    const records = await settled();
    expect(records).toMatchObject([
      { provider: "fal", requestedModel: KLING, operation: "predictions", outcome: "completed", usage: { videos: 1 } },
    ]);
    expect(records[0]!.usage).toMatchObject({ videoSeconds: 5 });
    expect(records[0]!.usage!.videoMegapixelSeconds).toBeCloseTo(5 * HD, 9);
  });

  test("that is run at once counts its images, behind Hugging Face's router, too", async () => {
    const images = { images: [{ url: "https://a" }, { url: "https://b" }], seed: 1 };
    const direct = answering(images);
    expect(await direct.recordOf("https://fal.run/fal-ai/flux/dev", { prompt: "x", num_images: 2 })).toMatchObject({
      ...{ provider: "fal", requestedModel: "fal-ai/flux/dev", usage: { images: 2 }, usageSource: "reported" },
    });
    const routed = answering(images);
    expect(
      await routed.recordOf("https://router.huggingface.co/fal-ai/fal-ai/flux/dev", { prompt: "x" }),
    ).toMatchObject({
      ...{ provider: "fal", requestedModel: "fal-ai/flux/dev", usage: { images: 2 } },
    });
  });

  test("that makes no medium is one whose usage is not known", async () => {
    expect(
      await answering({ output: "Hello" }).recordOf("https://fal.run/fal-ai/any-llm", { prompt: "x" }),
    ).toMatchObject({
      ...{ outcome: "completed", usage: {}, usageSource: "missing", unattributedReason: "no_usage" },
    });
  });
});

test.for([
  ["https://api.minimax.io/v1/video_generation", { duration: 6, resolution: "720P" }, "minimax", 6],
  [
    "https://ark.cn-beijing.volces.com/api/v3/contents/generations/tasks",
    { duration: 5, resolution: "720p" },
    "volcengine",
    5,
  ],
  ["https://api.siliconflow.cn/v1/video/submit", { image_size: "1280x720" }, "siliconflow", undefined],
] as const)("a video of %s is estimated by what was asked for", async ([url, asked, provider, seconds]) => {
  const { recordOf, post, settled } = answering({ task_id: "t-1" }, { status: "InProgress" });
  expect(await recordOf(url, { model: "m", prompt: "a cat", ...asked })).toMatchObject({
    ...{ provider, operation: "videos", usageSource: "estimated" },
    usage: { videos: 1, ...(seconds !== undefined && { videoSeconds: seconds }) },
  });
  await (await post("https://api.siliconflow.cn/v1/video/status", { requestId: "r" })).text();
  expect(await settled()).toHaveLength(1);
});

test("a video of Hugging Face's own inference is counted, which its bytes are", async () => {
  const bytes = new Response(Buffer.alloc(100), { headers: { "content-type": "video/mp4" } });
  const url = "https://router.huggingface.co/hf-inference/models/org/wan/pipeline/text-to-video";
  expect(await answering(bytes).recordOf(url, { inputs: "a cat" })).toMatchObject({
    ...{ operation: "videos", requestedModel: "org/wan", usage: { videos: 1 }, usageSource: "reported" },
  });
});

describe("a message of a server that has its usage under the names of chat completions", () => {
  const URL_OF_MESSAGES = "https://api.deepinfra.com/anthropic/v1/messages";
  const usage = { prompt_tokens: 100, completion_tokens: 20, prompt_tokens_details: { cached_tokens: 60 } };
  const counted = { inputTokens: 40, cacheReadTokens: 60, outputTokens: 20 };

  test("is counted whole", async () => {
    const answer = { type: "message", model: "m", content: [], usage };
    expect(await answering(answer).recordOf(URL_OF_MESSAGES, { model: "m" })).toMatchObject({ usage: counted });
  });

  test("is counted as a stream", async () => {
    const events = [
      { type: "message_start", message: { model: "m", usage: { ...usage, completion_tokens: 0 } } },
      { type: "content_block_delta", delta: { type: "text_delta", text: "Hi" } },
      { type: "message_delta", delta: {}, usage: { prompt_tokens: 100, completion_tokens: 20 } },
      { type: "message_stop" },
    ].map((data) => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`);
    const record = await answering(events).recordOf(URL_OF_MESSAGES, { model: "m", stream: true });
    expect(record).toMatchObject({ outcome: "completed", usageSource: "reported", usage: { outputTokens: 20 } });
  });
});
