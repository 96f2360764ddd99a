import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { createCatalogue } from "../../src/factors/catalogue.ts";
import { explain } from "../../src/attribution/views/explain.ts";
import type { Footprint } from "../../src/model/footprint.ts";
import type { Usage } from "../../src/model/usage.ts";

const attribute = createAttribute();
function video(provider: string, model: string, usage: Usage = {}): Footprint {
  const attributor = attribute({ provider, model, operation: "videos" });
  if ("unattributedReason" in attributor) throw new Error(attributor.unattributedReason);
  return attributor.footprint(usage, Infinity)!;
}

const HD = (1280 * 720) / 1e6;
const FULL_HD = (1920 * 1080) / 1e6;
const made = (videos: number, seconds: number, megapixels?: number): Usage => ({
  videos,
  videoSeconds: videos * seconds,
  ...(megapixels !== undefined && { videoMegapixelSeconds: videos * seconds * megapixels }),
});

/** As EcoLogits 0.11.3 has Sora 2 Pro, in video_models.json: seconds on a server by frames (24 a second and one) and pixels. */
function secondsOfSora(seconds: number, width: number, height: number): number {
  const frames = 24 * seconds + 1;
  const volume = (width * height * frames) / 1000;
  return 0.000427 * volume + 0.663 * frames + 7.39e-10 * volume ** 2;
}
/** W of a DGX H200: 2.5th percentile, mean and 97.5th; OpenAI's PUE. */
const [LOW, MEAN, HIGH] = [4992.03, 6646.63, 8487.31] as const;
const PUE = 1.17;

