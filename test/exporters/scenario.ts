import { exported, type Exported, type SampleSource } from "../../src/metrics/samples.ts";
import type { Totals, TotalsOptions } from "../../src/totals/totals.ts";
import { contribution, key, totalsWith, type Clock } from "../totals/contributions.ts";

export interface Scenario {
  readonly totals: Totals;
  readonly clock: Clock;
  readonly metrics: readonly Exported[];
}

export function scenarioWith(options: Partial<TotalsOptions> = {}, sources: readonly SampleSource[] = []): Scenario {
  const { totals, clock } = totalsWith(options);
  const catalogue = { version: "2026.11", publishedAt: new Date("2026-11-01T00:00:00Z") };
  return {
    totals,
    clock,
    metrics: exported({ totals, version: "0.1.0", startedAtSeconds: 1_793_491_200.25, catalogue, sources }),
  };
}

/** Three requests of two teams: one by a life-cycle assessment, one by the energy engine, one that failed. */
export function smallScenario(options: Partial<TotalsOptions> = {}): Scenario {
  const scenario = scenarioWith(options);
  const { totals } = scenario;
  const search = totals.series(key("search"));
  totals.noteModel(search, {
    model: "mistral-large-2407",
    zone: "FRA",
    evidence: "operator_lca",
    accounting: "location",
    factorIds: ["mistral-large-2@2025.07"],
    catalogueVersion: "2026.11",
  });
  totals.add(
    search,
    contribution(
      [
        ["co2eGrams", "undivided", 1.14, 1.14, 1.14],
        ["waterLitres", "undivided", 0.045, 0.045, 0.045],
        ["abioticDepletionGramsSbEq", "undivided", 0.00016, 0.00016, 0.00016],
      ],
      { usage: { inputTokens: 12, outputTokens: 400 }, timeToFirstTokenSeconds: 0.3 },
    ),
  );
  totals.add(search, {
    outcome: "failed",
    attempts: 3,
    durationSeconds: 7.5,
    usageSource: "missing",
    slots: 0,
    unattributedReason: "failed",
  });
  const ads = totals.series({ ...key('"a\\d"', "gpt-5"), provider: "openai" });
  totals.add(
    ads,
    contribution(
      [
        ["co2eGrams", "usage", 0.1, 0.2, 0.4],
        ["co2eGrams", "embodied", 0.01, 0.02, 0.03],
        ["waterLitres", "usage", 0.001, 0.002, 0.004],
        ["energyJoules", "usage", 900, 1800, 3600],
        ["primaryEnergyJoules", "usage", 2000, 4000, 8000],
      ],
      { usage: { inputTokens: 50, cacheReadTokens: 0, outputTokens: 137 }, evidence: "parametric" },
    ),
  );
  return scenario;
}
