import { describe, expect, test } from "vitest";

import { createAttribute } from "../../src/attribution/selection/attribute.ts";
import { restate, type RestatableRecord } from "../../src/attribution/views/restate.ts";
import { createCatalogue, defaultCatalogue } from "../../src/factors/catalogue.ts";
import type { Usage } from "../../src/model/usage.ts";

const attribute = createAttribute();

function record(id: string, provider: string, model: string, usage: Usage | undefined): RestatableRecord {
  const attributor = attribute({ provider, model, operation: "chat" });
  const known = usage !== undefined && !("unattributedReason" in attributor);
  return {
    id,
    provider,
    requestedModel: model,
    respondedModel: undefined,
    operation: "chat",
    zone: attributor.zone,
    zoneBasis: attributor.zoneBasis,
    usage,
    durationSeconds: 3,
    footprint: known ? attributor.footprint(usage, 3) : undefined,
  };
}

const HISTORY = [
  record("a", "mistral_ai", "mistral-large-2407", { outputTokens: 400 }),
  record("b", "mistral_ai", "mistral-large-2407", { outputTokens: 137 }),
  record("c", "openai", "gpt-4o", { inputTokens: 100, outputTokens: 300 }),
  record("d", "localhost", "", { outputTokens: 1000 }),
  record("e", "openai", "gpt-4o", undefined),
];

describe("a restatement of history", () => {
  test("by the same catalogue changes nothing", () => {
    const { records, totals, attributed } = restate(HISTORY, defaultCatalogue());
    expect(records.map(({ before, after }) => [before, after])).toEqual(
      HISTORY.map(({ footprint }) => [footprint, footprint]),
    );
    expect(totals.co2eGrams.after).toEqual(totals.co2eGrams.before);
    expect(attributed).toEqual({ before: 3, after: 3 });
  });

  test("by another catalogue says what was, what is, and the difference", () => {
    const lca = defaultCatalogue().factor("mistral.large-2.inference")!;
    const twice = { low: 2.28, central: 2.28, high: 2.28, basis: "published" } as const;
    const revised = { ...lca, version: "1.1.0", metrics: { ...lca.metrics, co2eGrams: twice } };
    const base = {
      ...defaultCatalogue(),
      version: "1.1.0",
      factors: defaultCatalogue().factors.map((factor) => (factor === lca ? revised : factor)),
    };
    const catalogue = createCatalogue({ base });
    const { records, totals, catalogueVersion } = restate(HISTORY.slice(0, 2), catalogue);
    expect(records.map(({ id, before, after }) => [id, before?.co2eGrams?.central, after?.co2eGrams?.central])).toEqual(
      [
        ["a", 1.14, 2.28],
        ["b", 0.39045, 0.7809],
      ],
    );
    expect(totals.co2eGrams.before.central).toBeCloseTo(1.53045, 12);
    expect(totals.co2eGrams.after.central).toBeCloseTo(3.0609, 12);
    expect(totals.waterLitres.after).toEqual(totals.waterLitres.before);
    expect(records[0]?.after?.factorIds).toContain("mistral.large-2.inference@1.1.0");
    expect(catalogueVersion).toMatch(/^1\.1\.0\+[0-9a-f]{12}$/);
    expect(catalogueVersion).toBe(records[0]?.after?.catalogueVersion);
  });

  test("leaves what it was given as it was", () => {
    const before = structuredClone(HISTORY);
    restate(HISTORY, defaultCatalogue(), { methodology: "energy", zone: "FRA" });
    expect(HISTORY).toEqual(before);
  });
});
