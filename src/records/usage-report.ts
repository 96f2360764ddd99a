import { OUTCOMES, type Labels, type Outcome } from "../model/request.ts";
import { USAGE_CLASSES, type Usage, type UsageSource } from "../model/usage.ts";
import { countAt, secondsAt } from "../wire/count.ts";
import { isObject } from "../wire/json.ts";
import type { EndedRequest } from "./ended-request.ts";
import type { Scope } from "../scopes/scopes.ts";

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
  /** @default "completed" */
  readonly outcome?: Outcome;
  /** @default "reported" with a usage, "missing" without */
  readonly usageSource?: UsageSource;
  /** Where the electricity comes from: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string;
  /** @default now */
  readonly startedAt?: Date;
  /** @default 0 */
  readonly durationSeconds?: number;
  /** The host that was asked. */
  readonly endpoint?: string;
}

/** @returns undefined for a report without a provider, model or operation, or with a value that makes no sense */
export function reportedRequest(
  report: UsageReport,
  declared: (labels: Labels) => Labels,
  scope: Scope | undefined,
): EndedRequest | undefined {
  if (!isObject(report)) return undefined;
  const { provider, model, operation, usage, zone, durationSeconds = 0, startedAt = new Date() } = report;
  if (![provider, model, operation].every((name) => typeof name === "string" && name !== "")) return undefined;
  if (usage !== undefined && !isUsage(usage)) return undefined;
  if (secondsAt({ durationSeconds }, "durationSeconds") === undefined || !isTime(startedAt)) return undefined;
  if (report.outcome !== undefined && !OUTCOMES.includes(report.outcome)) return undefined;
  if (report.usageSource !== undefined && !USAGE_SOURCES.includes(report.usageSource)) return undefined;
  if (zone !== undefined && typeof zone !== "string") return undefined;
  return {
    id: undefined,
    provider,
    host: typeof report.endpoint === "string" ? report.endpoint : "",
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

const USAGE_SOURCES: readonly unknown[] = ["reported", "estimated", "missing"];

const isTime = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());

/** Amounts as providers state them: whole numbers, but for seconds. */
const isUsage = (usage: unknown): usage is Usage =>
  isObject(usage) &&
  USAGE_CLASSES.every(
    (name) => usage[name] === undefined || (name === "audioSeconds" ? secondsAt : countAt)(usage, name) !== undefined,
  );
