import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { createCatalogue, explain, restate } from "../../src/index.ts";
import { defaultCatalogue } from "../../src/factors/catalogue.ts";
import { infrastructureOf } from "../../src/attribution/estimates/infrastructure.ts";
import { EVIDENCE } from "../../src/model/footprint.ts";
import type { Range } from "../../src/model/range.ts";
import type { Stated, StatedBoundary } from "../../src/model/stated.ts";
import type { Subject } from "../../src/attribution/attributor.ts";
import { ownFactor } from "../factors/own-factor.ts";
import { attributorFor, footprintOf } from "./attributor-for.ts";

const USAGE = { inputTokens: 20, outputTokens: 100 };
const SUBJECT: Partial<Subject> = { provider: "neuralwatt", model: "gpt-oss-120b" };
const catalogue = defaultCatalogue();
const { pue, uplift } = infrastructureOf(catalogue, "neuralwatt", catalogue.zone("USA")!, true);

const around = (central: number): Range => ({ low: central * 0.9, central, high: central * 1.1 });

const statedOf = (parts: Partial<Stated> = {}): Stated => ({
  source: "measured",
  energyJoules: 190.46,
  energyRangeJoules: around(190.46),
  accounting: "unknown",
  method: "attributed",
  boundary: "gpu",
  raw: {},
  ...parts,
});

const boundaries: readonly StatedBoundary[] = ["gpu", "gpu_with_overhead", "server", "facility", "unknown"];
const anyStated = fc
  .record({
    joules: fc.double({ min: 1e-3, max: 1e5, noNaN: true }),
    boundary: fc.constantFrom(...boundaries),
    source: fc.constantFrom("measured" as const, "estimated" as const),
  })
  .map(({ joules, ...parts }) => statedOf({ ...parts, energyJoules: joules, energyRangeJoules: around(joules) }));

