import type { Labels, Outcome } from "../model/request.ts";
import { USAGE_CLASSES, type Usage, type UsageSource } from "../model/usage.ts";
import type { EndedRequest } from "./ended-request.ts";
import type { Scope } from "./scopes.ts";

/** A request that the application reports by itself. */
export interface UsageReport {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  readonly model: string;
  /** `chat`, `responses`, `embeddings`, … */
  readonly operation: string;
  /** Disjoint classes: cached and reasoning tokens are not inside input and output. Leave out what is not known. */
  readonly usage?: Usage;
  readonly labels?: Labels;
  /** Default `completed`. */
  readonly outcome?: Outcome;
  /** Default `reported` with a usage, `missing` without. */
  readonly usageSource?: UsageSource;
  /** Where the electricity comes from; the provider's default when left out. */
  readonly zone?: string;
  /** Default now. */
  readonly startedAt?: Date;
  /** Default 0. */
  readonly durationSeconds?: number;
  /** The host that was asked. */
  readonly endpoint?: string;
}

/** @returns undefined for a report without a provider, model or operation, or with an amount that is none */
export function reportedRequest(
  report: UsageReport,
  declared: (labels: Labels) => Labels,
  scope: Scope | undefined,
): EndedRequest | undefined {
  const { provider, model, operation, usage, zone, durationSeconds = 0, startedAt = new Date() } = report;
  if (![provider, model, operation].every((name) => typeof name === "string" && name !== "")) return undefined;
  if (usage && !isUsage(usage)) return undefined;
  return {
    id: undefined,
    provider,
    host: report.endpoint ?? "",
    operation,
    zone,
    labels: { ...scope?.labels, ...declared(report.labels ?? {}) },
    requestedModel: model,
    respondedModel: undefined,
    outcome: report.outcome ?? "completed",
    errorType: undefined,
    attempts: 1,
    startedAtMilliseconds: startedAt.getTime(),
    durationSeconds,
    timeToFirstTokenSeconds: undefined,
    usage,
    usageSource: report.usageSource ?? (usage ? "reported" : "missing"),
    rawUsage: undefined,
  };
}

const isUsage = (usage: Usage): boolean =>
  USAGE_CLASSES.every((name) => {
    const amount = usage[name];
    return amount === undefined || (typeof amount === "number" && Number.isFinite(amount) && amount >= 0);
  });
