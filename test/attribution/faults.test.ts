import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { createMeter } from "../../src/meter/create-meter.ts";
import { CRITERIA } from "../../src/model/footprint.ts";
import type { RequestRecord } from "../../src/model/request.ts";
import type { Usage } from "../../src/model/usage.ts";
import { attributorFor, footprintOf } from "./attributor-for.ts";

/** The faults of catalogue 1.0.0 that docs/methodology.md lists, each with the right value. */
const ANSWER = { outputTokens: 400 };
const catalogue = defaultCatalogue();
const grams = (provider: string, model: string, methodology: "energy" | "best-evidence" = "best-evidence") =>
  footprintOf({ provider, model }, ANSWER, { methodology }).co2eGrams!;
const wattHours = (provider: string, model: string, usage: Usage) =>
  footprintOf({ provider, model }, usage, { methodology: "energy" }).energyJoules!.central / 3600;

describe("today's models", () => {
  /** Central carbon of 400 output tokens between these, in grams. */
  test.each([
    ["openai", "gpt-5.5-pro", 35.7, 110],
    ["openai", "gpt-5.5", 0.66, 1.37],
    ["openai", "gpt-6-astra", 1.91, 4.26],
    ["openai", "gpt-5.6-sol", 0.67, 1.38],
    ["openai", "gpt-5.6", 0.67, 1.38],
    ["openai", "gpt-6-luna", 0.024, 0.025],
    ["anthropic", "claude-fable-5", 1.55, 3.31],
    ["anthropic", "claude-opus-5", 0.51, 0.96],
    ["anthropic", "claude-opus-5-5", 0.51, 0.96],
    ["anthropic", "claude-sonnet-5", 0.2, 0.3],
    ["anthropic", "claude-sonnet-5-5", 0.2, 0.3],
    ["anthropic", "claude-haiku-5-5", 0.0097, 0.025],
    ["gcp.gemini", "gemini-3.5-flash", 0.62, 1.09],
    ["gcp.gemini", "gemini-3.6-flash", 0.56, 0.94],
    ["gcp.gemini", "gemini-3.7-flash", 0.56, 0.94],
    ["gcp.gemini", "gemini-3.8-flash", 0.56, 0.94],
    ["anthropic", "claude-opus-4-7", 0.58, 1.03],
    ["anthropic", "claude-opus-4-8", 0.58, 1.03],
  ])("%s's %s is between %d and %d g", (provider, model, low, high) => {
    const { central } = grams(provider, model);
    expect(central).toBeGreaterThanOrEqual(low);
    expect(central).toBeLessThanOrEqual(high);
  });

  test("are never a saving for being new: each is at least what its nearest known sibling is", () => {
    expect(grams("openai", "o1-pro").central).toBeGreaterThan(grams("openai", "o1").central);
    expect(grams("openai", "o3-pro").central).toBeGreaterThan(grams("openai", "o3").central);
    expect(grams("gcp.gemini", "gemini-2.5-computer-use-preview-10-2025").central).toBe(
      grams("gcp.gemini", "gemini-2.5-pro").central,
    );
    expect(grams("openai", "gpt-5.9-pro").central).toBe(grams("openai", "gpt-5.5-pro").central);
    expect(grams("anthropic", "claude-opus-6").central).toBe(grams("anthropic", "claude-opus-5.5").central);
  });

  test.each([
    ["openai", "gpt-7", "gpt-6"],
    ["openai", "gpt-7", "gpt-6-astra"],
    ["openai", "gpt-6-astra-pro", "gpt-5.5-pro"],
    ["openai", "gpt-5.6-terra-pro", "gpt-5.5-pro"],
    ["openai", "gpt-6-astra-mini", "gpt-5.4-mini"],
    ["gcp.gemini", "gemini-3.9-flash-lite-preview-11-2026", "gemini-3.5-flash-lite"],
    ["gcp.gemini", "gemini-3.9-flash-lite-preview-11-25", "gemini-3.5-flash-lite"],
    ["deepseek", "deepseek-v4", "deepseek-v4-pro"],
    ["deepseek", "deepseek-v5", "deepseek-v4-pro"],
    ["x_ai", "grok-code-fast-2", "grok-code-fast-1"],
  ])("of %s take what the nearest of their tier takes: %s that of %s", (provider, unknown, known) => {
    const [made, sibling] = [unknown, known].map((model) => grams(provider, model, "energy"));
    expect(made!.central).toBe(sibling!.central);
    expect(made!.high).toBeGreaterThanOrEqual(sibling!.high);
  });

  test("are what their names stand for now", () => {
    const model = (name: string) => catalogue.resolve(name).model?.name;
    expect(model("mistral-small-2603")).toBe("mistral-small-4");
    expect(model("mistral-small-latest")).toBe("mistral-small-4");
    expect(model("mistral-medium-2604")).toBe("mistral-medium-3.5");
    expect(model("mistral-medium-3-5")).toBe("mistral-medium-3.5");
    expect(model("qwen3-coder-flash")).toBe("qwen3-coder-30b-a3b");
    expect(model("qwen3-coder-next")).toBe("qwen3-coder-next");
    expect(model("glm-4.5-airx")).toBe("glm-4.5-air");
    expect(model("gemini-flash-latest")).toBe("gemini-3.8-flash");
    expect(model("gemini-flash-lite-latest")).toBe("gemini-3.5-flash-lite");
    expect(model("gemini-pro-latest")).toBe("gemini-3.1-pro");
    expect(model("phi-4-multimodal")).toBe("phi-4-multimodal");
    const size = (name: string) => {
      const { totalBillions, activeBillions } = catalogue.factor(`architecture.${name}`)!.parameters!;
      return [totalBillions!.central, activeBillions!.central];
    };
    expect(size("mistral-small-4")).toEqual([119, 7]);
    expect(size("mistral-medium-3.5")).toEqual([128, 128]);
    expect(size("mistral-large-4")).toEqual([1050, 50.5]);
    expect(size("qwen3-coder-next")).toEqual([80, 3]);
    expect(size("command-a-plus")).toEqual([218, 25]);
    expect(size("deepseek-v4-pro")).toEqual([1600, 49]);
    expect(size("deepseek-v4-flash")).toEqual([284, 13]);
    expect(size("glm-5")).toEqual([744, 40]);
    expect(catalogue.resolve("llama-prompt-guard-2-22m").model?.parameterBillions).toEqual({ total: 0.022 });
  });

  test.each([
    ["mistral-small-2603", 0.06, 0.074],
    ["mistral-medium-2604", 1.18, 1.2],
    ["mistral-large-4", 0.45, 0.49],
  ])("of Mistral are extrapolated by their active parameters: %s between %d and %d g", (model, low, high) => {
    const { central } = grams("mistral_ai", model);
    expect(central).toBeGreaterThanOrEqual(low);
    expect(central).toBeLessThanOrEqual(high);
  });
});

