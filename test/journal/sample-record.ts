import type { Footprint, Impact } from "../../src/model/footprint.ts";
import { exactly, range, type Range } from "../../src/model/range.ts";
import type { RequestRecord } from "../../src/model/request.ts";

const undivided = (amount: Range): Impact => ({ ...amount, phases: { undivided: amount } });

/** 400 tokens of Mistral Large 2: 1.14 gCO2e, 45 mL of water (Mistral AI, 22 July 2025), with a made-up range. */
export const sampleFootprint: Footprint = {
  co2eGrams: undivided(range(0.57, 1.14, 2.28)),
  waterLitres: undivided(exactly(0.045)),
  energyJoules: { ...range(10, 20, 40), phases: { usage: range(10, 20, 40), training: exactly(3) } },
  evidence: "operator_lca",
  accounting: "location",
  factorIds: ["mistral-large-2-lca@1"],
  catalogueVersion: "2026.11",
  resolution: "alias",
  gridIntensity: { basis: "annual", gramsPerKilowattHour: 41.5 },
  warnings: ["extrapolated"],
};

export function sampleRecord(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    id: "r1",
    provider: "mistral_ai",
    requestedModel: "mistral-large-latest",
    respondedModel: "mistral-large-2407",
    model: "mistral-large-2",
    operation: "chat",
    endpoint: "api.mistral.ai",
    labels: { team: "search", feature: "summarise" },
    outcome: "completed",
    errorType: undefined,
    attempts: 1,
    startedAt: new Date("2026-11-20T10:30:00.000Z"),
    durationSeconds: 2.5,
    timeToFirstTokenSeconds: 0.25,
    usage: { inputTokens: 100, cacheReadTokens: 0, outputTokens: 400 },
    usageSource: "reported",
    rawUsage: { prompt_tokens: 100, completion_tokens: 400 },
    zone: "FRA",
    footprint: sampleFootprint,
    unattributedReason: undefined,
    ...changes,
  };
}

/** A request that failed, with nothing known about it. */
export const failedRecord = (changes: Partial<RequestRecord> = {}): RequestRecord =>
  sampleRecord({
    id: "failed",
    respondedModel: undefined,
    outcome: "failed",
    errorType: "http_429",
    attempts: 3,
    timeToFirstTokenSeconds: undefined,
    usage: undefined,
    usageSource: "missing",
    rawUsage: undefined,
    zone: undefined,
    footprint: undefined,
    unattributedReason: "failed",
    ...changes,
  });
