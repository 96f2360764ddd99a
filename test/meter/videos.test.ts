import { describe, expect, test } from "vitest";

import { createMeter } from "../../src/meter/create-meter.ts";
import type { RequestRecord } from "../../src/model/request.ts";

/** The record of one exchange with an API that makes videos; what asks after it comes after. */
async function recordOf(
  url: string,
  body: string | FormData,
  answer: object,
  {
    then = [],
    status = 200,
  }: { readonly then?: readonly (readonly [url: string, answer: object])[]; status?: number } = {},
): Promise<RequestRecord> {
  const answers = [answer, ...then.map(([, later]) => later)];
  const meter = createMeter();
  const records: RequestRecord[] = [];
  meter.on("request", (record) => void records.push(record));
  const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(answers.shift(), { status })) });
  await (await fetch(url, { method: "POST", body })).json();
  for (const [later] of then) await (await fetch(later)).json();
  await meter.flush();
  await meter.close();
  expect(records).toHaveLength(1);
  return records[0]!;
}

const json = (value: object): string => JSON.stringify(value);
const HD = (1280 * 720) / 1e6;
const OPENAI = "https://api.openai.com/v1/videos";
const GOOGLE = "https://generativelanguage.googleapis.com/v1beta/models/veo-3.1-generate-preview";
const VERTEX =
  "https://us-central1-aiplatform.googleapis.com/v1/projects/p/locations/us-central1/publishers/google/models/veo-3.1-generate-001";
const job = { id: "video_1", object: "video", model: "sora-2-pro", status: "queued", seconds: "8", size: "1280x720" };
const operation = { name: "models/veo-3.1-generate-preview/operations/abc" };

describe("what OpenAI's videos use", () => {
  test("is what the answer states", async () => {
    const record = await recordOf(OPENAI, json({ model: "sora-2-pro", prompt: "a cat" }), job, {
      then: [[`${OPENAI}/video_1`, { ...job, status: "completed" }]],
    });
    expect(record).toMatchObject({ outcome: "completed", usageSource: "reported", operation: "videos" });
    expect(record.usage).toStrictEqual({ videos: 1, videoSeconds: 8, videoMegapixelSeconds: 8 * HD });
    // 227.289 s × 6,646.63 W × 1.17
    expect(record.footprint!.energyJoules!.central / 3.6e6).toBeCloseTo(0.491, 3);
  });

  test("is read from forms as well, of which only the answer tells", async () => {
    const form = new FormData();
    form.set("model", "sora-2-pro");
    form.set("seconds", "12");
    form.set("size", "1792x1024");
    form.set("input_reference", new Blob(["image"]), "image.png");
    const { usage } = await recordOf(OPENAI, form, { ...job, seconds: "12", size: "1792x1024" });
    expect(usage).toStrictEqual({ videos: 1, videoSeconds: 12, videoMegapixelSeconds: 12 * 1.835008 });
  });

  test("is, of an extension, the part that was asked for: the answer states the length of the whole", async () => {
    const { usage } = await recordOf(`${OPENAI}/extensions`, json({ video: { id: "video_0" }, seconds: "4" }), {
      ...job,
      seconds: "12",
    });
    expect(usage).toStrictEqual({ videos: 1, videoSeconds: 4, videoMegapixelSeconds: 4 * HD });
  });

  test("is, of a remix that says nothing, what the answer states", async () => {
    const { usage } = await recordOf(`${OPENAI}/video_1/remix`, json({ prompt: "by night" }), job);
    expect(usage).toStrictEqual({ videos: 1, videoSeconds: 8, videoMegapixelSeconds: 8 * HD });
  });

  test("is, where the answer only names a job, what was asked for, as an estimate", async () => {
    const { usage, usageSource } = await recordOf(
      "https://api.x.ai/v1/videos/generations",
      json({ model: "grok-imagine-video", prompt: "a cat", duration: 10, resolution: "480p" }),
      { request_id: "1" },
    );
    expect(usageSource).toBe("estimated");
    expect(usage!.videoSeconds).toBe(10);
    expect(usage!.videoMegapixelSeconds! / 10).toBeCloseTo(0.4096, 9);
  });

  test("is, of Azure's jobs, all variants", async () => {
    const asked = { model: "sora-2-pro", prompt: "a cat", n_variants: 2, n_seconds: 5, width: 1280, height: 720 };
    const { usage } = await recordOf(
      "https://x.openai.azure.com/openai/v1/video/generations/jobs?api-version=preview",
      json(asked),
      { object: "video.generation.job", id: "task_1", status: "queued", ...asked },
    );
    expect(usage).toStrictEqual({ videos: 2, videoSeconds: 10, videoMegapixelSeconds: 10 * HD });
  });

  test.each([
    ["an HTTP error", { error: { message: "no", type: "invalid_request_error" } }, 400],
    ["an error under status 200", { error: { message: "no", type: "invalid_request_error" } }, 200],
    ["a status without a word", {}, 503],
  ])("is nothing where the answer is %s", async (_, answer, status) => {
    const record = await recordOf(OPENAI, json({ model: "sora-2-pro", seconds: "8" }), answer, { status });
    expect(record).toMatchObject({ outcome: "failed", usage: undefined, footprint: undefined });
  });
});