test.each([
  ["anthropic", "claude-opus-4-7", "claude-opus-4.7"],
  ["anthropic", "claude-opus-5-9", "claude-opus-5.9"],
  ["mistral_ai", "ministral-3-8b-2512", "ministral-8b-2512"],
  ["mistral_ai", "ministral-3-3b-2512", "ministral-3b-2512"],
  ["mistral_ai", "ministral-3-14b-2512", "ministral-14b-2512"],
  ["mistral_ai", "mistral-medium-3-5", "mistral-medium-3.5"],
  ["fireworks_ai", "accounts/fireworks/models/kimi-k2p5", "kimi-k2.5"],
  ["fireworks_ai", "accounts/fireworks/models/qwen3p8-max", "qwen3.8-max"],
  ["fireworks_ai", "accounts/fireworks/models/glm-4p7", "glm-4.7"],
])("two spellings of one model of %s give one number: %s, %s", (provider, one, other) => {
  expect(footprintOf({ provider, model: one }, ANSWER).co2eGrams).toEqual(
    footprintOf({ provider, model: other }, ANSWER).co2eGrams,
  );
});

test.each(["mistral-vibe-cli-latest", "mistral-code-latest", "codestral-latest", "mistral-nobody-knows"])(
  "no name of Mistral's leaves the method of its analysis in silence: %s",
  (model) => {
    const { factorIds } = footprintOf({ provider: "mistral_ai", model }, ANSWER);
    expect(factorIds).toContain("mistral.large-2.inference@1.0.0");
  },
);

test("thinking counts once: 100 / 300 / 1,000 tokens of o4-mini at high effort are 3.649 Wh, 1.52 g central", () => {
  const usage = { inputTokens: 100, outputTokens: 300, reasoningTokens: 1000 };
  const footprint = footprintOf({ model: "o4-mini", reasoningEffort: "high" }, usage);
  expect(footprint.energyJoules!.central / 3600).toBeCloseTo(3.649, 9);
  expect(footprint.co2eGrams!.central).toBeCloseTo(1.53, 1);
});

test("primary energy is never below the electricity it is made of, in any zone that has it", () => {
  const zones = new Set(catalogue.factors.flatMap(({ appliesTo }) => appliesTo.zones ?? []));
  let known = 0;
  for (const zone of zones) {
    const { primaryEnergyJoules, energyJoules } = footprintOf({ model: "gpt-4.1", zone }, ANSWER);
    if (primaryEnergyJoules === undefined) continue;
    known++;
    for (const bound of ["low", "central", "high"] as const) {
      expect(primaryEnergyJoules.phases.usage![bound]).toBeGreaterThanOrEqual(energyJoules![bound] * (1 - 1e-9));
    }
  }
  expect(known).toBeGreaterThan(30);
});

