import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import type { Subject } from "../../src/attribution/attributor.ts";
import { createCatalogue, defaultCatalogue, type Catalogue } from "../../src/factors/catalogue.ts";
import { zoneOf } from "../../src/factors/location.ts";
import { createMeter } from "../../src/meter/create-meter.ts";
import { ConfigurationError } from "../../src/model/errors.ts";
import { ownFactor } from "../factors/own-factor.ts";
import { attributorFor, footprintOf } from "./attributor-for.ts";

/** From accelerators to the server, and the PUE of a host of which nothing is known. */
const UPLIFT = 1.578;
const LOW_UPLIFT = 1.2844;
const ANY_PUE = 1.4;
const LOW_PUE = 1.09;
const ANSWER = { inputTokens: 100, outputTokens: 400 };
const mistral = (model: string) => ({ provider: "mistral_ai", model });

describe("the method of best evidence", () => {
  test.each([
    ["mistral_ai", "mistral-large-2407", "operator_lca"],
    ["mistral_ai", "mistral-large-2411", "operator_lca"],
    ["mistral_ai", "mistral-large-latest", "operator_lca_extrapolated"],
    ["mistral_ai", "mistral-small-latest", "operator_lca_extrapolated"],
    ["azure.ai.inference", "Mistral-large-2411", "operator_lca_extrapolated"],
    ["together_ai", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "measured"],
    ["openrouter", "qwen/qwen3-32b", "measured"],
    ["openai", "gpt-oss-120b", "measured"],
    ["openai", "gpt-4.1", "modelled"],
    ["openai", "gpt-4o", "parametric"],
    ["anthropic", "claude-3-5-haiku-latest", "proxy"],
    ["openai", "gpt-5", "parametric"],
    ["anthropic", "claude-sonnet-4-5", "parametric"],
    ["gcp.gemini", "gemini-2.5-pro", "parametric"],
    ["cohere", "command-r-plus", "parametric"],
    ["x_ai", "grok-4", "proxy"],
    ["openai", "gpt-9", "proxy"],
    ["openai", "gpt-4o-of-next-year", "proxy"],
    ["mistral_ai", "mistral-large-2407-of-another-kind", "proxy"],
    ["localhost", "totally-unknown", "proxy"],
  ])("takes for %s's %s: %s", (provider, model, evidence) => {
    expect(footprintOf({ provider, model }, ANSWER).evidence).toBe(evidence);
  });

  test("takes the user's own figure before all others", () => {
    const factors = [ownFactor({ appliesTo: { models: ["mistral-large-2407", "acme-7b"] } })];
    const catalogue = createCatalogue({ factors });
    const own = footprintOf(mistral("mistral-large-2407"), ANSWER, { catalogue });
    expect(own.evidence).toBe("user");
    expect(own.energyJoules).toEqual({
      low: 400,
      central: 800,
      high: 1600,
      phases: { usage: { low: 400, central: 800, high: 1600 } },
    });
    expect(footprintOf(mistral("acme-7b"), ANSWER, { catalogue }).evidence).toBe("user");
    expect(footprintOf(mistral("acme-7b-instruct"), ANSWER, { catalogue }).resolution).toBe("variant");
  });

  test("takes the user's own PUE, for all hosts or for one", () => {
    const of = (pue: number, appliesTo: object) =>
      ownFactor({
        id: `own.pue-${pue}`,
        kind: "pue",
        unit: "ratio",
        appliesTo,
        metrics: { ratio: { low: pue, central: pue, high: pue, basis: "user" } },
      });
    const central = (factors: readonly unknown[], provider: string) => {
      const options = { catalogue: createCatalogue({ factors }), methodology: "energy" } as const;
      return footprintOf({ provider, model: "gpt-5" }, { outputTokens: 400 }, options).energyJoules!.central;
    };
    expect(central([of(2.34, {})], "openai") / central([], "openai")).toBeCloseTo(2.34 / 1.17, 9);
    expect(
      central([of(2.18, { providers: ["gcp.vertex_ai"] })], "gcp.vertex_ai") / central([], "gcp.vertex_ai"),
    ).toBeCloseTo(2, 9);
    expect(central([of(2.18, { providers: ["gcp.vertex_ai"] })], "openai")).toBe(central([], "openai"));
  });

  test("takes the user's own grid and impacts", () => {
    const quantity = { low: 10, central: 10, high: 10, basis: "user" };
    const factors = [
      ownFactor({
        id: "own.grid",
        kind: "grid",
        unit: "kilowatt_hour",
        appliesTo: { zones: ["KEN"] },
        metrics: { co2eGrams: quantity },
      }),
      ownFactor({
        id: "own.pages",
        kind: "direct_impact",
        unit: "page",
        reference: 5,
        phase: "undivided",
        appliesTo: { models: ["mistral-ocr"] },
        metrics: { co2eGrams: quantity },
      }),
    ];
    const catalogue = createCatalogue({ factors });
    const { gridIntensity, warnings } = footprintOf({ model: "gpt-5", zone: "KEN" }, ANSWER, { catalogue });
    expect(gridIntensity).toEqual({ basis: "annual", gramsPerKilowattHour: 10 });
    expect(warnings).toEqual(["zone_without_water_factor"]);
    const pages = footprintOf({ ...mistral("mistral-ocr-latest"), operation: "ocr" }, { pages: 3 }, { catalogue });
    expect(pages.co2eGrams?.central).toBe(6);
  });

  test("makes no saving out of a change of model: the successor stays on the same scale", () => {
    const before = footprintOf(mistral("mistral-large-2411"), ANSWER).co2eGrams!;
    const after = footprintOf(mistral("mistral-large-latest"), ANSWER).co2eGrams!;
    expect(after.central / before.central).toBeCloseTo(41 / 123, 12);
    const sameModelByEnergy = footprintOf(mistral("mistral-large-2411"), ANSWER, { methodology: "energy" }).co2eGrams!;
    expect(before.central / sameModelByEnergy.central).toBeGreaterThan(60);
  });

  test.each([
    "mistral-large-latest",
    "mistral-medium-latest",
    "mistral-small-latest",
    "ministral-3b-latest",
    "codestral-latest",
  ])("gives %s a range that holds the energy engine's answer, and says it is extrapolated", (model) => {
    const extrapolated = footprintOf(mistral(model), ANSWER);
    const energy = footprintOf(mistral(model), ANSWER, { methodology: "energy" });
    expect(extrapolated.warnings).toContain("extrapolated");
    for (const criterion of ["co2eGrams", "waterLitres", "abioticDepletionGramsSbEq"] as const) {
      expect(extrapolated[criterion]!.low).toBeLessThanOrEqual(energy[criterion]!.low);
      expect(extrapolated[criterion]!.high).toBeGreaterThanOrEqual(energy[criterion]!.high);
    }
  });

  test("spans every published estimate of a model and names them all", () => {
    const { energyJoules, factorIds } = footprintOf(
      { provider: "together_ai", model: "llama-3.1-70b" },
      { outputTokens: 1000 },
    );
    expect(factorIds).toEqual(
      expect.arrayContaining([
        "ml-energy.v3.llama-3.1-70b-instruct.chat.h100@2.0.0",
        "ml-energy.v3.llama-3.1-70b-instruct.chat.b200@2.0.0",
        "jegham.v6.llama-3.1-70b@2.0.0",
        "ecologits.v0.9.3.energy-model@2.0.0",
      ]),
    );
    expect(energyJoules!.central).toBeCloseTo(0.5387 * UPLIFT * ANY_PUE * 1000, 9);
    expect(energyJoules!.low).toBeCloseTo(0.2178 * LOW_UPLIFT * LOW_PUE * 1000, 9);
    expect(energyJoules!.high).toBeGreaterThan(10_000);
  });
});