describe("what Veo's videos use", () => {
  test.each([
    ["Google AI", GOOGLE],
    ["Vertex AI", VERTEX],
  ])("is what was asked of %s: four of 8 s at 1080p", async (_, model) => {
    const record = await recordOf(
      `${model}:predictLongRunning`,
      json({
        instances: [{ prompt: "a cat" }],
        parameters: { sampleCount: 4, durationSeconds: 8, resolution: "1080p", aspectRatio: "9:16" },
      }),
      operation,
    );
    expect(record).toMatchObject({ outcome: "completed", usageSource: "estimated" });
    expect(record.usage).toStrictEqual({ videos: 4, videoSeconds: 32, videoMegapixelSeconds: 32 * 2.0736 });
    // 0.000341 × 1920 × 1080 × 193 ÷ 1000 + 24.4 = 160.87 s × 1,672.99 W × PUE 1.09, four times
    const seconds = 0.000341 * ((1920 * 1080 * 193) / 1000) + 24.4;
    expect(record.footprint!.energyJoules!.central / (4 * seconds * 1672.99 * 1.09)).toBeCloseTo(1, 3);
  });

  test("is one of a length that nobody knows where the request does not say it", async () => {
    const { usage, footprint } = await recordOf(`${GOOGLE}:predictLongRunning`, json({ instances: [{}] }), operation, {
      then: [[`https://generativelanguage.googleapis.com/v1beta/${operation.name}`, { ...operation, done: true }]],
    });
    expect(usage).toStrictEqual({ videos: 1 });
    expect(footprint!.energyJoules!.central / 3.6e6).toBeCloseTo(0.0355, 4);
  });

  test("is read behind an image that makes the request too long to be parsed", async () => {
    const { usage } = await recordOf(
      `${VERTEX}:predictLongRunning`,
      json({
        instances: [{ prompt: "a cat", image: { bytesBase64Encoded: "A".repeat(200_000) } }],
        parameters: { sampleCount: 2, durationSeconds: 4, resolution: "720p" },
      }),
      operation,
    );
    expect(usage).toStrictEqual({ videos: 2, videoSeconds: 8, videoMegapixelSeconds: 8 * HD });
  });
});

test("a prediction of Replicate's has as many videos as it made, as long as was asked for", async () => {
  const model = "https://api.replicate.com/v1/models/wan-video/wan-2.2-t2v-a14b/predictions";
  const record = await recordOf(
    model,
    json({ input: { prompt: "a cat", duration: 5, resolution: "720p" } }),
    { id: "p1", status: "starting", output: null, model: "wan-video/wan-2.2-t2v-a14b" },
    {
      then: [
        [
          "https://api.replicate.com/v1/predictions/p1",
          {
            id: "p1",
            status: "succeeded",
            model: "wan-video/wan-2.2-t2v-a14b",
            metrics: { predict_time: 98.1 },
            output: "https://replicate.delivery/xezq/output.mp4",
          },
        ],
      ],
    },
  );
  expect(record.usage).toStrictEqual({ videos: 1, videoSeconds: 5, videoMegapixelSeconds: 5 * HD });
});