describe("provenance", () => {
  test("of a size is not that of a speed: no architecture cites a model card for EcoLogits' speeds", () => {
    for (const { id, parameters, source } of catalogue.factors) {
      if (parameters?.["outputTokensPerSecond"] === undefined) continue;
      expect(id).toMatch(/^speed\./);
      expect(source.url).toContain("ecologits");
    }
  });

  test("of one model's two dates is one speed: 2407 and 2411 take the same energy", () => {
    expect(grams("mistral_ai", "mistral-large-2407", "energy")).toEqual(
      grams("mistral_ai", "mistral-large-2411", "energy"),
    );
  });

  test("accuses nobody of what is mended, and cites no page that changes under the link", () => {
    const methodology = readFileSync(new URL("../../docs/methodology.md", import.meta.url), "utf8");
    expect(methodology).not.toContain("water counts PUE twice");
    expect(catalogue.factors.filter(({ source }) => source.url.includes("/latest/"))).toEqual([]);
  });
});

describe("an extrapolation from Large 2 to Large 3", () => {
  test("reaches from active to all parameters", () => {
    const { low, central, high } = grams("mistral_ai", "mistral-large-3");
    expect(central).toBeCloseTo((1.14 * 41) / 123, 9);
    expect(high).toBeCloseTo((1.14 * 2.5 * 675) / 123, 1);
    expect(low).toBeLessThanOrEqual((1.14 * 0.4 * 41) / 123);
  });

  test("takes minerals by what is held in memory", () => {
    const { abioticDepletionGramsSbEq } = footprintOf({ provider: "mistral_ai", model: "mistral-large-3" }, ANSWER);
    expect(abioticDepletionGramsSbEq!.central).toBeCloseTo((0.00016 * 675) / 123, 5);
  });
});

describe("ranges", () => {
  test("hold every published estimate: GPT-5's 1.63 to 24.2 Wh for 100 → 300 tokens", () => {
    const { low, high } = footprintOf({ model: "gpt-5" }, { inputTokens: 100, outputTokens: 300 }).energyJoules!;
    expect(low / 3600).toBeLessThan(1.63);
    expect(high / 3600).toBeGreaterThanOrEqual(24.2 - 0.05);
  });

  test("of a model larger than all that its class was measured on are not those of the class", () => {
    const { low, high } = grams("openai", "gpt-5.4-pro");
    const { low: most, central } = grams("openai", "gpt-5.4");
    expect(low).toBeGreaterThan(central);
    expect(high / low).toBeLessThan(10);
    // GPT-5.4, with 90 to 270 × 10⁹ active parameters, is within the class.
    expect(most).toBeLessThan(central / 10);
  });

  test("of a direct figure weigh input beyond the output in the centre too", () => {
    const of = (inputTokens: number) =>
      footprintOf({ provider: "mistral_ai", model: "mistral-large-2407" }, { inputTokens, outputTokens: 300 })
        .co2eGrams!.central;
    expect(of(0)).toBeCloseTo(0.855, 9);
    expect(of(300)).toBeCloseTo(0.855, 9);
    expect(of(5000)).toBeCloseTo(0.855 + (1.14 * 0.05 * 4700) / 400, 9);
    expect(of(100_000)).toBeCloseTo(0.855 + (1.14 * 0.05 * 99_700) / 400, 9);
  });

  test("of one architecture served alike are one: DeepSeek V3, V3.1 and V3.2", () => {
    const [v3, v31, v32] = ["deepseek-v3", "deepseek-v3.1", "deepseek-v3.2"].map((model) => grams("deepseek", model));
    expect([v3!.central, v32!.central]).toEqual([v31!.central, v31!.central]);
    expect(grams("deepseek", "deepseek-r1").central / v3!.central).toBeLessThan(5);
  });
});

test("the uplift has the PUE of the host that serves: Scaleway over Google for one measured model", () => {
  const [scaleway, google] = ["scaleway", "gcp.vertex_ai"].map((provider) =>
    wattHours(provider, "llama-3.3-70b", ANSWER),
  );
  expect(scaleway! / google!).toBeCloseTo(1.375 / 1.09, 6);
});

test("embeddings weigh by the parameters of their model", () => {
  const of = (model: string) =>
    footprintOf({ provider: "together_ai", model, operation: "embeddings" }, { inputTokens: 400 }).co2eGrams!.central;
  expect(of("e5-mistral-7b") / of("all-minilm-l6-v2")).toBeCloseTo(7.11 / 0.0227, 6);
  expect(of("pplx-embed-v1-4b") / of("pplx-embed-v1-0.6b")).toBeCloseTo(4 / 0.6, 6);
});