describe("the methods for comparing models", () => {
  test("put the life-cycle analysis under every model, by size", () => {
    const options = { methodology: "mistral-lca" } as const;
    const large = footprintOf(mistral("mistral-large-2407"), ANSWER, options);
    const other = footprintOf({ model: "gpt-4o" }, ANSWER, options);
    expect(large.co2eGrams?.central).toBe(1.14);
    expect(other.evidence).toBe("operator_lca_extrapolated");
    expect(other.co2eGrams!.central).toBeCloseTo((1.14 * 88) / 123, 12);
    expect(Object.keys(other)).not.toContain("energyJoules");
  });

  test("put the energy engine under every model, Mistral's too", () => {
    const large = footprintOf(mistral("mistral-large-2411"), { outputTokens: 400 }, { methodology: "energy" });
    expect(large.evidence).toBe("parametric");
    expect(large.energyJoules!.central / 3600).toBeCloseTo(0.241, 3);
    expect(large.co2eGrams!.phases.usage!.central).toBeCloseTo(0.241e-3 * 41.4, 4);
  });

  test("are refused when there is no such method", () => {
    expect(() => createAttribute({ methodology: "average" as "energy" })).toThrow(ConfigurationError);
  });
});

describe("what operators said of an average request", () => {
  const gemini = { provider: "gcp.gemini", model: "gemini-2.5-flash" };

  test("is left out unless it is asked for", () => {
    expect(footprintOf(gemini, ANSWER).evidence).toBe("parametric");
  });

  test("counts per request, whatever the tokens, market-based where the operator publishes it so", () => {
    const [short, long] = [10, 10_000].map((outputTokens) =>
      footprintOf(gemini, { outputTokens }, { operatorStatements: true }),
    );
    expect(short).toMatchObject({ evidence: "operator_statement", accounting: "market", warnings: ["per_request"] });
    expect(short!.energyJoules!.central).toBe(0.24 * 3600);
    expect(short!.co2eGrams!.central).toBe(0.03);
    expect(short!.waterLitres!.central).toBe(0.00026);
    expect(long!.co2eGrams).toEqual(short!.co2eGrams);
  });

  test("gives no carbon for OpenAI, which published none", () => {
    const { co2eGrams, energyJoules } = footprintOf({ model: "gpt-5" }, ANSWER, { operatorStatements: true });
    expect(co2eGrams).toBeUndefined();
    expect(energyJoules!.central).toBeCloseTo(0.34 * 3600, 9);
  });

  test("stands inside our range for a Gemini answer of typical size", () => {
    const { energyJoules } = footprintOf(gemini, { inputTokens: 100, outputTokens: 300 });
    expect(energyJoules!.low).toBeLessThan(0.24 * 3600);
    expect(energyJoules!.high).toBeGreaterThan(0.24 * 3600);
  });
});