describe("stated energy", () => {
  test.for<[StatedBoundary, factor: number]>([
    ["facility", 1],
    ["server", pue.central],
    ["gpu", uplift.ratio.central * pue.central],
    ["gpu_with_overhead", uplift.ratio.central],
    ["unknown", pue.central],
  ])("within the boundary %s is completed to the facility's, once", ([boundary, factor]) => {
    const { energyJoules, evidence } = footprintOf({ ...SUBJECT, stated: statedOf({ boundary }) }, USAGE);
    expect(energyJoules!.central).toBeCloseTo(190.46 * factor, 9);
    expect(evidence).toBe("stated_measured");
  });

  test("of an unknown boundary reaches from everything inside to the accelerators alone", () => {
    const { energyJoules } = footprintOf({ ...SUBJECT, stated: statedOf({ boundary: "unknown" }) }, USAGE);
    expect(energyJoules!.low).toBeCloseTo(190.46 * 0.9, 9);
    expect(energyJoules!.high).toBeCloseTo(190.46 * 1.1 * uplift.ratio.high * pue.high, 9);
  });

  test("gives a footprint to a model that nobody knows, and to an answer without usage", () => {
    const footprint = footprintOf({ provider: "nobody", model: "a-model-of-our-own", stated: statedOf() }, {});
    expect(footprint.co2eGrams!.central).toBeGreaterThan(0);
    expect(footprint.evidence).toBe("stated_measured");
  });

  test("brings the grid of the stated place, off-site water and hardware, each with its factor", () => {
    const subject = {
      ...SUBJECT,
      zone: "FRA",
      zoneBasis: "stated",
      stated: statedOf({ boundary: "facility" }),
    } as const;
    const attributor = attributorFor(subject);
    const footprint = attributor.footprint(USAGE, Infinity)!;
    expect(attributor).toMatchObject({ zone: "FRA", zoneBasis: "stated" });
    expect(footprint.waterLitres!.central).toBeGreaterThan(0);
    expect(footprint.co2eGrams!.phases.embodied!.central).toBeGreaterThan(0);
    const grams = (190.46 / 3.6e6) * footprint.gridIntensity!.gramsPerKilowattHour;
    expect(footprint.co2eGrams!.phases.usage!.central).toBeCloseTo(grams, 12);
  });

  test("never carries the provider's carbon or water into the footprint", () => {
    const plain = footprintOf({ ...SUBJECT, stated: statedOf() }, USAGE);
    const shown = footprintOf({ ...SUBJECT, stated: statedOf({ co2eGrams: 1e6, waterLitres: 1e6 }) }, USAGE);
    expect(shown).toEqual(plain);
  });

  test("that cannot be true is not used, and warned of", () => {
    const doubtful = footprintOf({ ...SUBJECT, stated: statedOf({ doubt: "contradictory" }) }, USAGE);
    const without = footprintOf(SUBJECT, USAGE);
    expect(doubtful.warnings).toContain("stated_implausible");
    expect({ ...doubtful, warnings: [] }).toEqual({ ...without, warnings: [] });
  });

  test("is left out by the other methods", () => {
    for (const methodology of ["energy", "mistral-lca"] as const) {
      const given = { ...SUBJECT, stated: statedOf() };
      expect(footprintOf(given, USAGE, { methodology })).toEqual(footprintOf(SUBJECT, USAGE, { methodology }));
    }
  });

  test("that is estimated stands behind an operator's analysis, and measured before it", () => {
    const subject = { provider: "mistral_ai", model: "mistral-large-2407" };
    const of = (source: Stated["source"]) => footprintOf({ ...subject, stated: statedOf({ source }) }, USAGE).evidence;
    expect(of("estimated")).toBe("operator_lca");
    expect(of("measured")).toBe("stated_measured");
  });

  test("stands behind the user's own factor", () => {
    const appliesTo = { models: ["gpt-oss-120b"], modality: "text" };
    const own = createCatalogue({ factors: [ownFactor({ appliesTo })] });
    expect(footprintOf({ ...SUBJECT, stated: statedOf() }, USAGE, { catalogue: own }).evidence).toMatch(/^user/);
  });

  test("never counts PUE twice, and follows the statement, whatever is stated", () => {
    fc.assert(
      fc.property(anyStated, (stated) => {
        const { energyJoules, evidence, co2eGrams } = footprintOf({ ...SUBJECT, stated }, USAGE);
        if (!evidence.startsWith("stated")) return;
        const { low, central, high } = stated.energyRangeJoules!;
        expect(energyJoules!.low).toBeGreaterThanOrEqual(low * 0.999999);
        expect(energyJoules!.central).toBeGreaterThanOrEqual(central * 0.999999);
        expect(energyJoules!.central).toBeLessThanOrEqual(central * uplift.ratio.central * pue.central * 1.000001);
        expect(energyJoules!.high).toBeLessThanOrEqual(high * uplift.ratio.high * pue.high * 1.000001);
        expect(co2eGrams!.low).toBeLessThanOrEqual(co2eGrams!.central);
        expect(co2eGrams!.central).toBeLessThanOrEqual(co2eGrams!.high);
      }),
    );
  });

  test("never worsens the evidence, and an unstated request of the model stands in another", () => {
    const without = EVIDENCE.indexOf(footprintOf(SUBJECT, USAGE).evidence);
    fc.assert(
      fc.property(anyStated, (stated) => {
        const { evidence } = footprintOf({ ...SUBJECT, stated }, USAGE);
        expect(EVIDENCE.indexOf(evidence)).toBeLessThanOrEqual(without);
        if (stated.source === "measured") expect(evidence).not.toBe(EVIDENCE[without]);
      }),
    );
  });

  test("is derived step by step, and stated again the same", () => {
    const subject = { ...SUBJECT, stated: statedOf() } as Subject;
    const record = {
      id: "r",
      provider: "neuralwatt",
      requestedModel: "gpt-oss-120b",
      respondedModel: "gpt-oss-120b",
      operation: "chat",
      zone: undefined,
      usage: USAGE,
      durationSeconds: 1,
      stated: subject.stated!,
      footprint: footprintOf(subject, USAGE),
    };
    const derivation = explain(record);
    expect(derivation.agrees).toBe(true);
    expect(derivation.steps[0]!.formula).toContain("as the provider states it");
    const [restated] = restate([record], catalogue).records;
    expect(restated!.after!.energyJoules).toEqual(record.footprint.energyJoules);
  });

  test("of an answer of several models is given to none alone", () => {
    const record = {
      provider: "neuralwatt",
      requestedModel: "gpt-oss-120b",
      respondedModel: "gpt-oss-120b",
      operation: "chat",
      zone: undefined,
      usage: { outputTokens: 200 },
      usageByModel: { "gpt-oss-120b": { outputTokens: 100 }, "gpt-oss-20b": { outputTokens: 100 } },
      durationSeconds: 1,
      stated: statedOf(),
      footprint: undefined,
    };
    expect(explain(record).footprint?.evidence).not.toBe("stated_measured");
  });
});

const page = readFileSync(new URL("../../docs/stated.md", import.meta.url), "utf8");
const digits = (value: number): string => String(Number(value.toPrecision(6)));

test.for<[name: string, stated: Stated, subject: Partial<Subject>]>([
  [
    "NeuralWatt",
    statedOf({ energyRangeJoules: { low: 190.46, central: 190.46, high: 1904.55 } }),
    { provider: "neuralwatt", model: "gpt-oss-120b" },
  ],
  [
    "Melious",
    statedOf({
      source: "estimated",
      energyJoules: 540,
      energyRangeJoules: { low: 378, central: 540, high: 702 },
      boundary: "facility",
    }),
    { provider: "ovhcloud", model: "a-model-of-our-own", zone: "FR", zoneBasis: "stated" },
  ],
])("the worked example of %s in the documentation is what the code says", ([, stated, subject]) => {
  const { energyJoules, co2eGrams } = footprintOf({ ...subject, stated }, USAGE);
  const ranges = [energyJoules!, co2eGrams!];
  const texts = ranges.map(({ low, central, high }) => `${digits(central)} (${digits(low)} to ${digits(high)})`);
  for (const text of texts) expect(page).toContain(text);
});