describe("places", () => {
  test.each([
    ["NZL", 92.8],
    ["AUT", 116.9],
    ["CHL", 289.5],
    ["PRT", 127.9],
    ["uaenorth", 467.5],
    ["qatarcentral", 581.5],
    ["israelcentral", 492.7],
    ["me-central-1", 467.5],
    ["il-central-1", 492.7],
    ["KEN", 84.83],
  ])("%s has %d g/kWh of its own", (zone, perKilowattHour) => {
    const { gridIntensity, warnings } = footprintOf({ model: "gpt-5", zone }, ANSWER);
    expect(gridIntensity?.gramsPerKilowattHour).toBe(perKilowattHour);
    expect(warnings).not.toContain("zone_without_grid_factor");
  });

  test.each([
    [
      "https://bedrock-runtime.eu-west-3.amazonaws.com/model/anthropic.claude-sonnet-4-20250514-v1:0/converse",
      "eu-west-3",
      41.4,
    ],
    [
      "https://europe-west9-aiplatform.googleapis.com/v1/projects/p/locations/europe-west9/publishers/google/models/gemini-2.5-flash:generateContent",
      "europe-west9",
      16.3,
    ],
    [
      "https://bedrock-runtime.us-east-1.amazonaws.com/model/jp.anthropic.claude-sonnet-4-20250514-v1:0/converse",
      "ap-northeast-1+ap-northeast-3",
      477.3,
    ],
    [
      "https://bedrock-runtime.us-gov-west-1.amazonaws.com/model/us-gov.anthropic.claude-sonnet-4-20250514-v1:0/converse",
      "us-gov-east-1+us-gov-west-1",
      384.4,
    ],
  ])("in the URL or in the model's id decide: %s is served in %s", async (url, zone, perKilowattHour) => {
    const usage = { inputTokens: 5, outputTokens: 7, totalTokens: 12 };
    const usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 7, totalTokenCount: 12 };
    const meter = createMeter();
    const records: RequestRecord[] = [];
    meter.on("request", (record) => records.push(record));
    const fetch = meter.fetch({ fetch: () => Promise.resolve(Response.json({ output: {}, usage, usageMetadata })) });
    await (await fetch(url, { method: "POST", body: JSON.stringify({ messages: [] }) })).text();
    await meter.close();
    expect(records).toMatchObject([{ zone, zoneBasis: "endpoint", footprint: { gridIntensity: { basis: "annual" } } }]);
    expect(records[0]!.footprint!.gridIntensity!.gramsPerKilowattHour).toBeCloseTo(perKilowattHour, 6);
  });

  test("cover every country that Ember has, and every cloud region", () => {
    const covered = new Set(catalogue.factors.flatMap(({ appliesTo }) => appliesTo.zones ?? []));
    expect([...covered].filter((zone) => /^[A-Z]{3}$/.test(zone)).length).toBeGreaterThanOrEqual(200);
    for (const country of Object.values(catalogue.regions.regions)) expect(covered).toContain(country);
  });

  test("of Mistral by default are in France, with the European Union in the range", () => {
    expect(attributorFor({ provider: "mistral_ai", model: "mistral-large-2407" })).toMatchObject({
      zone: "FRA",
      zoneBasis: "provider_default",
    });
    const { high } = footprintOf({ provider: "mistral_ai", model: "mistral-large-3" }, ANSWER, {
      methodology: "energy",
    }).co2eGrams!.phases.usage!;
    const declared = footprintOf({ provider: "mistral_ai", model: "mistral-large-3", zone: "FRA" }, ANSWER, {
      methodology: "energy",
    }).co2eGrams!.phases.usage!;
    expect(high / declared.high).toBeGreaterThan(5);
  });
});

test("what stands in for an unknown model is named, and its range holds the flagships", () => {
  const attribute = createAttribute();
  const unknown = attribute({ provider: "openai", model: "something-new", operation: "chat" });
  expect(unknown).toMatchObject({ model: "unknown", evidence: "proxy", proxy: "gpt-5.5" });
  const range = footprintOf({ model: "something-new" }, ANSWER);
  for (const flagship of catalogue.models.filter(({ flagship, developer }) => flagship && developer === "openai")) {
    const held = footprintOf({ model: flagship.name }, ANSWER);
    for (const criterion of CRITERIA) {
      expect(range[criterion]?.low ?? 0).toBeLessThanOrEqual(held[criterion]?.low ?? 0);
      expect(range[criterion]?.high ?? 0).toBeGreaterThanOrEqual(held[criterion]?.high ?? 0);
    }
  }
});