describe("input", () => {
  test("is inside a published answer; each token beyond the output adds its weight", () => {
    const [short, long] = [400, 40_400].map((inputTokens) =>
      footprintOf(mistral("mistral-large-2407"), { inputTokens, outputTokens: 400 }),
    );
    expect(short!.co2eGrams!.central).toBe(1.14);
    expect(long!.co2eGrams!.central).toBeCloseTo((1.14 * (400 + 0.05 * 40_000)) / 400, 9);
    expect(long!.co2eGrams!.low / short!.co2eGrams!.low).toBeCloseTo((400 + 0.001 * 40_000) / 400, 9);
    expect(long!.co2eGrams!.high / short!.co2eGrams!.high).toBeCloseTo((400 + 0.37 * 40_000) / 400, 9);
    expect(short!.warnings).toEqual([]);
    expect(long!.warnings).toEqual(["input_heavy"]);
  });

  test.each([
    [1999, 400, []],
    [2000, 400, ["input_heavy"]],
    [0, 0, []],
    [1, 0, ["input_heavy"]],
  ])("of %d tokens for %d of output has the warnings %j", (inputTokens, outputTokens, warnings) => {
    expect(footprintOf(mistral("mistral-large-2407"), { inputTokens, outputTokens }).warnings).toEqual(warnings);
  });

  test("weighs less from a cache", () => {
    const subject = { provider: "together_ai", model: "qwen3-32b" };
    const [fresh, cached] = [{ inputTokens: 100_000 }, { cacheReadTokens: 100_000 }].map((input) =>
      footprintOf(subject, { ...input, outputTokens: 100 }, { methodology: "energy" }),
    );
    expect(fresh!.energyJoules!.central / (0.4603 * UPLIFT * ANY_PUE)).toBeCloseTo(100 + 0.05 * 99_900, 6);
    expect(cached!.energyJoules!.central / (0.4603 * UPLIFT * ANY_PUE)).toBeCloseTo(100 + 0.05 * 9_900, 6);
  });

  test("is all there is of an embedding: by the size of its model, with a wide range", () => {
    const embedding = (model: string) =>
      footprintOf({ provider: "together_ai", model, operation: "embeddings" }, { inputTokens: 1000 });
    const { evidence, energyJoules } = embedding("qwen3-embedding-8b");
    expect(evidence).toBe("parametric");
    expect(energyJoules!.central).toBeCloseTo(1000 * 0.05 * 0.153 * UPLIFT * ANY_PUE * (7.6 / 4.5), 9);
    expect(energyJoules!.high / energyJoules!.low).toBeGreaterThan(1000);
    const small = embedding("qwen3-embedding-0.6b").energyJoules!.central;
    expect(energyJoules!.central / small).toBeCloseTo(7.6 / 0.6, 9);
  });

  test("of an embedding whose size nobody has published is that of a named proxy, light below large", () => {
    const embedding = (model: string) => footprintOf({ model, operation: "embeddings" }, { inputTokens: 1000 });
    const [small, large] = [embedding("text-embedding-3-small"), embedding("text-embedding-3-large")];
    expect([small.evidence, large.evidence]).toEqual(["proxy", "proxy"]);
    expect(small.energyJoules!.central).toBeLessThan(large.energyJoules!.central);
  });
});

