import { shown } from "../model/errors.ts";
import { OUTCOMES, type Labels, type Outcome } from "../model/request.ts";
import { isCounted, USAGE_CLASSES, type Usage, type UsageSource } from "../model/usage.ts";
import { countAt, secondsAt } from "../wire/count.ts";
import { isObject } from "../wire/json.ts";
import type { EndedRequest } from "./ended-request.ts";
import { placeOfModel } from "./place.ts";
import type { Scope } from "../scopes/scopes.ts";

/** A request that the application reports by itself. */
export interface UsageReport {
  /** As OpenTelemetry's `gen_ai.provider.name`. */
  readonly provider: string;
  /** As the provider calls it. */
  readonly model: string;
  /** `chat`, `responses`, `embeddings`, … */
  readonly operation: string;
  /** Disjoint classes: cached and reasoning tokens are not inside input and output. Leave out what is not known. */
  readonly usage?: Usage;
  /** Values of the meter's labels. @default those of the surrounding scope */
  readonly labels?: Labels;
  /** @default "completed" */
  readonly outcome?: Outcome;
  /** @default "reported" with a usage, "missing" without */
  readonly usageSource?: UsageSource;
  /** Where the electricity comes from: ISO 3166-1 alpha-3 or a cloud region. @default the provider's */
  readonly zone?: string;
  /** As the request words it: `low`, `medium`, `high`, … @default the provider's */
  readonly reasoningEffort?: string;
  /** @default now */
  readonly startedAt?: Date;
  /** @default 0 */
  readonly durationSeconds?: number;
  /** The host that was asked. */
  readonly endpoint?: string;
}

/** A report as an ended request, or what is wrong with it. */
export type ReadReport =
  { readonly ended: EndedRequest; readonly problem?: never } | { readonly ended?: never; readonly problem: string };

/**
 * Reads a report, whatever the object is that is given as one.
 *
 * @param declared reduces labels to those that are declared
 */
export function readReport(
  report: UsageReport,
  declared: (labels: Labels) => Labels,
  scope: Scope | undefined,
): ReadReport {
  try {
    const problem = problemOf(report);
    return problem === undefined ? { ended: endedRequestOf(report, declared, scope) } : { problem };
  } catch {
    return { problem: "reading its properties throws" };
  }
}

function endedRequestOf(
  report: UsageReport,
  declared: (labels: Labels) => Labels,
  scope: Scope | undefined,
): EndedRequest {
  const {
    provider,
    model,
    operation,
    usage,
    zone,
    reasoningEffort,
    durationSeconds = 0,
    startedAt = new Date(),
  } = report;
  return {
    id: undefined,
    provider,
    host: typeof report.endpoint === "string" ? report.endpoint : "",
    operation,
    ...(zone === undefined ? (placeOfModel(model) ?? { zone }) : { zone }),
    reasoningEffort,
    labels: { ...scope?.labels, ...declared(report.labels ?? {}) },
    requestedModel: model,
    respondedModel: undefined,
    outcome: report.outcome ?? "completed",
    errorType: undefined,
    attempts: 1,
    startedAtMilliseconds: startedAt.getTime(),
    durationSeconds,
    timeToFirstTokenSeconds: undefined,
    usage: usage && { ...usage },
    usageSource: report.usageSource ?? (usage ? "reported" : "missing"),
    rawUsage: undefined,
  };
}

const USAGE_SOURCES: readonly unknown[] = ["reported", "estimated", "missing"];

/** What is wrong with a report: the property, what is expected and what was given. */
function problemOf(report: UsageReport): string | undefined {
  if (!isObject(report)) return `expected an object, got ${shown(report)}`;
  for (const name of ["provider", "model", "operation"] as const) {
    const value: unknown = report[name];
    if (typeof value !== "string" || value === "") return `${name}: expected a name, got ${shown(value)}`;
  }
  const { usage, durationSeconds = 0, startedAt, outcome, usageSource, zone, reasoningEffort } = report;
  if (usage !== undefined) {
    const problem = problemOfUsage(usage);
    if (problem !== undefined) return problem;
  }
  if (secondsAt({ durationSeconds }, "durationSeconds") === undefined) {
    return `durationSeconds: expected seconds, 0 or more, got ${shown(durationSeconds)}`;
  }
  if (startedAt !== undefined && !isTime(startedAt)) return `startedAt: expected a Date, got ${shown(startedAt)}`;
  if (outcome !== undefined && !OUTCOMES.includes(outcome)) {
    return `outcome: expected ${OUTCOMES.join(", ")}, got ${shown(outcome)}`;
  }
  if (usageSource !== undefined && !USAGE_SOURCES.includes(usageSource)) {
    return `usageSource: expected ${USAGE_SOURCES.join(", ")}, got ${shown(usageSource)}`;
  }
  if (zone !== undefined && typeof zone !== "string") return `zone: expected a string, got ${shown(zone)}`;
  if (reasoningEffort !== undefined && typeof reasoningEffort !== "string") {
    return `reasoningEffort: expected a string, got ${shown(reasoningEffort)}`;
  }
  return undefined;
}

/** Amounts as providers state them: whole numbers, but for seconds. A name that is not a class may be a provider's own. */
function problemOfUsage(usage: Usage): string | undefined {
  const known = USAGE_CLASSES.join(", ");
  if (!isObject(usage)) return `usage: expected an object of ${known}, got ${shown(usage)}`;
  const unknown = Object.keys(usage).find((name) => !(USAGE_CLASSES as readonly string[]).includes(name));
  if (unknown !== undefined) return `usage.${shortened(unknown)}: expected one of ${known}`;
  for (const name of USAGE_CLASSES) {
    const value = usage[name];
    if (value === undefined || (isCounted(name) ? countAt : secondsAt)(usage, name) !== undefined) continue;
    return `usage.${name}: expected ${isCounted(name) ? "a whole number" : "seconds"}, 0 or more, got ${shown(value)}`;
  }
  return undefined;
}

const LONGEST_NAME = 40;
const shortened = (name: string): string => (name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name);

const isTime = (value: unknown): boolean => value instanceof Date && !Number.isNaN(value.getTime());
