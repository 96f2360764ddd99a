import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { createMeter } from "../../src/meter/create-meter.ts";

const attribute = createAttribute();
function video(provider: string, model: string) {
  const attributor = attribute({ provider, model, operation: "videos" });
  return "unattributedReason" in attributor ? attributor : attributor.footprint({}, Infinity)!;
}

describe("a video", () => {
  test("of Sora 2 Pro takes what EcoLogits publishes, by hand: 227.3 s × 6,646.63 W × PUE 1.17", () => {
    // 8 s at 1280 × 720 are 193 frames; 0.000427 V + 0.663 × 193 + 7.39e-10 V² with V = 1280 × 720 × 193 ÷ 1000.
    const volume = (1280 * 720 * 193) / 1000;
    const seconds = 0.000427 * volume + 0.663 * 193 + 7.39e-10 * volume ** 2;
    const { energyJoules, evidence } = video("openai", "sora-2-pro") as Exclude<
      ReturnType<typeof video>,
      { unattributedReason: unknown }
    >;
    expect(energyJoules!.central / (seconds * 6646.63 * 1.17)).toBeCloseTo(1, 3);
    expect(evidence).toBe("parametric");
    expect(energyJoules!.high / energyJoules!.low).toBeGreaterThan(10);
  });

  test.each([
    ["gcp.gemini", "veo-3.1-generate-001"],
    ["gcp.gemini", "models/veo-3.0-fast-generate-preview"],
    ["together_ai", "Wan-AI/Wan2.2-T2V-A14B"],
    ["fal", "tencent/HunyuanVideo"],
  ])("of %s's %s has a footprint with a range", (provider, model) => {
    const { co2eGrams } = video(provider, model) as Exclude<ReturnType<typeof video>, { unattributedReason: unknown }>;
    expect(co2eGrams!.low).toBeGreaterThan(0);
    expect(co2eGrams!.high).toBeGreaterThan(co2eGrams!.central);
  });

  test.each([
    ["openai", "sora-2"],
    ["gcp.gemini", "veo-2.0-generate-001"],
    ["gcp.gemini", "veo-3.1-lite-generate-preview"],
  ])("of %s's %s, of which nothing is published, is unknown and not zero", (provider, model) => {
    expect(video(provider, model)).toMatchObject({ unattributedReason: "no_factor" });
  });

  test("that OpenAI or Google has begun to make counts once, whatever asks after it", async () => {
    const openai = "https://api.openai.com/v1/videos";
    const google = "https://generativelanguage.googleapis.com/v1beta";
    const operation = "models/veo-3.1-generate-preview/operations/abc";
    const job = {
      id: "video_1",
      object: "video",
      model: "sora-2-pro",
      status: "queued",
      seconds: "8",
      size: "1280x720",
    };
    for (const [create, follow, answer, kilowattHours] of [
      [openai, `${openai}/video_1`, job, 0.491],
      [
        `${google}/models/veo-3.1-generate-preview:predictLongRunning`,
        `${google}/${operation}`,
        { name: operation },
        0.0355,
      ],
    ] as const) {
      const meter = createMeter();
      const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json(answer)) });
      const made = await fetch(create, {
        method: "POST",
        body: JSON.stringify({ ...("object" in answer && { model: "sora-2-pro" }), prompt: "a cat" }),
      });
      expect(await made.json()).toEqual(answer);
      await (await fetch(follow)).json();
      await meter.flush();
      const { requests, energyJoules } = meter.totals().overall;
      expect(requests.completed).toBe(1);
      expect(energyJoules!.central / 3.6e6).toBeCloseTo(kilowattHours, 3);
      await meter.close();
    }
  });
});