describe("what nothing covers", () => {
  const attribute = createAttribute();

  test.each([
    ["openai", "dall-e-3", "images"],
    ["openai", "whisper-1", "transcriptions"],
    ["openai", "tts-1", "speech"],
    ["openai", "omni-moderation-latest", "moderations"],
    ["openai", "gpt-4o", "transcriptions"],
    ["mistral_ai", "mistral-ocr-latest", "ocr"],
    ["mistral_ai", "mistral-moderation-latest", "classifications"],
    ["openai", "sora-2", "videos"],
    ["cohere", "rerank-v3.5", "rerank"],
  ])("%s's %s for %s has no factor, and no zero", (provider, model, operation) => {
    expect(attribute({ provider, model, operation })).toMatchObject({ unattributedReason: "no_factor" });
  });

  test("no model of no provider is unknown", () => {
    expect(attribute({ provider: "localhost", model: "", operation: "chat" })).toEqual({
      model: "unknown",
      zone: undefined,
      zoneBasis: "world",
      resolution: "unknown",
      unattributedReason: "unknown_model",
    });
  });

  test("an unknown image model of a known provider is not taken for a text model", () => {
    expect(attribute({ provider: "openai", model: "dreams-1", operation: "images" })).toMatchObject({
      unattributedReason: "unknown_model",
    });
  });

  test("is told, model by model", () => {
    const told: string[] = [];
    const onUnknownModel = (provider: string, model: string) => told.push(`${provider}/${model}`);
    const telling = createAttribute({ onUnknownModel });
    for (const model of ["gpt-4o", "gpt-omega", "nonsense"]) telling({ provider: "openai", model, operation: "chat" });
    expect(told).toEqual(["openai/gpt-omega", "openai/nonsense"]);
  });

  test("an image of an open model has the energy that was measured", () => {
    const { energyJoules } = footprintOf(
      { provider: "together_ai", model: "black-forest-labs/FLUX.1-dev", operation: "images" },
      { images: 2 },
    );
    expect(energyJoules!.central).toBeCloseTo(2 * 7551 * UPLIFT * ANY_PUE, 9);
    expect(energyJoules!.low).toBeCloseTo(2 * 6678.8 * LOW_UPLIFT * LOW_PUE, 9);
  });
});