describe("videos", () => {
  // What EcoLogits 0.11.3 computes (`video_impacts`, PUE 1.17, with sound), J.
  test.each([
    [4, 1280, 720, 633_062, 1_076_314],
    [6, 1280, 720, 971_845, 1_652_304],
    [8, 1280, 720, 1_327_521, 2_257_014],
    [12, 720, 1280, 2_089_552, 3_552_597],
    [8, 1920, 1080, 2_436_774, 4_142_935],
  ])("of Sora 2 Pro take what EcoLogits says of %i s at %i × %i", (seconds, width, height, low, high) => {
    const { energyJoules, evidence } = video("openai", "sora-2-pro", made(1, seconds, (width * height) / 1e6));
    const expected = secondsOfSora(seconds, width, height);
    expect(energyJoules!.central / (expected * MEAN * PUE)).toBeCloseTo(1, 3);
    // OpenAI's PUE has a range of its own, from 1.12 to 1.2.
    expect((energyJoules!.low / low) * (PUE / 1.12)).toBeCloseTo(1, 3);
    expect((energyJoules!.high / high) * (PUE / 1.2)).toBeCloseTo(1, 3);
    expect(evidence).toBe("parametric");
  });

  // The same with PUE 1: with sound its high bound, without sound its low one.
  test.each([
    ["seedance-1.5-pro", 10, HD, 221_751, 541_292],
    ["google/veo-3.0-generate-001", 5, HD, 29_195, 127_907],
    ["google/veo-3.1-generate-001", 8, FULL_HD, 86_394, 378_496],
    ["alibaba/wan2.2", 5, HD, 1_035_637, 1_760_762],
    ["runway/gen-4.5", 7, HD, 747_235, 1_270_428],
  ])("of %s take what EcoLogits says of %i s at %d megapixels, to 1 %%", (model, seconds, megapixels, low, high) => {
    const { energyJoules } = video("fal", model, made(1, seconds, megapixels));
    const pue = createCatalogue().factors.find(
      ({ kind, appliesTo }) => kind === "pue" && appliesTo.providers?.includes("*"),
    );
    const { low: least, high: most } = pue!.metrics.ratio!;
    expect(Math.abs(energyJoules!.low / (low * least) - 1)).toBeLessThan(0.01);
    expect(Math.abs(energyJoules!.high / (high * most) - 1)).toBeLessThan(0.01);
  });

  test("of Sora's own large size, 1792 × 1024, lie on the line between the published ones, 1.6 % above its formula", () => {
    const { energyJoules } = video("openai", "sora-2-pro", made(1, 8, (1792 * 1024) / 1e6));
    const share = (1792 * 1024 - 1280 * 720) / (1920 * 1080 - 1280 * 720);
    const between = (1 - share) * secondsOfSora(8, 1280, 720) + share * secondsOfSora(8, 1920, 1080);
    expect(energyJoules!.central / (between * MEAN * PUE)).toBeCloseTo(1, 3);
    expect(between / secondsOfSora(8, 1792, 1024)).toBeCloseTo(1.016, 3);
  });

  test("of Veo 3.1, 6 s at 720p, take 69.97 s of a server of 1,672.99 W at PUE 1.09, by hand", () => {
    const { energyJoules } = video("gcp.gemini", "veo-3.1-generate-001", made(1, 6, HD));
    const seconds = 0.000341 * ((1280 * 720 * 145) / 1000) + 24.4;
    expect(seconds).toBeCloseTo(69.97, 2);
    expect(energyJoules!.central / (seconds * 1672.99 * 1.09)).toBeCloseTo(1, 3);
  });

  test("of HunyuanVideo, which was measured at one length and size, take what was measured, in proportion beyond", () => {
    // 1,164,111.8 J of the GPU for 129 frames × 1.72 ÷ 1.09 for the host × the PUE of any host, 1.4.
    const measured = video("fal", "tencent/hunyuanvideo", made(1, 5.333, HD));
    expect(measured.evidence).toBe("measured");
    expect(measured.energyJoules!.central / (1_164_111.8 * (1.72 / 1.09) * 1.4)).toBeCloseTo(1, 3);
    const double = video("fal", "tencent/hunyuanvideo", made(1, 2 * 5.333, HD));
    expect(double.energyJoules!.central).toBeCloseTo(2 * measured.energyJoules!.central, 3);
  });

  test("are counted: four take four times what one takes", () => {
    const one = video("gcp.gemini", "veo-3.1-generate-001", made(1, 8, FULL_HD));
    const four = video("gcp.gemini", "veo-3.1-generate-001", made(4, 8, FULL_HD));
    for (const bound of ["low", "central", "high"] as const)
      expect(four.energyJoules![bound]).toBeCloseTo(4 * one.energyJoules![bound], 6);
    expect(video("gcp.gemini", "veo-3.1-generate-001", { videos: 4 }).co2eGrams!.central).toBeCloseTo(
      4 * video("gcp.gemini", "veo-3.1-generate-001").co2eGrams!.central,
      6,
    );
  });

  test("without a size have the usual one's central value, and the bounds of all sizes", () => {
    const [unknown, small, large] = [undefined, HD, FULL_HD].map(
      (megapixels) => video("openai", "sora-2-pro", made(1, 8, megapixels)).energyJoules!,
    );
    expect(unknown!.central).toBe(small!.central);
    expect(unknown!.low).toBe(small!.low);
    expect(unknown!.high).toBe(large!.high);
  });

  test("beyond the published sizes are in proportion to the pixels, from not at all to their square", () => {
    const hd = video("together_ai", "Wan-AI/Wan2.2-T2V-A14B", made(1, 5, HD)).energyJoules!;
    const full = video("together_ai", "Wan-AI/Wan2.2-T2V-A14B", made(1, 5, FULL_HD)).energyJoules!;
    expect(full.central / hd.central).toBeCloseTo(2.25, 9);
    expect(full.low / hd.low).toBeCloseTo(1, 9);
    expect(full.high / hd.high).toBeCloseTo(2.25 ** 2, 9);
    const small = video("together_ai", "Wan-AI/Wan2.2-T2V-A14B", made(1, 5, HD / 4)).energyJoules!;
    expect(small.central / hd.central).toBeCloseTo(0.25, 9);
    expect(small.low / hd.low).toBeCloseTo(0.0625, 9);
    expect(small.high / hd.high).toBeCloseTo(1, 9);
  });

  test("never take less for more of them, for longer or for larger ones, nor leave the order of their bounds", () => {
    const models = [
      "sora-2-pro",
      "veo-3.1-generate-001",
      "kling-v2.6",
      "seedance-1.0",
      "hunyuanvideo",
      "ltx-2",
      "gen-4.5",
    ];
    const amount = (max: number) => fc.double({ min: 0.1, max, noNaN: true });
    fc.assert(
      fc.property(
        fc.constantFrom(...models),
        fc.record({ videos: fc.integer({ min: 1, max: 9 }), seconds: amount(60), megapixels: amount(9) }),
        fc.constantFrom("videos", "seconds", "megapixels"),
        (model, some, grown) => {
          const more = { ...some, [grown]: some[grown as "seconds"] * 2 };
          const [a, b] = [some, more].map(
            ({ videos, seconds, megapixels }) => video("fal", model, made(videos, seconds, megapixels)).energyJoules!,
          );
          expect(a!.low).toBeLessThanOrEqual(a!.central);
          expect(a!.central).toBeLessThanOrEqual(a!.high);
          for (const bound of ["low", "central", "high"] as const)
            expect(b![bound]).toBeGreaterThanOrEqual(a![bound] * (1 - 1e-9));
        },
      ),
    );
  });

  test("of no length take nothing, and those of unknown length the range that the source lists", () => {
    expect(video("openai", "sora-2-pro", { videos: 1, videoSeconds: 0 }).energyJoules!.high).toBe(0);
    const { energyJoules } = video("openai", "sora-2-pro");
    expect(energyJoules!.central / (secondsOfSora(8, 1280, 720) * MEAN * PUE)).toBeCloseTo(1, 3);
    expect(energyJoules!.low / (secondsOfSora(4, 1280, 720) * LOW * 1.12)).toBeCloseTo(1, 3);
    expect(energyJoules!.high / (secondsOfSora(12, 1920, 1080) * HIGH * 1.2)).toBeCloseTo(1, 3);
  });

  test("are derived with every value put in", () => {
    const { steps, agrees } = explain(
      {
        ...{ provider: "openai", operation: "videos", requestedModel: "sora-2-pro", respondedModel: undefined },
        ...{ zone: "USA", zoneBasis: "provider_default", durationSeconds: 0, usage: made(2, 8, HD) },
        footprint: video("openai", "sora-2-pro", made(2, 8, HD)),
      },
      { catalogue: createCatalogue() },
    );
    const energy = steps.find(({ quantity }) => quantity === "energy at the facility, parametric")!;
    expect(energy.formula).toBe(
      "videos × energy of one of 8 s and 0.9216 megapixels, on the line through the published ones × PUE",
    );
    expect(energy.substituted).toBe("2 × 1511000 J × 1.17");
    expect(agrees).toBe(true);
  });

  test.each([
    ["gcp.gemini", "models/veo-3.0-fast-generate-preview"],
    ["together_ai", "Wan-AI/Wan2.2-T2V-A14B"],
    ["fal", "tencent/HunyuanVideo"],
  ])("of %s's %s have a footprint with a range", (provider, model) => {
    const { co2eGrams } = video(provider, model);
    expect(co2eGrams!.low).toBeGreaterThan(0);
    expect(co2eGrams!.high).toBeGreaterThan(co2eGrams!.central);
  });

  test.each([
    ["openai", "sora-2"],
    ["gcp.gemini", "veo-2.0-generate-001"],
    ["gcp.gemini", "veo-3.1-lite-generate-preview"],
  ])("of %s's %s, of which nothing is published, are unknown and not zero", (provider, model) => {
    expect(attribute({ provider, model, operation: "videos" })).toMatchObject({ unattributedReason: "no_factor" });
  });
});