describe("a catalogue", () => {
  const { version, published, factors, models, providers, regions } = defaultCatalogue();

  test.each([
    ["3", 3],
    ["null", null],
    ["[object Object]", { version, published, factors, models, providers, regions }],
    ["[object Object]", { ...defaultCatalogue(), factors: undefined }],
    ["[object Object]", { ...defaultCatalogue(), zone: undefined }],
  ])("something that is not a catalogue is refused at once: %s", (text, none) => {
    const catalogue = none as unknown as Catalogue;
    const message = `llm-footprint: catalogue: expected a catalogue, got ${text}. Give what createCatalogue returns`;
    expect(() => createAttribute({ catalogue })).toThrow(ConfigurationError);
    expect(() => createAttribute({ catalogue })).toThrow(message);
    expect(() => createMeter({ catalogue })).toThrow(message);
  });
});

describe("a place", () => {
  const carbon = (zone?: string | readonly string[], options = {}) =>
    footprintOf({ provider: "anthropic", model: "claude-sonnet-4-6", ...(zone && { zone }) }, ANSWER, options);

  test("is the provider's unless it is said, by option, and by request before that", () => {
    expect(carbon().gridIntensity?.gramsPerKilowattHour).toBe(384.4);
    expect(carbon(undefined, { zone: "FRA" }).gridIntensity?.gramsPerKilowattHour).toBe(41.4);
    expect(carbon("SWE", { zone: "FRA" }).gridIntensity?.gramsPerKilowattHour).toBe(35.3);
  });

  test.each([
    ["FRA", 41.4],
    ["fr", 41.4],
    ["eu-west-3", 41.4],
    ["francecentral", 41.4],
    ["europe-west9", 16.3],
    ["us-central1", 412.72],
    ["WORLD", 458],
  ])("%s has %d g/kWh", (zone, grams) => {
    expect(carbon(zone).gridIntensity?.gramsPerKilowattHour).toBe(grams);
  });

  test("spans what is published of its grid", () => {
    const { co2eGrams, energyJoules } = carbon("FRA");
    const perKilowattHour = (bound: "low" | "high") => (co2eGrams!.phases.usage![bound] / energyJoules![bound]) * 3.6e6;
    expect(perKilowattHour("low")).toBeCloseTo(41.4, 9);
    expect(perKilowattHour("high")).toBeCloseTo(51.9, 9);
  });

  test("without a factor is the world's, and says so", () => {
    const { gridIntensity, warnings } = carbon("AND");
    expect(gridIntensity?.gramsPerKilowattHour).toBe(458);
    expect(warnings).toEqual(["zone_without_grid_factor", "zone_without_water_factor"]);
  });

  test.each(["atlantis", "XXX", "ZZ", "constructor"])(
    "%s is refused as an option, and unknown in a request",
    (none) => {
      expect(() => createAttribute({ zone: none })).toThrow(`expected a zone, got "${none}"`);
      expect(carbon(none).warnings).toEqual(["zone_unknown"]);
      expect(carbon(none).gridIntensity?.gramsPerKilowattHour).toBe(384.4);
    },
  );

  test("has each of its warnings explained in docs/methodology.md", () => {
    const methodology = readFileSync(new URL("../../docs/methodology.md", import.meta.url), "utf8");
    const nowhere = footprintOf({ provider: "elsewhere" }, ANSWER).warnings;
    const warnings = [...nowhere, ...carbon("XXX").warnings, ...carbon("AND").warnings, ...carbon("USA-SRVC").warnings];
    expect(new Set(warnings).size).toBe(5);
    for (const warning of warnings) expect(methodology).toContain(`| \`${warning}\``);
  });

  test("is each country of ISO 3166-1, by either code", () => {
    const catalogue = defaultCatalogue();
    const countries = Object.entries(catalogue.regions.countries);
    expect(countries).toHaveLength(249);
    expect(new Set(countries.map(([, alpha2]) => alpha2)).size).toBe(249);
    for (const [alpha3, alpha2] of countries) {
      expect(catalogue.zone(alpha2)).toEqual(zoneOf({ name: alpha3, country: alpha3 }));
      expect(catalogue.zone(alpha3.toLowerCase())).toEqual(zoneOf({ name: alpha3, country: alpha3 }));
    }
  });

  test("gives no criterion of which a part is unknown", () => {
    expect(carbon("FRA").primaryEnergyJoules).toBeUndefined();
    expect(carbon("WORLD").abioticDepletionGramsSbEq).toBeUndefined();
    expect(Object.keys(carbon("FRA").abioticDepletionGramsSbEq!.phases)).toEqual(["usage", "embodied"]);
  });

  test("may be one of several places: their mean is central and the range spans them", () => {
    const { gridIntensity, co2eGrams, energyJoules } = carbon(["FRA", "DEU"]);
    expect(gridIntensity?.gramsPerKilowattHour).toBe((41.4 + 329.6) / 2);
    expect(co2eGrams!.phases.usage!.low).toBe(carbon("FRA").co2eGrams!.phases.usage!.low);
    expect(co2eGrams!.phases.usage!.high).toBe(carbon("DEU").co2eGrams!.phases.usage!.high);
    expect(energyJoules).toEqual(carbon("FRA").energyJoules);
    const attributor = attributorFor({ model: "gpt-5", zone: ["eu-west-3", "FRA", "eu-central-1", "nowhere"] });
    expect(attributor.zone).toBe("eu-west-3+FRA+eu-central-1");
    expect(defaultCatalogue().zone(attributor.zone!)).toEqual(
      defaultCatalogue().zone(["eu-west-3+FRA", "eu-central-1"]),
    );
  });

  test("is what was declared, then what the answer or the endpoint says, then the provider's, then the world's", () => {
    const place = (subject: Partial<Subject>, options = {}) => {
      const { zone, zoneBasis } = attributorFor({ model: "gpt-5", ...subject }, options);
      return [zone, zoneBasis];
    };
    expect(place({ zone: "FRA" }, { zone: "SWE" })).toEqual(["FRA", "declared"]);
    expect(place({ zone: "FRA", zoneBasis: "endpoint" }, { zone: "SWE" })).toEqual(["SWE", "declared"]);
    expect(place({ zone: "FRA", zoneBasis: "stated" })).toEqual(["FRA", "stated"]);
    expect(place({ zone: "FRA", zoneBasis: "endpoint" })).toEqual(["FRA", "endpoint"]);
    expect(place({ zone: "Atlantis", zoneBasis: "endpoint" })).toEqual(["USA", "provider_default"]);
    expect(place({ provider: "nobody" })).toEqual([undefined, "world"]);
  });

  test("that is only the provider's default has a range over its known sites, with the same central value", () => {
    const [assumed, declared] = [carbon(), carbon("USA")].map(({ co2eGrams }) => co2eGrams!.phases.usage!);
    expect(assumed!.central).toBe(declared!.central);
    expect(assumed!.low / declared!.low).toBeCloseTo(0.539, 4);
    expect(assumed!.high / declared!.high).toBeCloseTo(1.2585, 4);
    const groq = footprintOf({ provider: "groq", model: "llama-3.3-70b" }, ANSWER);
    expect(groq.gridIntensity?.gramsPerKilowattHour).toBe(384.4);
    const groqGrid = (bound: "low" | "high") =>
      (groq.co2eGrams!.phases.usage![bound] / groq.energyJoules![bound]) * 3.6e6;
    expect([groqGrid("low"), groqGrid("high")].map((grams) => Number(grams.toFixed(1)))).toEqual([57.5, 691.9]);
  });

  test("of a United States subregion has the combustion's carbon alone, never in one range with a life cycle's", () => {
    const { gridIntensity, co2eGrams, energyJoules, warnings } = carbon("USA-SRVC");
    expect(gridIntensity?.gramsPerKilowattHour).toBe(270.5);
    expect((co2eGrams!.phases.usage!.high / energyJoules!.high) * 3.6e6).toBeCloseTo(290.6, 9);
    expect(warnings).toContain("grid_combustion_only");
  });

  test("is of the built-in catalogue's providers, each with a reason", () => {
    for (const { zone, sites = [], basis, url } of defaultCatalogue().providers) {
      for (const place of [zone, ...sites]) expect(defaultCatalogue().zone(place)?.name).toBe(place);
      expect(basis.length).toBeGreaterThan(5);
      expect(url).toMatch(/^https:/);
    }
  });
});
